"use strict";
const data = JSON.parse(document.getElementById("evidence-data").textContent);
const at = Object.fromEntries(data.columns.map((name, i) => [name, i]));
const rows = data.rows, names = data.names;
const words = rows.map((r) => [r[at.pmid], r[at.title], r[at.evidence], r[at.second_evidence], r[at.spans].concat(r[at.second_spans]).map((s) => s[2]).join(" ")].join("\n").toLowerCase());
const SIZE = 50;
const FILTERS = ["search", "hypothesis", "stance", "from", "to", "unsure"];
const madeUp = Array.isArray(data.invented) ? new Set(data.invented) : null;
const isInvented = (row) => (madeUp ? madeUp.has(String(row[at.pmid])) : data.invented);
const $ = (id) => document.getElementById(id);
let page = 0;
let shown = [];

function marked(cell, words, spans) {
  const text = Array.from(words); // code points, as the offsets are
  let place = 0;
  for (const [start, end, concept, negated, speculated] of spans) {
    if (start < place) continue;
    cell.append(text.slice(place, start).join(""));
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end).join("");
    mark.title = concept + (negated ? ", negated" : speculated ? ", only supposed" : "");
    if (negated) mark.className = "negated"; else if (speculated) mark.className = "speculated";
    cell.append(mark);
    place = end;
  }
  cell.append(text.slice(place).join(""));
}

function sentence(cell, row) {
  marked(cell, row[at.evidence], row[at.spans]);
  if (row[at.second_evidence]) {
    const second = document.createElement("span");
    second.className = "second";
    const also = document.createElement("span");
    also.className = "soft";
    also.textContent = "Also: ";
    second.append(also);
    marked(second, row[at.second_evidence], row[at.second_spans]);
    cell.append(second);
  }
  const title = document.createElement("div");
  title.className = "soft";
  const where = row[at.evidence] ? "In the " + row[at.place] + " of: " : "No sentence is chosen. Paper: ";
  title.textContent = where + (row[at.title] || "(no title)");
  cell.append(title);
}

// rounded to 1.00, a score would claim that the machine cannot be wrong
const score = (value) => (value >= 0.995 ? ">0.99" : value.toFixed(2));

// where rows are cards, each value stands under the name of its column
const heads = Array.from(document.querySelectorAll("#evidence th"), (one) => one.textContent);

function line(row) {
  const tr = document.createElement("tr");
  const add = (text, name) => {
    const cell = document.createElement("td");
    if (name) cell.className = name;
    cell.dataset.label = heads[tr.cells.length];
    if (text !== null) cell.textContent = text;
    tr.append(cell);
    return cell;
  };
  const id = add(null);
  if (isInvented(row)) {
    id.textContent = row[at.pmid] + " (invented)";
  } else {
    const link = document.createElement("a");
    link.href = "https://pubmed.ncbi.nlm.nih.gov/" + encodeURIComponent(row[at.pmid]) + "/";
    link.rel = "noreferrer noopener";
    link.textContent = row[at.pmid];
    id.append(link);
  }
  add(row[at.year] === null ? "" : String(row[at.year]));
  add(names[row[at.hypothesis]] || row[at.hypothesis]);
  const stance = add(null), tag = document.createElement("span");
  tag.className = "tag " + row[at.stance];
  tag.textContent = row[at.stance];
  stance.append(tag);
  sentence(add(null, "sentence"), row);
  add(row[at.study_type].replace(/_/g, " ") + (row[at.marks] ? "; " + row[at.marks] : ""));
  add(row[at.origin]);
  add(row[at.reviewed] ? "reviewed" : score(row[at.score]) + ", stance\u00a0" + score(row[at.stance_score]) + (row[at.needs_review] ? "; unsure" : ""));
  return tr;
}

