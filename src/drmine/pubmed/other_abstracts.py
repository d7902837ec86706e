"""Which abstract is the abstract where others stand beside it: one rule for XML and text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

PLAIN_LANGUAGE = "plain-language-summary"
KINDS = ("AAMC", "AIDS", "KIE", "NASA", "PIP", "Publisher", PLAIN_LANGUAGE)
"""Who writes other abstracts, as PubMed names them."""

_NO_ABSTRACT = "abstract available from the publisher."  # it keeps the abstract to itself


class OtherAbstract(NamedTuple):
    """An abstract that is not the journal's own; a language that is not named is English."""

    text: str
    kind: str = ""
    language: str = ""

    @property
    def is_english(self) -> bool:
        """Whether it may stand in for the journal's own."""
        return self.language.lower() in ("", "eng", "en")


def choose_abstract(abstract: str, others: Iterable[OtherAbstract]) -> tuple[str, tuple[str, ...]]:
    """Return the abstract and the other abstracts.

    Where the journal gave no abstract but an English one was written by another
    hand (the AIDS, bioethics and population collections, a summary in plain
    language), PubMed shows that one: it becomes the abstract.
    """
    rest = [one for one in others if one.text and one.text.lower() != _NO_ABSTRACT]
    english = [one for one in rest if one.is_english]
    if not abstract and english:
        chosen = min(english, key=lambda one: one.kind == PLAIN_LANGUAGE)
        rest.remove(chosen)
        abstract = chosen.text
    return abstract, tuple(one.text for one in rest)
