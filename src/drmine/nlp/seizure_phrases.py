"""Rules for what is said of seizures, with any kind of them: ``control of all focal fits``.

The vocabulary lists the usual wordings; no list can hold each with each kind of seizure. Here a
name of seizures that the tagger found stands for all of them. Phrases with the name of another
thing inside (a convulsant, a drug, a resistant epilepsy) are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from drmine.nlp.phrase import Phrases, in_their_place, mention_of
from drmine.nlp.seizure_grammar import PHRASES
from drmine.nlp.seizure_words import (
    DRUG,
    EPILEPSY,
    GENERAL,
    KINDS_BEFORE,
    OTHER,
    SEIZURES,
    STARTS_WITH_NAME,
    STATUS,
)
from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Vocabulary

RULE = "rule:seizure-phrase"

_PHRASES = Phrases(PHRASES)

_SWALLOWED = frozenset({"epilepsy", "resistance", "severity"})
# These stay mentions of their own: "frequency of refractory seizures" names two.
_OWN = frozenset({"drug_resistant_epilepsy", "refractory_status_epilepticus", "newly_diagnosed"})
# General words of drugs are no second mention in a phrase.
_DRUGS = frozenset({"antiseizure_medication", "polytherapy", "monotherapy", "adjunctive_therapy"})
# "severe myoclonic epilepsy" and its like are syndromes.
_EPILEPSIES = frozenset(
    {"epilepsy", "focal_epilepsy", "generalized_epilepsy", "temporal_lobe_epilepsy",
     "frontal_lobe_epilepsy", "childhood_epilepsy", "absence_epilepsy"}
)  # fmt: skip

_CLAUSE_END = re.compile(r"[.;:]\s|\n")
_NAMES = re.compile(
    rf"[{SEIZURES}{EPILEPSY}{STATUS}]|seizure|convulsion|fits?\b|attack|spasm|absences"
)
# Three kinds are not longer than this.
_KINDS_REACH = 60

# What the last word of a name says that it names.
_KINDS = (
    (SEIZURES, re.compile(r"(?:seizures?|convulsions?|fits?|attacks?|spasms?|absences?|gtcss?|"
                           r"srss?|seizure activity)$", re.IGNORECASE)),
    (EPILEPSY, re.compile(r"(?:epileps(?:y|ies)|disorders?|tle)$", re.IGNORECASE)),
)  # fmt: skip


def add_seizure_phrases(
    text: str, mentions: list[Mention], vocabulary: Vocabulary
) -> list[Mention]:
    """Put phrases on seizures in the place of the names in them.

    Parameters
    ----------
    text
        ``Record.text``.
    mentions
        In order of place, none overlapping.
    vocabulary
        Gives the class of each phrase's concept; phrases of concepts that it lacks are not
        looked for.
    """
    if not any(m.class_ == "epilepsy" or m.concept in _OWN for m in mentions):
        return mentions  # "a good response" of what, nobody knows
    small = _masked(text, mentions)
    if len(small) != len(text):  # a few letters become two in small, and places would move
        return mentions
    found: list[Mention] = []
    named: _Named | None = None
    for phrase in _PHRASES.in_text(small, text):
        if phrase.concept not in vocabulary.concepts:
            continue
        if phrase.needs_name and named is None:
            named = _Named(small)
        where = named if phrase.needs_name and named else None
        for match in phrase.pattern.finditer(where.text if where else small):
            start, end = match.span(match.lastindex or 0)
            if where:
                start, end = where.place(start), where.place(end - 1) + 1
            if STARTS_WITH_NAME.match(small, start):
                start = _with_kinds(small, start)
            if any(m.start < end and start < m.end for m in found):
                continue
            if not all(
                _gives_way(m, start, end, phrase.concept)
                for m in mentions
                if m.start < end and start < m.end
            ):
                continue
            found.append(mention_of(text, start, end, vocabulary.concepts[phrase.concept], RULE))
    return in_their_place(mentions, found)


class _Named:
    """The clauses of a text that name seizures; the patterns take long, and most clauses do not."""

    def __init__(self, small: str) -> None:
        clauses: list[str] = []
        self._starts: list[int] = []  # in here
        self._places: list[int] = []  # in the text
        length = last = 0
        for end in (*(m.end() for m in _CLAUSE_END.finditer(small)), len(small)):
            clause, at, last = small[last:end], last, end
            if _NAMES.search(clause):
                clauses.append(clause)
                self._starts.append(length)
                self._places.append(at)
                length += len(clause)
        self.text = "".join(clauses)

    def place(self, at: int) -> int:
        """Return where in the text a letter of the clauses stands."""
        number = bisect_right(self._starts, at) - 1
        return self._places[number] + at - self._starts[number]


def _with_kinds(small: str, start: int) -> int:
    """Return where the kinds begin that stand before a name: ``focal motor`` seizures."""
    before = KINDS_BEFORE.search(small, max(0, start - _KINDS_REACH), start)
    return before.start() if before else start


def _gives_way(mention: Mention, start: int, end: int, concept: str) -> bool:
    """Whether a mention is shorter than a phrase that it meets, and no thing of its own."""
    is_weak = mention.matched_by == "context" or concept == "treatment_failure"
    if mention.concept == concept and is_weak:
        # "treatment failed" in "treatment failed to control seizures"
        return not (mention.start <= start and end <= mention.end)
    return (
        start <= mention.start
        and mention.end <= end
        and mention.end - mention.start < end - start
        and (mention.class_ in _SWALLOWED or mention.concept in _DRUGS)
        and (mention.concept not in _OWN or mention.concept == concept)
    )


def _masked(text: str, mentions: list[Mention]) -> str:
    pieces: list[str] = []
    last = 0
    for mention in mentions:
        letter = None
        if mention.class_ == "epilepsy":
            letter = next((c for c, kind in _KINDS if kind.search(mention.text)), OTHER)
            if mention.concept == "status_epilepticus":
                letter = STATUS
            elif letter == EPILEPSY and mention.concept not in _EPILEPSIES:
                letter = OTHER
        elif mention.class_ == "drug":
            letter = GENERAL if mention.concept in _DRUGS else DRUG
        elif mention.class_ not in _SWALLOWED or mention.concept in _OWN - {"newly_diagnosed"}:
            letter = OTHER
        if letter is not None:
            pieces += [text[last : mention.start].lower(), letter * (mention.end - mention.start)]
            last = mention.end
    return "".join([*pieces, text[last:].lower()])
