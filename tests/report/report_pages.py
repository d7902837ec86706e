"""Pages of a report, opened in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HYPOTHESIS = "hypothesis_transporter.html"
PAGES = ("index.html", HYPOTHESIS, "evidence.html", "method.html")


class Browser:
    """Opens pages of one report and keeps what they asked for and complained of."""

    def __init__(self, chromium: Any, folder: Path) -> None:
        self.context = chromium.new_context(viewport={"width": 1200, "height": 900})
        self.folder = folder
        self.requests: list[str] = []
        self.errors: list[str] = []

    def open(self, name: str, width: int = 1200) -> Any:
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.goto((self.folder / name.partition("#")[0]).resolve().as_uri() + "".join(
            name.partition("#")[1:]))  # fmt: skip
        page.wait_for_function(
            "Number(document.body.dataset.charts || 0)"
            " >= document.querySelectorAll('.chart').length",
            timeout=30_000,
        )
        return page
