"""One rule for lists that say a family's name once: ``CYP2C9 and 2C19``, ``miR-146a, -155``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drmine.nlp.matcher import TermIndex
from drmine.nlp.phrase import mention_of
from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Vocabulary

RULE = "rule:shortened-list"
_CLASSES = frozenset(
    {"transporter", "target", "enzyme", "inflammation", "epigenetic", "gene", "pharmacokinetics"}
)
_FAMILY = re.compile(r"([A-Za-z]{2,5}-?)\d")
# A number alone may count patients ("IL-6 and 10 controls"): so a letter in it, or a hyphen before.
_MEMBER = re.compile(
    r"\s?(?:,\s?(?:and|or)|,|/|and|or|&)\s?(?P<member>-\d{1,3}[A-Za-z]?|\d{1,2}[A-Z]\d{0,2})"
    r"(?![\w%]|[.,-]\d|-\w)"
)


def extend_shortened_lists(
    text: str, mentions: list[Mention], index: TermIndex, vocabulary: Vocabulary
) -> list[Mention]:
    """Add the members of a list that stand without their family's name.

    Parameters
    ----------
    text
        ``Record.text``.
    mentions
        In order of place, none overlapping.
    index
        Looks the completed name up.
    vocabulary
        Gives the concepts.
    """
    taken = {m.start for m in mentions}
    added: list[Mention] = []
    for mention in mentions:
        if mention.class_ not in _CLASSES or (family := _FAMILY.match(mention.text)) is None:
            continue
        end = mention.end
        while (listed := _MEMBER.match(text, end)) is not None:
            start, end = listed.span("member")
            start += text[start] == "-"
            name = family.group(1).rstrip("-") + text[start:end]
            entry = next((e for e in index.lookup(name) if not e.needs_context), None)
            if entry is None or not entry.concept or start in taken:
                break
            concept = vocabulary.concepts[entry.concept]
            added.append(mention_of(text, start, end, concept, RULE, entry.term))
    return sorted([*mentions, *added], key=lambda m: m.start) if added else mentions
