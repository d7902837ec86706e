"use strict";
(function () {
  const charts = JSON.parse(document.getElementById("chart-data").textContent);
  for (const [id, spec] of Object.entries(charts)) {
    vegaEmbed("#chart-" + id, spec, {
      mode: "vega-lite", renderer: "svg", downloadFileName: "drmine-" + id,
      actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
    }).then(function (result) {
      // the figure has its text alternative in the caption; the drawing itself is one image
      const svg = result.view.container().querySelector("svg");
      if (svg) { svg.setAttribute("role", "img"); svg.setAttribute("aria-labelledby", "title-" + id); }
      document.body.setAttribute("data-charts", String(1 + Number(document.body.getAttribute("data-charts") || 0)));
    }).catch(function (error) { document.getElementById("chart-" + id).textContent = "This chart could not be drawn: " + error; });
  }

  const data = JSON.parse(document.getElementById("evidence-data").textContent);
  const at = Object.fromEntries(data.columns.map((name, i) => [name, i]));
  const rows = data.rows;
  const words = rows.map((r) => [r[at.pmid], r[at.year], r[at.title], r[at.evidence], r[at.spans].map((s) => s[2]).join(" ")].join(" ").toLowerCase());
  const size = 50;
  let page = 0;
  let shown = rows.map((_, i) => i);
  const $ = (id) => document.getElementById(id);
  const names = JSON.parse($("names-data").textContent);
  const invented = document.body.dataset.invented === "true";

  function sentence(cell, row) {
    const text = Array.from(row[at.evidence]); // code points, as the offsets are
    let place = 0;
    for (const [start, end, concept, negated, speculated] of row[at.spans]) {
      if (start < place) continue;
      cell.append(text.slice(place, start).join(""));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end).join("");
      mark.title = concept + (negated ? ", negated" : "") + (speculated ? ", speculated" : "");
      if (negated) mark.className = "negated"; else if (speculated) mark.className = "speculated";
      cell.append(mark);
      place = end;
    }
    cell.append(text.slice(place).join(""));
    const title = document.createElement("div");
    title.className = "soft";
    title.textContent = row[at.title];
    cell.append(title);
  }

  function draw() {
    const body = $("evidence-rows");
    const part = shown.slice(page * size, (page + 1) * size);
    const fragment = document.createDocumentFragment();
    for (const index of part) {
      const row = rows[index];
      const line = document.createElement("tr");
      const add = (text, name) => { const cell = document.createElement("td"); if (name) cell.className = name; if (text !== null) cell.textContent = text; line.append(cell); return cell; };
      const id = add(null);
      if (invented) { id.textContent = row[at.pmid] + " (invented)"; } else {
        const link = document.createElement("a");
        link.href = "https://pubmed.ncbi.nlm.nih.gov/" + encodeURIComponent(row[at.pmid]) + "/";
        link.rel = "noreferrer noopener"; link.textContent = row[at.pmid]; id.append(link);
      }
      add(row[at.year] === null ? "" : String(row[at.year]));
      add(names[row[at.hypothesis]] || row[at.hypothesis]);
      const stance = add(null), tag = document.createElement("span");
      tag.className = "tag " + row[at.stance]; tag.textContent = row[at.stance]; stance.append(tag);
      sentence(add(null, "sentence"), row);
      add(row[at.study_type].replace(/_/g, " "));
      add(row[at.origin]);
      add(row[at.reviewed] ? "reviewed" : row[at.score].toFixed(2) + (row[at.needs_review] ? " unsure" : ""));
      fragment.append(line);
    }
    body.replaceChildren(fragment);
    const last = Math.max(0, Math.ceil(shown.length / size) - 1);
    $("evidence-count").textContent = shown.length.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " findings; page " + (page + 1) + " of " + (last + 1);
    $("previous").disabled = page === 0;
    $("next").disabled = page >= last;
  }

  function filter() {
    const terms = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const hypothesis = $("hypothesis").value, stance = $("stance").value;
    const from = Number($("from").value) || -Infinity, to = Number($("to").value) || Infinity;
    shown = [];
    for (let i = 0; i < rows.length; i++) {
      const r = rows[i];
      if (hypothesis && r[at.hypothesis] !== hypothesis) continue;
      if (stance && r[at.stance] !== stance) continue;
      if ((from !== -Infinity || to !== Infinity) && !(r[at.year] >= from && r[at.year] <= to)) continue;
      if (terms.every((t) => words[i].includes(t))) shown.push(i);
    }
    page = 0;
    draw();
  }

  for (const id of ["search", "hypothesis", "stance", "from", "to"]) $(id).addEventListener("input", filter);
  $("previous").addEventListener("click", function () { page--; draw(); });
  $("next").addEventListener("click", function () { page++; draw(); });
  draw();
})();