function draw() {
  const fragment = document.createDocumentFragment();
  for (const index of shown.slice(page * SIZE, (page + 1) * SIZE)) fragment.append(line(rows[index]));
  $("evidence-rows").replaceChildren(fragment);
  const last = Math.max(0, Math.ceil(shown.length / SIZE) - 1);
  $("evidence-count").textContent = shown.length.toLocaleString("en") + " of " + rows.length.toLocaleString("en") +
    " findings; page " + (page + 1) + " of " + (last + 1);
  $("previous").disabled = page === 0;
  $("next").disabled = page >= last;
}

function filter() {
  const terms = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const hypothesis = $("hypothesis").value, stance = $("stance").value, checked = $("unsure").value;
  const from = Number($("from").value) || 0, to = Number($("to").value) || 0;
  shown = [];
  for (let i = 0; i < rows.length; i++) {
    const r = rows[i];
    if (hypothesis && r[at.hypothesis] !== hypothesis) continue;
    if (stance && r[at.stance] !== stance) continue;
    if (from && !(r[at.year] >= from)) continue;
    if (to && !(r[at.year] !== null && r[at.year] <= to)) continue;
    if (checked === "reviewed" && !r[at.reviewed]) continue;
    if (checked === "unsure" && (r[at.reviewed] || !r[at.needs_review])) continue;
    if (terms.every((t) => words[i].includes(t))) shown.push(i);
  }
  page = 0;
  draw();
  // printed, the filters are gone: the paper says which findings these are
  const told = FILTERS.filter((id) => $(id).value).map((id) => {
    const field = $(id), label = field.labels[0].firstChild.textContent;
    return label + ": " + (field.options ? field.selectedOptions[0].textContent : field.value);
  });
  $("filtered").textContent = told.length ? "Only these findings: " + told.join("; ") + "." : "";
}

// The filters stand in the address: a view can be bookmarked, and other pages link to one.
function remember() {
  const set = FILTERS.filter((id) => $(id).value).map((id) => id + "=" + encodeURIComponent($(id).value));
  history.replaceState(null, "", "#" + set.join("&"));
}

function recall() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const id of FILTERS) $(id).value = wanted.get(id) || "";
  filter();
}

function csv() {
  // as in the trend files: text that a spreadsheet could run as a formula is guarded
  const cell = (value) => {
    const text = String(value ?? "").replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
    const guarded = typeof value === "string" && /^\s*[=+\-@＝＋－＠']/.test(text) ? "'" + text : text;
    return /[",]/.test(guarded) ? '"' + guarded.replace(/"/g, '""') + '"' : guarded;
  };
  const kept = ["pmid", "year", "hypothesis", "stance", "score", "stance_score", "study_type", "origin", "title", "evidence", "second_evidence"];
  const flags = (r) => [r[at.reviewed] ? "TRUE" : "FALSE", r[at.needs_review] ? "TRUE" : "FALSE", isInvented(r) ? "TRUE" : "FALSE"];
  const lines = shown.map((i) => kept.map((name) => cell(rows[i][at[name]])).concat(flags(rows[i])).join(","));
  return kept.concat(["reviewed", "needs_review", "invented"]).join(",") + "\n" + lines.join("\n") + "\n";
}

let waiting = 0;
for (const id of FILTERS) {
  $(id).addEventListener("input", function () {
    filter();
    clearTimeout(waiting);
    waiting = setTimeout(remember, 300);
  });
}
document.querySelector("form.filters").addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", recall);
function turn(id, step) {
  page += step;
  draw();
  // at the first or last page the button is off and would drop the focus of the keyboard
  if ($(id).disabled) $("evidence").parentElement.focus();
}
$("previous").addEventListener("click", () => turn("previous", -1));
$("next").addEventListener("click", () => turn("next", 1));
$("download").addEventListener("click", function () {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  link.download = (data.invented ? (madeUp ? "PARTLY-" : "") + "INVENTED-" : "") + "drmine-findings.csv";
  link.click();
});
recall();
$("undrawn").remove();
for (const one of document.querySelectorAll(".filters, .pager")) one.hidden = false;
