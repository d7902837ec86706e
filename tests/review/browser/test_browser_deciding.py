"""Deciding in a real Chromium, by keys and by clicks."""

from __future__ import annotations

from review_samples import decision, pmid, record, relabel, with_second

from drmine.review.decisions.files import append_decision
from drmine.store import Store


def test_twenty_records_by_keys_alone(space, reviewer) -> None:
    anna = reviewer()
    seen = []
    ways = [
        ("a",),
        ("1", "r"),
        ("x",),
        ("k",),
        ("1", "2", "f", "c", "e", "ArrowDown", "ArrowUp", "Enter", "a"),
        ("m", "t", "a", "Enter", "a"),
        ("o", *"note", "Escape", "a"),
        ("ArrowDown", "n", "3", "s", "a"),
        ("d", "d", "e", "Escape", "g", "g", "?", "Escape", "s", "a"),
        ("e", *["ArrowUp"] * 9, "Enter", "a"),
    ]
    for way in ways * 2:
        seen.append(anna.pmid)
        anna.send(*way)
    found = {one.pmid: one for one in space.decisions}
    assert list(found) == seen and len(found) == 20
    first = [found[p] for p in seen[:10]]
    assert [one.action for one in first] == [
        "accept", "reject", "reject", "skip", "change", "change", "accept", "change", "accept",
        "change",
    ]  # fmt: skip
    assert first[2].about_drug_response is False
    (target,) = first[4].findings
    assert (target.id, target.stance, target.origin) == ("target", "refutes", "congenital")
    assert target.evidence == (0, len(space.records[first[4].pmid].title))
    assert (first[5].findings[0].stance, first[5].study_type) == ("mixed", "animal")
    assert first[6].note == "note"
    assert [(f.id, f.stance) for f in first[7].findings] == [
        ("transporter", "supports"), ("target", "neutral"), ("pharmacokinetic", "supports"),
    ]  # fmt: skip
    assert first[9].findings[0].evidence == (0, len(space.records[first[9].pmid].title))
    assert anna.errors == []
    assert all(url.startswith(anna.server.url) for url in anna.requests)


def test_a_click_on_a_sentence_makes_it_the_evidence(space, reviewer) -> None:
    anna = reviewer()
    anna.page.click(".abstract .s:nth-of-type(4)")
    assert "may explain why drugs failed" in anna.page.inner_text(".assigned .quote")
    assert anna.page.get_attribute(".s.evidence", "data-for") == "1"
    shown = anna.pmid
    anna.look()
    with anna.page.expect_navigation():
        anna.page.click("#save")
    (one,) = space.decisions
    start, end = one.findings[0].evidence
    assert space.records[shown].text[start:end].endswith("why drugs failed.")


def test_a_second_sentence_is_marked_while_it_stays(space, reviewer) -> None:
    with Store.open(space.root / "drmine.sqlite") as store:
        relabel(store, [pmid(0)], **with_second(record(0)))
    anna = reviewer()
    anna.open(f"/record/{pmid(0)}")

    def marked(state: str) -> list[str]:
        return anna.page.locator(f".s.{state}").all_inner_texts()

    assert marked("evidence") == ["ABCB1 was higher in the resistant patients."]
    assert marked("second") == ["The transporter may explain why drugs failed."]
    anna.press("1", "s")
    assert marked("second") == []
    anna.press("m")
    assert len(marked("second")) == 1
    anna.page.click(".abstract .s:nth-of-type(2)")
    assert marked("second") == [] and len(marked("evidence")) == 1
    assert anna.errors == []


def test_a_hypothesis_without_a_stance_is_not_sent(space, reviewer) -> None:
    anna = reviewer()
    anna.press("4", "a")
    assert "Choose a stance for Intrinsic severity" in anna.page.inner_text("#live")
    anna.send("f", "a")
    assert [one.stance for one in space.decisions[0].findings] == ["supports", "refutes"]


def test_an_origin_chosen_by_key_assigns_its_hypothesis(space, reviewer) -> None:
    anna = reviewer()
    # by the arrows one gets to a hypothesis without assigning it
    anna.press("ArrowDown", "c")
    assert "Origin of Drug target" in anna.page.inner_text("#live")
    anna.send("f", "a")
    assert [(one.id, one.origin) for one in space.decisions[0].findings] == [
        ("transporter", "acquired"), ("target", "congenital"),
    ]  # fmt: skip
    # without a stance it is not sent
    anna.press("ArrowDown", "c", "a")
    assert "Choose a stance for Drug target" in anna.page.inner_text("#live")


def test_a_narrow_page_opens_at_the_title(space, reviewer) -> None:
    anna = reviewer(size="phone")
    long = "A sentence of a text that is longer than the window. " * 60
    with Store.open(space.root / "drmine.sqlite") as store:
        store.upsert_records([record(3, abstract=long, revised="2030-01-01")], "later")
    for path in (f"/record/{pmid(0)}", f"/record/{pmid(3)}"):
        anna.open(path)
        assert anna.page.evaluate("scrollY") == 0
    # later the form is shown where it is needed
    anna.press("1")
    assert anna.page.evaluate("scrollY") > 0


def test_keys_work_on_a_cyrillic_keyboard(space, reviewer) -> None:
    anna = reviewer()
    press = """([key, code]) => document.dispatchEvent(
        new KeyboardEvent("keydown", {key, code, bubbles: true}))"""
    for key, code in (("ь", "KeyM"), ("2", "Digit2"), ("т", "KeyN")):
        anna.page.evaluate(press.replace("document.", "document.body."), [key, code])
    anna.look()
    with anna.page.expect_navigation():
        anna.page.evaluate(press.replace("document.", "document.body."), ["ф", "KeyA"])
    (one,) = space.decisions
    assert [(f.id, f.stance) for f in one.findings] == [
        ("transporter", "mixed"), ("target", "neutral"),
    ]  # fmt: skip


def test_settling_by_keys(space, serve, reviewer) -> None:
    folder = space.root / "reviews"
    append_decision(folder, decision(record(0), "bert"))
    append_decision(folder, decision(record(0), "carl", findings=()))
    anna = reviewer()
    assert anna.page.inner_text(".count") == "1"
    anna.open(f"/adjudicate/{pmid(0)}")
    assert anna.page.locator("tr.differs").count() == 1
    anna.press("[")
    assert anna.page.is_checked("[name=h_target]")
    anna.press("]")
    assert not anna.page.is_checked("[name=h_target]")
    anna.send("[", "n", "a")
    one = space.decisions[-1]
    assert (one.round, one.findings[0].stance, one.findings[0].evidence) == (
        "adjudication", "neutral", (0, 14),
    )  # fmt: skip
    assert "No two reviewers differ" in anna.page.inner_text("main")


def test_keys_can_be_switched_off(space, reviewer) -> None:
    anna = reviewer()
    first = anna.page.url
    anna.press("?")
    anna.page.click("text=Keys do this")
    anna.press("Escape", "r", "x", "k")
    anna.page.reload()
    anna.press("a", "r")
    assert (anna.page.url, space.decisions) == (first, [])
    assert not anna.page.is_visible(".actions kbd")
    # what begins with a button goes on by keys
    anna.page.click(".hypothesis.assigned .pick")
    anna.press("ArrowDown", "Enter")
    assert "chosen" in anna.page.inner_text("#live")
    anna.page.click("#show-help")
    anna.page.click("text=Keys do this")
    anna.press("Escape")
    anna.send("a")
    assert len(space.decisions) == 1
