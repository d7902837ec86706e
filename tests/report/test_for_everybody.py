"""The report for everybody: phones, screen readers, keyboards, paper, no scripts."""

from __future__ import annotations

import pytest
from report_pages import HYPOTHESIS, PAGES

# one table of data stands for all: they are made alike, and axe is slow over thousands of cells
OPEN_DETAILS = """
  document.querySelectorAll("details:not(.data)").forEach((d) => { d.open = true; });
  document.querySelectorAll("details.data").forEach((d, i) => { d.open = i === 0; });
"""


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(report, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    page = report.open(name, width)
    if name == "evidence.html":
        page.fill("#search", "ABCB1")
    else:
        page.evaluate(OPEN_DETAILS)
    found = axe.Axe().run(page).response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(report, name):
    page = report.open(name, 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_a_name_without_a_place_to_break_stays_within_a_phone(report):
    for name in ("evidence.html", HYPOTHESIS):
        page = report.open(name, 390)
        page.evaluate(
            """(name) => document.querySelectorAll(".sentence, .sentences li > *")
              .forEach((cell) => { cell.textContent = name; })""",
            "benzodihydropyrazolopyrimidinyl" * 6,
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.set_viewport_size({"width": 1366, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        page.close()


@pytest.mark.parametrize("how", ["off", "stopped by a proxy"])
def test_without_scripts_a_page_says_where_its_numbers_are(report, chromium, how):
    context = chromium.new_context(java_script_enabled=how != "off")
    # scripts are on here, so the browser shows nothing of a noscript element
    context.route(
        "http://report.test/**",
        lambda route: route.fulfill(
            path=report.folder / route.request.url.rpartition("/")[2],
            headers={"Content-Security-Policy": "style-src 'self'; script-src 'self'"},
            content_type="text/html",
        ),
    )
    page = context.new_page()
    for name, controls in (("index.html", ".tools"), ("evidence.html", ".filters, .pager")):
        page.goto(f"http://report.test/{name}")
        page.wait_for_timeout(1200)
        assert page.locator(".undrawn").first.is_visible()
        for control in page.locator(controls).all():
            assert not control.is_visible()
    context.close()


def test_with_scripts_no_page_says_that_it_needs_them(report):
    for name in ("index.html", "evidence.html"):
        page = report.open(name)
        assert page.locator(".undrawn").count() == 0
        page.close()


def test_the_bar_of_stances_keeps_its_colours_where_the_system_sets_them(report, chromium):
    context = chromium.new_context(forced_colors="active", color_scheme="dark")
    page = context.new_page()
    page.goto((report.folder / HYPOTHESIS).as_uri())
    colours = page.eval_on_selector_all(
        ".bar span", "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(colours)) == len(colours) > 1
    context.close()


def test_the_whole_row_of_the_evidence_is_seen_on_a_screen(report):
    page = report.open("evidence.html", 1200)
    table, room = (page.locator(one).bounding_box()["width"]
                   for one in ("#evidence", ".scroll[aria-label='Evidence table']"))  # fmt: skip
    assert table <= room + 1
    page.close()


def test_the_keyboard_reaches_content_filters_and_pages(report):
    page = report.open("evidence.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id"))
    assert {"search", "hypothesis", "stance", "from", "to", "next"} <= set(seen)
    page.focus("#next")
    page.keyboard.press("Enter")
    assert "page 2 of" in page.locator("#evidence-count").inner_text()
    while page.is_enabled("#next"):
        page.keyboard.press("Enter")
    # at the end the button is off; the focus goes to the table, not to nothing
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Evidence table"
    page.close()


def test_print_hides_what_needs_a_screen(report):
    page = report.open(HYPOTHESIS)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".tools").first.is_visible()
    assert page.locator("h1").is_visible()
    assert len(page.pdf()) > 20_000
    page.close()
