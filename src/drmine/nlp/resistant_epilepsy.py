"""One rule for ``drug-resistant focal onset epilepsy`` and all its like, which no list can hold.

An adjective of resistance and the kind of epilepsy that follows it are one mention: resistant
epilepsy (or refractory status epilepticus). Named syndromes stay by themselves: in ``refractory
Dravet syndrome`` the adjective is the mention.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Vocabulary

RULE = "rule:resistant-epilepsy"
_EPILEPSY = "drug_resistant_epilepsy"
_STATUS = "refractory_status_epilepticus"
_RESISTANCE = frozenset({"drug_resistance", "treatment_failure", _EPILEPSY})
_KINDS = frozenset(
    {"epilepsy", "seizure", "focal_epilepsy", "generalized_epilepsy", "temporal_lobe_epilepsy",
     "frontal_lobe_epilepsy", "childhood_epilepsy", "genetic_epilepsy", "tonic_clonic_seizure",
     "febrile_seizures", "status_epilepticus", "absence_epilepsy", "myoclonic_epilepsy",
     "neonatal_seizures", "lennox_gastaut", "infantile_spasms"}
)  # fmt: skip
_ADJECTIVE = re.compile(
    r"(?:resistant|refractory|intractable|uncontroll(?:ed|able)|unresponsive|recalcitrant|"
    r"(?:poorly|badly|inadequately|incompletely|insufficiently|unsatisfactorily|suboptimally)[- ]"
    r"controlled|(?:difficult|hard)[- ]to[- ](?:treat|control|manage))$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"[- ](?:(?:focal|partial|generali[sz]ed|onset|childhood|pa?ediatric|adult|chronic|mesial|"
    r"temporal|frontal|lobe|complex|simple|symptomatic|epileptic|human|severe|unilateral|bilateral|"
    r"left|right|non-?lesional|lesional|mri-negative|cryptogenic|idiopathic|structural|multifocal|"
    r"neocortical|extratemporal|insular|medial|limbic|autoimmune|post-?traumatic|canine|feline|"
    r"secondar(?:y|ily)|primar(?:y|ily)|convulsive|non-?convulsive|motor|nocturnal|recurrent|"
    r"spontaneous|neonatal|infantile|drop|tonic|clonic|myoclonic|atonic|tonic-clonic)[- ]){0,5}",
    re.IGNORECASE,
)
_LIST = re.compile(r",? (?:and|or|and/or|to) |, |/", re.IGNORECASE)
_NOUN = re.compile(
    r"(?:epileps(?:y|ies)|seizures?|convulsions?|spasms|drop attacks?|disorders?|"
    r"status epilepticus|epilepticus)$",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-Za-z]?[A-Z]{1,4}(?:-[A-Z]{2})?$")


def join_resistant_epilepsy(
    text: str, mentions: list[Mention], vocabulary: Vocabulary
) -> list[Mention]:
    """Join an adjective of resistance with the epilepsy behind it.

    Parameters
    ----------
    text
        ``Record.text``.
    mentions
        In order of place, none overlapping.
    vocabulary
        Gives the class of the joined concept; nothing is done where it lacks that concept.
    """
    if _EPILEPSY not in vocabulary.concepts or _STATUS not in vocabulary.concepts:
        return mentions
    joined: list[Mention] = []
    position = 0
    while position < len(mentions):
        first = mentions[position]
        after = position + 1
        if first.concept in _RESISTANCE and _ADJECTIVE.search(first.text):
            end, last = first.end, None
            while after < len(mentions):
                following = mentions[after]
                if following.concept not in _KINDS or not _BETWEEN.fullmatch(
                    text, end, following.start
                ):
                    break
                end, last, after = following.end, following, after + 1
            if last is not None and (_NOUN.search(last.text) or _ACRONYM.fullmatch(last.text)):
                is_status = last.concept == "status_epilepticus"
                concept = vocabulary.concepts[_STATUS if is_status else _EPILEPSY]
                joined.append(
                    replace(
                        first, end=end, text=text[first.start : end], concept=concept.id,
                        class_=concept.class_, matched_by=RULE,
                        term=f"{first.term} + {last.term}", long_form=None,
                    )
                )  # fmt: skip
                position = after
                continue
        joined.append(first)
        position += 1
    followers = [*joined[1:], None] if joined else []
    return [
        _as_its_neighbour(text, one, after) for one, after in zip(joined, followers, strict=True)
    ]


def _as_its_neighbour(text: str, mention: Mention, following: Mention | None) -> Mention:
    """Give ``refractory`` in ``refractory and super-refractory SE`` the concept of the list."""
    if (
        following is None
        or mention.concept != "drug_resistance"
        or following.concept not in (_EPILEPSY, _STATUS)
        or not _ADJECTIVE.search(mention.text)
        or not _LIST.fullmatch(text, mention.end, following.start)
    ):
        return mention
    return replace(mention, concept=following.concept, class_=following.class_, matched_by=RULE,
                   term=f"{mention.term} + {following.term}")  # fmt: skip
