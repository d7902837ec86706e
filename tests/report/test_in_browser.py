"""The report in a real browser: from disk, without a request, with what a user does in it."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine (Debian: apt-get install chromium)"
)


@pytest.fixture(scope="module")
def opened(demo):
    from playwright.sync_api import sync_playwright

    assert demo.result.returncode == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        requests: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto((demo.workspace / "report" / "index.html").resolve().as_uri())
        page.wait_for_function("Number(document.body.dataset.charts || 0) >= 4", timeout=30_000)
        yield page, requests, errors
        browser.close()


def test_it_opens_from_disk_without_a_request_or_an_error(opened):
    _, requests, errors = opened
    asked = [url for url in requests if not url.startswith(("data:", "blob:"))]
    assert len(asked) == 1 and asked[0].startswith("file://")
    assert errors == []


def test_its_charts_are_drawn(opened):
    page, _, _ = opened
    assert page.locator(".chart svg").count() >= 4


def test_the_evidence_can_be_searched(opened):
    page, _, _ = opened
    before = page.locator("#evidence-count").inner_text()
    page.fill("#search", "ABCB1")
    rows = page.locator("#evidence-rows tr")
    assert rows.count() > 0
    assert page.locator("#evidence-count").inner_text() != before
    page.select_option("#stance", "refutes")
    assert set(page.locator("#evidence-rows td:nth-child(4)").all_inner_texts()) == {"refutes"}
    page.fill("#search", "no such word anywhere")
    assert rows.count() == 0
    page.fill("#search", "")
    page.select_option("#stance", "")


def test_mentions_are_marked_in_the_evidence(opened):
    page, _, _ = opened
    assert page.locator("#evidence-rows mark").count() > 10


def test_it_fits_a_phone(opened):
    page, _, _ = opened
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
