"""Terms with their last word first: ``antagonist of NMDA receptors``."""

from __future__ import annotations

import re

_HEADS = ("antagonist", "agonist", "blocker", "inhibitor", "activator", "opener", "modulator")
_ACTS_ON = re.compile(rf"(.+) ({'|'.join(_HEADS)})").fullmatch
_ANTIBODY = re.compile(r"(?:anti-)?(.+) (auto)?antibody").fullmatch


def turned_round(term: str) -> tuple[str, ...]:
    """Return what says the same with the last word first: ``antagonist of NMDA receptors``."""
    # sixty thousand terms are asked at every start, and few end so
    if not term.endswith((*_HEADS, "antibody")):
        return ()
    if acting := _ACTS_ON(term):
        what, head = acting.groups()
        return (f"{head} of {what}", f"{head} of the {what}")
    if (antibody := _ANTIBODY(term)) and any(c.isupper() for c in antibody[1]):
        return tuple(
            f"{antibody[2] or ''}{head} {to} {the}{antibody[1]}"
            for head in ("antibody", "antibodies")
            for to in ("against", "to")
            for the in ("", "the ")
        )
    return ()
