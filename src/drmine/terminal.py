"""Prints to the terminal, whatever stands in records and names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

Say = Callable[[str], Any]
"""Takes what a command says, a sentence or line at a time: :func:`say`, or a test's own list."""

# what moves the cursor, changes colours or title, or turns the order of letters round
_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def say(text: str, *, err: bool = False) -> None:
    """Print a text; orders to the terminal that stand in a record or a name are shown, not obeyed.

    A record or the name of a file could else overwrite lines, or write to the clipboard.
    """
    shown = _ORDERS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    click.echo(shown, err=err)


def complain(text: str) -> None:
    """Say what is wrong, on standard error."""
    say(text, err=True)
