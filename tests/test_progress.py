"""Progress is told where somebody can read it, and stands in no way elsewhere."""

import sys

from drmine.progress import Progress


def test_a_closed_standard_error_does_not_end_the_work(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    with Progress("records") as progress:
        progress._begun -= 60
        progress._last -= 60
        progress.update(5)
    # and `print` takes no file for standard output
    assert capsys.readouterr().out == ""
