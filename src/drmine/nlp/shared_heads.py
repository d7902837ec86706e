"""One rule for lists that say their last word once: ``sodium and potassium channels``.

The term index finds the member that has the word (``potassium channels``); the others (``sodium``)
are mentions too, each with the words that are its own (rule 13 of the mention rules).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drmine.nlp.matcher import TermIndex
from drmine.nlp.phrase import mention_of
from drmine.records import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drmine.vocabulary import Vocabulary

RULE = "rule:shared-head"
_CONTEXT = "epilepsy"  # names of epilepsies are no mentions
# What joins the last two members; before it a comma may do.
_LAST_JOIN = re.compile(r"(?:,? (?:and/or|and|or|as well as) |/)$")
_JOIN = re.compile(r"(?:, |/|,? (?:and/or|and|or) )$")
# One to three words that stand before a join: "voltage-gated sodium", "μ-".
_MEMBERS = tuple(
    re.compile(rf"(?<![\w/-])(?:[\w()+'-]+ ){{{n}}}(?P<last>[\w()+'-]+)$") for n in (2, 1, 0)
)
_BREAK = re.compile(r"[ -]")
# What only numbers the last member is its own: "JNK/caspase-3" names no JNK3.
_NUMBER = re.compile(r"\d+[A-Za-z]?$")
# A substance alone ("kainate") is another concept than the receptor that the list means; it gives
# way only where the plural says that the head is everybody's.
_PLURAL_HEAD = re.compile(r"(?:receptors|channels|transporters|currents|systems|neurones|neurons)$")
_GIVES_WAY = frozenset({"target", "probe", "drug"})
_LONGEST_MEMBER = 60


def extend_shared_heads(
    text: str, mentions: list[Mention], index: TermIndex, vocabulary: Vocabulary
) -> list[Mention]:
    """Add the members of a list that leave their last word to its last member.

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
    added: dict[tuple[int, int], Mention] = {}
    plural: set[tuple[int, int]] = set()
    for mention in mentions:
        if mention.class_ == _CONTEXT or not _BREAK.search(mention.text):
            continue
        end = mention.start
        join = _LAST_JOIN
        while (found := join.search(text, max(0, end - 12), end)) is not None:
            member = _member(text, found.start(), mention, index, vocabulary)
            if member is None or (
                _ends_a_clause(found.group())
                and join is _LAST_JOIN
                and not text.endswith(", ", 0, member.start)
            ):
                break
            added[member.start, member.end] = member
            if _PLURAL_HEAD.search(mention.text):
                plural.add((member.start, member.end))
            end, join = member.start, _JOIN
    if not added:
        return mentions
    kept: list[Mention] = []
    for mention in mentions:
        rivals = [m for m in added.values() if m.start < mention.end and mention.start < m.end]
        for rival in rivals:
            place = (rival.start, rival.end)
            if place not in plural or not _gives_way(mention, rival):
                added.pop(place, None)
        if not any((m.start, m.end) in added for m in rivals):
            kept.append(mention)
    return sorted([*kept, *added.values()], key=lambda m: m.start)


def _member(
    text: str, end: int, last: Mention, index: TermIndex, vocabulary: Vocabulary
) -> Mention | None:
    """Return the member that ends here, completed by words of the last one."""
    for pattern in _MEMBERS:
        words = pattern.search(text, max(0, end - _LONGEST_MEMBER), end)
        if words is None or words.group().count("(") != words.group().count(")"):
            continue
        own = words.group()
        stop = end - own.endswith("-")
        if not _is_name(text[words.start() : stop]):
            continue
        for completed in _completed(own, last.text):
            entry = next((e for e in index.lookup(completed) if not e.needs_context), None)
            if entry is None or entry.concept not in vocabulary.concepts:
                continue
            concept = vocabulary.concepts[entry.concept]
            if concept.class_ != _CONTEXT:
                return mention_of(text, words.start(), stop, concept, RULE, entry.term)
    return None


def _completed(own: str, last: str) -> Iterator[str]:
    """Yield the member with ever fewer words of the last: ``mu`` + ``opioid receptors``."""
    for gap in _BREAK.finditer(last):
        if _NUMBER.match(last, gap.end()):
            continue
        if own.endswith("-"):
            # "loss- and gain-of-function", "alpha1- and beta-adrenoceptors"
            if gap.group() == "-":
                yield own + last[gap.end() :]
        else:
            yield own + gap.group() + last[gap.end() :]


def _ends_a_clause(join: str) -> bool:
    # ", and" belongs to a list only where there is one comma more: "drugs, and serum levels"
    return join.startswith(",")


def _is_name(own: str) -> bool:
    # One Latin letter ("T- and L-type") is too little to be marked; a Greek one is a name.
    return len(own) > 1 or (len(own) == 1 and not own.isascii())


def _gives_way(mention: Mention, rival: Mention) -> bool:
    return (
        (mention.start, mention.end) == (rival.start, rival.end)
        and mention.class_ in _GIVES_WAY
        and mention.concept != rival.concept
    )
