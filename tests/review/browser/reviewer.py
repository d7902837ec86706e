"""A reviewer at work in a real Chromium."""

from __future__ import annotations

from typing import Any

from review_server import Server

SIZES = {"wide": (1400, 900), "tablet": (820, 1180), "phone": (400, 850)}


def sign_in(page: Any, server: Server, name: str) -> None:
    """Say the name, and wait until the first record is there with its styles and scripts.

    A page answers questions before its style sheet has come: what should be hidden is seen then.
    """
    page.goto(server.url)
    page.fill("#name", name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


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
        sign_in(self.page, server, name)
        self.page.wait_for_selector("#decision, .narrow table")

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
