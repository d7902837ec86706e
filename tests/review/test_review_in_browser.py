"""What reviewers do, in a real Chromium against a real server: nothing is lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from review_samples import decision, pmid, record
from review_server import Server, Workspace

from drmine.review.decision_files import append_decision
from drmine.store import Store

SIZES = {"wide": (1400, 900), "tablet": (820, 1180), "phone": (400, 850)}


class Reviewer:
    """A browser of its own, signed in, on the first record."""

    def __init__(self, chromium: Any, server: Server, name: str, size: str = "wide") -> None:
        width, height = SIZES[size]
        self.context = chromium.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.server = server
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(server.url)
        self.page.fill("#name", name)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#decision, .narrow table")
        self.page.wait_for_load_state()

    @property
    def pmid(self) -> str:
        return str(self.page.url.partition("?")[0].rpartition("/")[2])

    def open(self, path: str) -> None:
        self.page.goto(self.server.url.rstrip("/") + path)

    def press(self, *keys: str) -> None:
        self.look()
        for key in keys:
            self.page.keyboard.press(key)

    def look(self) -> None:
        """Wait as long as it takes to see the page: sooner nothing is sent."""
        self.page.wait_for_timeout(max(0, self.page.evaluate("450 - performance.now()")))

    def send(self, *keys: str) -> None:
        """Press keys, the last of which sends the form, and wait for the next page."""
        self.press(*keys[:-1])
        with self.page.expect_navigation():
            self.page.keyboard.press(keys[-1])


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work", 24)


@pytest.fixture
def reviewer(chromium: Any, serve: Callable[..., Server]) -> Iterator[Callable[..., Reviewer]]:
    opened: list[Reviewer] = []

    def open_(name: str = "anna", server: Server | None = None, **more: Any) -> Reviewer:
        opened.append(Reviewer(chromium, server or serve(), name, **more))
        return opened[-1]

    yield open_
    for one in opened:
        one.context.close()


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


def test_two_browsers_at_once_share_the_queue(space, serve, reviewer) -> None:
    server = serve()
    anna, bert = reviewer("anna", server), reviewer("bert", server)
    for _ in range(5):
        assert anna.pmid != bert.pmid
        anna.send("a")
        bert.send("r")
    assert Counter(one.reviewer for one in space.decisions) == {"anna": 5, "bert": 5}
    assert len({one.pmid for one in space.decisions}) == 10


def test_reload_and_the_back_button_double_nothing_and_lose_nothing(space, reviewer) -> None:
    anna = reviewer()
    first = anna.pmid
    anna.send("m", "a")
    anna.page.reload()
    anna.page.reload()
    assert len(space.decisions) == 1 and anna.pmid != first
    anna.page.go_back()
    assert anna.pmid == first
    assert anna.page.is_checked(".assigned input[value=mixed]")
    assert "You decided on this record" in anna.page.inner_text("main")
    anna.send("f", "a")
    assert [one.findings[0].stance for one in space.decisions] == ["mixed", "refutes"]
    anna.page.go_forward() if anna.pmid == first else None
    assert len(space.decisions) == 2


def test_a_hasty_second_click_sends_once(space, reviewer) -> None:
    anna = reviewer()
    anna.look()
    with anna.page.expect_navigation():
        anna.page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('#save').click()")
    anna.page.wait_for_selector("#decision")
    assert len(space.decisions) == 1


def test_a_second_press_that_comes_to_the_next_page_decides_nothing_there(space, reviewer) -> None:
    anna = reviewer()
    anna.press("a")
    # the second press of two, as soon as the next record is there
    anna.page.wait_for_url(f"**/record/{pmid(1)}*", wait_until="domcontentloaded")
    clock = anna.page.evaluate("performance.now()")
    anna.page.keyboard.press("a")
    is_refused = "only just come" in anna.page.inner_text("#live")
    if clock < 150:
        assert is_refused
    if not is_refused:
        pytest.skip("this machine is too slow for a hasty press")
    assert [one.pmid for one in space.decisions] == [pmid(0)]
    anna.send("a")
    assert {one.pmid for one in space.decisions} == {pmid(0), pmid(1)}


def test_undo_goes_back_to_the_record(space, reviewer) -> None:
    anna = reviewer()
    first = anna.pmid
    anna.send("x")
    anna.send("u")
    assert anna.pmid == first
    assert anna.page.is_checked("input[name=about][value=yes]")
    anna.send("a")
    assert [one.action for one in space.decisions] == ["reject", "undo", "accept"]


def test_a_server_killed_in_the_middle_of_a_decision_loses_nothing(space, serve, reviewer) -> None:
    server = serve()
    anna = reviewer("anna", server)
    first = anna.pmid
    anna.send("a")
    second = anna.pmid
    anna.press("m", "e", "ArrowUp", "Enter", "o", "h", "a", "l", "f", "Escape")
    server.kill()
    # the reviewer sends the form into the void, then comes back when the server is up again
    anna.look()
    with anna.page.expect_event("requestfailed"):
        anna.page.keyboard.press("a")
    server = serve(port=server.port)
    anna.open(f"/record/{second}")
    assert anna.page.is_visible("#restored")
    assert anna.page.input_value("#note") == "half"
    anna.send("a")
    one, two = space.decisions
    assert (one.pmid, two.pmid, two.note) == (first, second, "half")
    assert two.findings[0].stance == "mixed"
    # what was sent is no longer a draft
    anna.open(f"/record/{second}")
    assert not anna.page.is_visible("#restored")


def test_a_form_sent_again_after_the_server_died_before_its_answer(space, serve, reviewer) -> None:
    server = serve()
    anna = reviewer("anna", server)
    held = []

    def lose_the_answer(route: Any) -> None:
        held.append(route.fetch(max_redirects=0))
        server.kill()
        route.abort()

    anna.page.route("**/record/*", lambda r: lose_the_answer(r) if r.request.method == "POST"
                    else r.continue_())  # fmt: skip
    fields = anna.page.evaluate(
        "[...new URLSearchParams(new FormData(document.querySelector('#decision')))]"
    )
    path = f"/record/{anna.pmid}"
    anna.look()
    with anna.page.expect_event("requestfailed"):
        anna.page.keyboard.press("a")
    assert held[0].status == 303 and len(space.decisions) == 1
    server = serve(port=server.port)
    again = anna.context.request.post(
        server.url.rstrip("/") + path, form=dict(fields) | {"do": "save"}, max_redirects=0
    )
    assert again.status == 303
    assert len(space.decisions) == 1


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
    anna.goto(serve().url)
    anna.fill("#name", "anna")
    anna.keyboard.press("Enter")
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
    page.goto(serve().url)
    page.fill("#name", "anna")
    page.click("button.primary")
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
