"""The HTML report."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    # Jinja and the charts load only when a report is written.
    if name == "write_report":
        from drmine.report.page import write_report

        return write_report
    raise AttributeError(name)
