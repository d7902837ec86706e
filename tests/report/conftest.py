"""The report of the demonstration, in a real browser."""

from __future__ import annotations

import pytest
from report_pages import Browser


@pytest.fixture(scope="module")
def report(demo, chromium) -> Browser:
    assert demo.result.returncode == 0
    return Browser(chromium, demo.workspace / "report")
