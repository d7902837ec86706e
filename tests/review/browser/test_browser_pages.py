"""The pages as people meet them: hostile texts, small screens, readers, print, guidelines."""

from __future__ import annotations

import pytest
from review_samples import decision, pmid, record
from review_server import Server, Workspace
from reviewer import SIZES, Reviewer, sign_in

from drmine.review.decisions.files import append_decision

HOSTILE = record(
    50,
    title="<script>document.title='owned'</script><img src=x onerror=alert(1)> "
    "\u202egnitteg txet\u202c {{ 7*7 }} & \"quoted' " + "A long title of invented words. " * 3200,
    abstract="</textarea></form><form action='http://evil.example'> javascript:alert(1) "
    "\u2066isolated\u2069 \x07 RESULTS: ABCB1 was higher. CONCLUSION: שלום <b>bold</b> "
    "\u200bzero width and an \U0001f9e0.",
)  # fmt: skip


def test_a_hostile_record_is_shown_as_text_and_decided_upon(tmp_path, chromium) -> None:
    space = Workspace(tmp_path / "hostile", [HOSTILE, record(51)])
    server = Server(space)
    try:
        anna = Reviewer(chromium, server, "anna")
        assert anna.pmid == HOSTILE.pmid
        page = anna.page
        assert page.title().startswith("INVENTED")
        assert page.locator("img, .paper script, .paper form, .paper b:not(.sign)").count() == 0
        title = page.inner_text(".paper-title")
        assert "<script>" in title and "{{ 7*7 }}" in title and "U+202E" in title
        assert "\u202e" not in page.content()
        unseen = page.locator(".abstract .unseen").all_inner_texts()
        assert unseen == ["U+2066", "U+2069", "U+0007", "U+200B"]
        # long, yet the buttons are there, and nothing was cut from the data
        assert len(title) > 100_000
        assert page.locator(".long").bounding_box()["height"] < 400
        assert page.get_attribute(".long", "tabindex") == "0"
        assert page.locator("#save").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1400
        page.click(".abstract .s:last-of-type")
        anna.send("a")
        (one,) = space.decisions
        start, end = one.findings[0].evidence
        assert HOSTILE.text[start:end].endswith("an \U0001f9e0.")
        assert anna.errors == []
        assert all(url.startswith(server.url) for url in anna.requests)
        anna.context.close()
    finally:
        server.stop()


