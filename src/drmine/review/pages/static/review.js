"use strict";
// The page works without this file, by mouse and by its buttons; this adds keys, the choice of
// evidence in the text, and the memory of what was begun.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const form = $("#decision");
const body = document.body;
const HASTY = 400; // milliseconds
document.documentElement.classList.add("js");

// Guidelines beside the text

let fetching = false;
let opener = null;
async function toggleGuidelines() {
  const pane = $("#guidelines");
  // pressed again while they come, they would come twice
  if (!pane || fetching) return;
  if (!pane.childElementCount) {
    let page = null;
    fetching = true;
    try {
      const answer = await fetch("/guidelines");
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { /* the server is down */ }
    fetching = false;
    if (!page || !$("#guidelines-text", page)) {
      $("#live").textContent = "The guidelines did not come; is the server running?";
      return;
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = "Close";
    close.addEventListener("click", toggleGuidelines);
    pane.append(close, ...$("#guidelines-text", page).childNodes);
  }
  const isInside = pane.contains(document.activeElement);
  pane.hidden = !pane.hidden;
  body.classList.toggle("with-guidelines", !pane.hidden);
  // who cannot see that they opened hears it, and scrolls them by keys; closed, one is back
  if (!pane.hidden) { opener = document.activeElement; pane.focus({ preventScroll: true }); }
  else if (opener && isInside) opener.focus();
  if (!pane.hidden && window.innerWidth < 1200) pane.scrollIntoView({ block: "nearest" });
}
for (const one of $$("[data-opens=guidelines]")) {
  one.addEventListener("click", (event) => {
    if ($("#guidelines")) { event.preventDefault(); toggleGuidelines(); }
  });
}

if (form) {
  const blocks = $$(".hypothesis");
  const sentences = $$(".s");
  const live = $("#live");
  const saveLabel = $("#save .label");
  const box = (block) => $("input[type=checkbox]", block);
  const evidenceOf = (block) => $(`input[name="evidence_${block.dataset.id}"]`);
  const nameOf = (block) => $(".name span", block).lastChild.textContent.trim();
  const say = (text) => { live.textContent = text; };
  let focused = null;
  let cursor = -1;

  // What is at hand

  function focusOn(block) {
    for (const one of blocks) one.classList.toggle("focused", one === block);
    focused = block;
    if (block) block.scrollIntoView({ block: "nearest" });
  }
  function move(step) {
    const place = blocks.indexOf(focused);
    focusOn(blocks[Math.min(blocks.length - 1, Math.max(0, place + step))]);
  }
  function assign(block, on) {
    box(block).checked = on;
    if (on) setAbout("yes");
    changed();
  }
  function setAbout(value) {
    $(`input[name=about][value=${value}]`).checked = true;
  }
  function setStance(value) {
    if (!focused) { say("Choose a hypothesis first, by its number."); return; }
    if (!box(focused).checked) assign(focused, true);
    $(`input[value=${value}]`, focused).checked = true;
    changed();
  }
  function nextOrigin() {
    if (!focused) { say("Choose a hypothesis first, by its number."); return; }
    if (!box(focused).checked) assign(focused, true);
    const select = $("select", focused);
    select.selectedIndex = (select.selectedIndex + 1) % select.length;
    changed();
    say(`Origin of ${nameOf(focused)}: ${select.value}`);
  }

  // Evidence

  function take(sentence) {
    const block = focused && box(focused).checked
      ? focused : blocks.filter((one) => box(one).checked).length === 1
        ? blocks.find((one) => box(one).checked) : null;
    if (!block) { say("Assign a hypothesis first: a sentence becomes its evidence."); return false; }
    focusOn(block);
    evidenceOf(block).value = `${sentence.dataset.start}-${sentence.dataset.end}`;
    // the text as it stands on the page, with signs for what would not be seen
    $(".quote", block).textContent = sentence.textContent.slice(0, 400);
    changed();
    say(`Evidence of ${nameOf(block)} chosen.`);
    return true;
  }
  function showEvidence() {
    for (const one of sentences) { one.classList.remove("evidence", "second"); delete one.dataset.for; delete one.dataset.also; }
    for (const block of blocks) {
      if (!box(block).checked || !evidenceOf(block).value) continue;
      mark(block, evidenceOf(block).value, "evidence", "for");
      // the machine's second sentence stays as long as the stance and the sentence that it goes with
      const stance = $("input[type=radio]:checked", block);
      const chosen = `${stance ? stance.value : ""} ${evidenceOf(block).value}`;
      if (block.dataset.goesWith === chosen) mark(block, block.dataset.second, "second", "also");
    }
  }
  function mark(block, span, name, key) {
    const [start, end] = span.split("-").map(Number);
    for (const one of sentences) {
      if (Number(one.dataset.start) < end && Number(one.dataset.end) > start) {
        one.classList.add(name);
        one.dataset[key] = [one.dataset[key], block.dataset.number].filter(Boolean).join(" ");
      }
    }
  }
  function choose(place) {
    for (const one of sentences) one.classList.remove("cursor");
    cursor = place;
    body.classList.toggle("choosing", place >= 0);
    if (place >= 0) {
      sentences[place].classList.add("cursor");
      sentences[place].scrollIntoView({ block: "nearest" });
      say(`Sentence ${place + 1} of ${sentences.length}: Enter takes it, arrows move, Esc leaves.`);
      // a screen reader does not see which one that is
      const heard = document.createElement("span");
      heard.className = "heard";
      heard.textContent = ` ${sentences[place].textContent}`;
      live.append(heard);
    }
  }
  function startChoosing(block = focused) {
    if (!sentences.length) { say("This record has no text."); return; }
    if (!block) { say("Choose a hypothesis first, by its number."); return; }
    focusOn(block);
    if (!box(block).checked) assign(block, true);
    const value = evidenceOf(block).value.split("-")[0];
    choose(Math.max(0, sentences.findIndex((one) => value !== "" && one.dataset.start === value)));
  }
  for (const one of sentences) {
    one.addEventListener("click", () => {
      // whoever selects words to copy them does not choose evidence
      if (String(window.getSelection())) return;
      choose(-1);
      take(one);
    });
  }
  for (const button of $$(".pick")) {
    button.addEventListener("click", () => startChoosing(button.closest(".hypothesis")));
  }

  // What was begun on this page outlives a reload and a server that was down

  const key = `draft ${body.dataset.draft}`;
  const content = () => new URLSearchParams(
    [...new FormData(form)].filter(([name]) => !["id", "text", "token", "seen"].includes(name)),
  ).toString();
  const original = content();
  function fill(pairs) {
    for (const input of $$("input[type=checkbox], input[type=radio]", form)) {
      input.checked = pairs.get(input.name) === input.value;
    }
    for (const one of $$("select, textarea, input[type=hidden]", form)) {
      if (pairs.has(one.name)) one.value = pairs.get(one.name);
    }
    for (const block of blocks) {
      const [start, end] = evidenceOf(block).value.split("-");
      const there = sentences.find((one) => one.dataset.start === start && one.dataset.end === end);
      if (there) $(".quote", block).textContent = there.textContent.slice(0, 400);
      else if (!start) $(".quote", block).textContent = "";
    }
  }
  function changed() {
    const now = content();
    for (const block of blocks) {
      block.classList.toggle("assigned", box(block).checked);
      block.classList.remove("needs");
    }
    showEvidence();
    say("");
    if (saveLabel.textContent !== "Save") {
      saveLabel.textContent = now === original ? "Accept" : "Save changes";
    }
    try {
      if (now === original) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify({ base: body.dataset.base, now }));
    } catch { /* a browser that keeps nothing still reviews */ }
  }
  function restore() {
    try {
      if (body.dataset.saved) {
        const saved = key.replace(/[^/]*$/, body.dataset.saved);
        if (saved !== key) sessionStorage.removeItem(saved);
      }
      const kept = JSON.parse(sessionStorage.getItem(key) || "null");
      if (!kept || kept.base !== body.dataset.base || kept.now === original) return;
      fill(new URLSearchParams(kept.now));
      $("#restored").hidden = false;
    } catch { /* as above */ }
  }
  $("#forget").addEventListener("click", () => {
    fill(new URLSearchParams(original));
    $("#restored").hidden = true;
    changed();
  });

  form.addEventListener("input", changed);
  for (const block of blocks) {
    block.addEventListener("click", () => focusOn(block));
    block.addEventListener("focusin", () => focusOn(block));
    box(block).addEventListener("change", () => assign(block, box(block).checked));
  }
  // the second of two hasty presses or clicks may come to the next page: it would decide upon a
  // record that nobody has seen. The clock of a page starts with what led to it.
  for (const one of [form, $("#undo")].filter(Boolean)) {
    one.addEventListener("submit", (event) => {
      if (performance.now() > HASTY) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say("This record has only just come; nothing was sent.");
    });
  }
  let sent = false;
  form.addEventListener("submit", (event) => {
    const what = event.submitter ? event.submitter.value : "save";
    if (sent) { event.preventDefault(); return; }
    if (what === "save") {
      const open = blocks.filter(
        (one) => box(one).checked && !$(".stances input:checked", one),
      );
      for (const one of open) one.classList.add("needs");
      if (open.length) {
        event.preventDefault();
        focusOn(open[0]);
        say(`Choose a stance for ${nameOf(open[0])}: s, f, m or n.`);
        return;
      }
      if (!$("input[name=about]:checked")) {
        event.preventDefault();
        say("Say whether the record is about drug response: d.");
        return;
      }
      if ($("input[name=about]:checked").value === "no" && blocks.some((b) => box(b).checked)) {
        event.preventDefault();
        say("A record with a hypothesis is about drug response: d for yes, or x to reject it.");
        return;
      }
    }
    sent = true;
    say("Sent; the next page is on its way.");
    // an answer that does not come: let it be sent again, the server knows a form that it has had
    setTimeout(() => { sent = false; }, 10000);
  });
  // back in a page that the browser kept: its form may be sent again
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  for (const button of $$(".take")) {
    button.addEventListener("click", () => {
      const one = JSON.parse(button.dataset.decision);
      const pairs = new URLSearchParams({
        about: one.about_drug_response ? "yes" : "no", study_type: one.study_type || "",
        note: $("#note").value,
      });
      for (const block of blocks) pairs.set(`evidence_${block.dataset.id}`, "");
      for (const finding of one.findings) {
        pairs.set(`h_${finding.id}`, "on");
        pairs.set(`stance_${finding.id}`, finding.stance);
        pairs.set(`origin_${finding.id}`, finding.origin);
        if (finding.evidence) pairs.set(`evidence_${finding.id}`, finding.evidence.join("-"));
      }
      fill(pairs);
      changed();
      focusOn(blocks.find((block) => box(block).checked) || null);
      say(`Filled in: ${button.textContent.replace(/[[\]]|Take /g, "").trim()}. Save with a.`);
    });
  }

  // Keys

  const help = $("#help");
  const keysOn = $("#keys-on");
  const showKeys = () => body.classList.toggle("no-keys", !keysOn.checked);
  try { keysOn.checked = localStorage.getItem("keys") !== "off"; } catch { /* as above */ }
  showKeys();
  keysOn.addEventListener("change", () => {
    showKeys();
    try { localStorage.setItem("keys", keysOn.checked ? "on" : "off"); } catch { /* as above */ }
  });
  $("#show-help").addEventListener("click", () => help.showModal());
  const stances = { s: "supports", f: "refutes", m: "mixed", n: "neutral" };
  const press = (id) => { const button = $(`#${id}`); if (button) button.click(); };
  const keys = {
    a: () => press("save"), r: () => press("reject"), x: () => press("off_topic"),
    k: () => press("skip"), u: () => { const undo = $("#undo"); if (undo) undo.requestSubmit(); },
    c: nextOrigin, e: () => startChoosing(), t: () => $("#study_type").focus(),
    o: () => $("#note").focus(), g: toggleGuidelines, "?": () => help.showModal(),
    d: () => {
      const on = $("input[name=about]:checked");
      setAbout(on && on.value === "yes" ? "no" : "yes");
      changed();
    },
    ArrowUp: () => move(-1), ArrowDown: () => move(1),
    "[": () => { const [left] = $$(".take"); if (left) left.click(); },
    "]": () => { const [, right] = $$(".take"); if (right) right.click(); },
  };
  // on a keyboard of another script (Cyrillic, Greek, Arabic) the place of the key counts
  function keyOf(event) {
    if (event.key.length !== 1) return event.key;
    if (event.key < "\u0080") return event.key.toLowerCase();
    const brackets = { BracketLeft: "[", BracketRight: "]" };
    return brackets[event.code] || event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const at = event.target;
    if (at.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) {
      if (event.key === "Escape" || (event.key === "Enter" && at.matches("select"))) {
        event.preventDefault();
        at.blur();
      }
      return;
    }
    if (cursor >= 0) {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (step) choose(Math.min(sentences.length - 1, Math.max(0, cursor + step)));
      else if (event.key === "Enter") { const chosen = sentences[cursor]; choose(-1); take(chosen); }
      else if (event.key === "Escape") { choose(-1); say(""); }
      if (step || event.key === "Enter" || event.key === "Escape") { event.preventDefault(); return; }
      choose(-1);
    }
    if (!keysOn.checked) return;
    if (event.repeat && !event.key.startsWith("Arrow")) return;
    const key = keyOf(event);
    const block = blocks.find((one) => one.dataset.number === key);
    // with the Tab key on a choice, the arrows belong to it
    if (key.startsWith("Arrow") && at.matches("input[type=radio]")) return;
    if (block) {
      if (block === focused || !box(block).checked) assign(block, !box(block).checked);
      focusOn(block);
    } else if (key in stances) setStance(stances[key]);
    else if (key in keys) keys[key]();
    else return;
    event.preventDefault();
  });

  restore();
  changed();
  focusOn(blocks.find((one) => box(one).checked) || null);
  // where the form stands below the text, whoever opens the page begins with the text
  if (!window.matchMedia("(min-width: 900px)").matches) window.scrollTo(0, 0);
}
