"""The report as text: abstracts are untrusted input, and stay text."""

from __future__ import annotations

import json

from drmine.report.page import script_json


def test_json_in_a_script_element_cannot_end_it():
    hostile = {"title": "</script><script>alert(1)</script><!-- & \u2028"}
    text = script_json(hostile)
    assert "<" not in text and ">" not in text and "\u2028" not in text
    assert json.loads(text) == hostile