@pytest.mark.parametrize("size", SIZES)
def test_pages_fit_targets_are_large_and_axe_finds_nothing_serious(
    space, serve, reviewer, size
) -> None:
    append_decision(space.root / "reviews", decision(record(0), "bert"))
    append_decision(space.root / "reviews", decision(record(0), "carl", findings=()))
    anna = reviewer(size=size)
    width = SIZES[size][0]
    for path in ("/who", "/progress", "/adjudicate", f"/adjudicate/{pmid(0)}", "/guidelines",
                 f"/record/{pmid(1)}"):  # fmt: skip
        anna.open(path)
        assert anna.page.evaluate("document.documentElement.scrollWidth") <= width, path
        if size != "wide":
            small = anna.page.evaluate(
                """() => [...document.querySelectorAll(
                     "button, select, textarea, label.choice, nav a, input[type=text]")]
                   .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
                   .filter(([, box]) => box.width && Math.min(box.width, box.height) < 43.9)
                   .map(([text]) => text)"""
            )
            assert small == [], path
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
        found = axe.Axe().run(anna.page).response["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        assert [(path, v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []
    columns = anna.page.evaluate(
        "getComputedStyle(document.querySelector('.columns')).gridTemplateColumns.split(' ').length"
    )
    assert columns == (2 if size == "wide" else 1)


def test_a_screen_reader_is_told_the_sentence_to_choose(reviewer) -> None:
    anna = reviewer()
    anna.press("1", "e", "ArrowDown")
    sentence = anna.page.text_content(".s.cursor").strip()
    assert anna.page.text_content("#live").endswith(sentence) and sentence
    assert anna.page.locator("#live .heard").bounding_box()["width"] <= 1


def test_what_is_negated_is_told_by_a_sign_and_to_a_screen_reader(reviewer) -> None:
    anna = reviewer()
    for name, sign, said in (("not", "¬", "(negated)"), ("maybe", "?", "(only supposed)")):
        anna.page.evaluate(
            "(name) => { document.querySelector('.s mark').className = 'm-target sign-' + name; }",
            name,
        )
        content = anna.page.locator(".s mark").first.evaluate(
            "one => getComputedStyle(one, '::after').content"
        )
        assert sign in content and said in content


def test_marks_are_read_where_the_system_sets_the_colours(space, serve, chromium) -> None:
    context = chromium.new_context(forced_colors="active", color_scheme="dark")
    anna = context.new_page()
    sign_in(anna, serve(), "anna")
    anna.wait_for_selector("mark")
    anna.evaluate("document.querySelector('.s').append(...['m-drug', 'm-target'].map((name) => {"
                  " const mark = document.createElement('mark'); mark.className = name;"
                  " mark.textContent = 'x'; return mark; }))")  # fmt: skip
    seen = anna.eval_on_selector_all(
        "mark", "all => all.map(getComputedStyle).map((one) => [one.color, one.backgroundColor])"
    )
    assert {tuple(one) for one in seen} == {("rgb(255, 255, 255)", "rgb(0, 0, 0)")}
    borders = "all => new Set(all.map((one) => getComputedStyle(one).borderColor)).size"
    anna.keyboard.press("2")
    assert anna.eval_on_selector_all(".hypothesis", borders) == 2
    context.close()


def test_enlarged_four_times_the_buttons_hide_nothing(reviewer) -> None:
    anna = reviewer()
    anna.page.set_viewport_size({"width": 320, "height": 256})
    position = "getComputedStyle(document.querySelector('.actions')).position"
    assert anna.page.evaluate(position) == "static"


def test_a_printed_record_is_whole(reviewer) -> None:
    anna = reviewer()
    anna.page.evaluate("document.querySelector('.abstract').append('words '.repeat(4000))")
    anna.page.emulate_media(media="print")
    box = anna.page.locator(".paper").bounding_box()
    assert box["height"] > 3000 and not anna.page.is_visible("#save")


def test_without_scripts_no_button_is_dead(serve, chromium) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    sign_in(page, serve(), "anna")
    assert page.is_visible("#save") and not page.is_visible("#show-help")
    assert page.locator(".pick").count() and not page.locator(".pick:visible").count()
    page.context.close()


def test_guidelines_asked_for_twice_come_once_and_take_the_focus(reviewer) -> None:
    anna = reviewer()
    anna.page.route("**/guidelines", lambda route: (anna.page.wait_for_timeout(300),
                                                    route.continue_()))  # fmt: skip
    anna.page.focus("#show-help")
    anna.press("g", "g")
    anna.page.wait_for_selector("#guidelines table")
    assert anna.page.locator("#guidelines .close").count() == 1
    assert anna.page.evaluate("document.activeElement.id") == "guidelines"
    anna.page.click("#guidelines .close")
    assert anna.page.evaluate("document.activeElement.id") == "show-help"


def test_guidelines_that_do_not_come_are_said_not_to(reviewer) -> None:
    anna = reviewer()
    anna.page.route("**/guidelines", lambda route: route.abort())
    anna.press("g")
    anna.page.wait_for_selector("#live:has-text('not come')")
    assert not anna.page.is_visible("#guidelines")


def test_the_guidelines_open_beside_the_text(reviewer) -> None:
    anna = reviewer()
    anna.press("g")
    anna.page.wait_for_selector("#guidelines table")
    text, pane = (anna.page.locator(s).bounding_box() for s in (".paper", "#guidelines"))
    assert text["x"] + text["width"] <= pane["x"] and pane["y"] < 300
    anna.press("g")
    assert not anna.page.is_visible("#guidelines")
    assert anna.errors == []
