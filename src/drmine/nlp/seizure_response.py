"""Drops words of response, failure, remission and relapse that are said of another disease.

``Efficacy``, ``remission`` or ``responders`` are terms wherever seizures are meant; an abstract
that names a seizure in passing uses the same words of depression, tumours or operations. What
decides is whether the sentence, or else the record, speaks of epilepsy.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from drmine.nlp.around import sentence_around

if TYPE_CHECKING:
    from drmine.records import Mention

_CONCEPTS = frozenset(
    {"drug_response", "seizure_freedom", "treatment_failure", "responder", "non_responder",
     "drug_resistance", "seizure_reduction", "newly_diagnosed", "remission_pattern",
     "early_response", "age_at_onset", "epilepsy_duration", "treatment_delay", "seizure_cluster",
     "seizure_frequency", "seizure_duration", "seizure_severity", "seizure_burden"}
)  # fmt: skip
# "a good response" of the rules on seizures may be one of a tumour
_WRITTEN = frozenset({"vocabulary", "context", "abbreviation", "rule:seizure-phrase"})
# Treatments by a fit are no epilepsy.
_EPILEPSY = re.compile(
    r"epilep|(?<!magnetic )(?<!pseudo)seizure(?! therapy)|"
    r"(?<!electro)(?<!electro-)convuls(?!i(?:ve|on) (?:therapy|treatment))|\bspasms?\b|myoclon|"
    r"\baeds?\b|\basms?\b|lennox|dravet|rasmussen|kindl|\bfits\b|\b(?:grand|petit) mal\b|"
    r"\babsences?\b|status epilepticus|ketogenic|vag(?:us|al) nerve"
)
_MIND = (
    r"depressi(?:on|ve)|\bmdd\b|\btrd\b|bipolar|mania\b|manic\b|schizo|psycho(?:sis|ses|tic)|"
    r"post-?traumatic stress|ptsd|obsessive|\bocd\b|sexual|electroconvulsive|convulsive therapy|"
    r"magnetic seizure|\bect\b|antidepress|antipsychotic|mood disorder|smok|eclampsia"
)
# A record on a drug against seizures need not name them.
_ANTISEIZURE = re.compile(
    r"anti-?(?:seizure|convuls|epilep)|phenytoin|valpro|carbamaz|lamotrig|levetirac|phenobarb|"
    r"topiram|zonisam|oxcarb|lacosam|perampan|brivarac|ethosux|primidone|clobaz|rufinam|vigabat|"
    r"tiagab|felbam|cenobam|cannabidiol"
)
_OF_THE_MIND = re.compile(_MIND)
_OTHER = re.compile(
    rf"{_MIND}|\bcancers?\b|tumou?rs?\b|gliomas?\b|glioblastoma|metasta|malignan|leuka?emia|"
    r"lymphoma|carcinoma|chemotherap|radiotherap|\bpain\b|migraine|headache|alzheimer|dementia|"
    r"parkinson|dyskinesia|huntington|amyotrophic|multiple sclerosis|neuropath|incontinen|"
    r"bladder|aneurysm|arteriovenous|avms?\b|hiv\b|covid|diabet|arthritis|myasthenia|thymectomy|"
    r"dystoni|tremor|autis|alcohol|opioid|prion|niemann|neuromyelitis|agitation|aggression"
)
# Of a record that hardly names epilepsy, what is not said of it is said of something else; one
# that names it often is on epilepsy, and tells of a patient's depression too.
_FEW, _MANY = 3, 6
# "treatment-resistant forms of bipolar depression", "late-onset Alzheimer's disease"
_OF_ANOTHER = re.compile(
    rf"\W+(?:[\w-]+ ){{0,3}}?(?:{_MIND}|agitation|aggression|alzheimer|parkinson|dementia|ataxia|"
    r"diabet|sepsis|hypertension|asthma|leuko?dystrophy|multiple sclerosis)"
)
_NAMED_BEFORE_ANOTHER = frozenset({"drug_resistance", "age_at_onset", "newly_diagnosed"})


def drop_what_is_no_response(text: str, mentions: list[Mention]) -> list[Mention]:
    """Return the mentions without those words of response that speak of another disease.

    Parameters
    ----------
    text
        ``Record.text``.
    mentions
        In order of place, none overlapping.
    """
    if not any(m.concept in _CONCEPTS and m.matched_by in _WRITTEN for m in mentions):
        return mentions
    small = text.lower()
    if len(small) != len(text):  # a few letters become two, and places would move
        small = text
    # no further than needed: most records name it often
    names = sum(1 for _ in itertools.islice(_EPILEPSY.finditer(small), _MANY))
    is_plain = names >= _MANY or _EPILEPSY.search(small.partition("\n")[0]) is not None
    is_hardly = names < _FEW and not names_antiseizure_drug(small)
    return [
        m
        for m in mentions
        if m.concept not in _CONCEPTS
        or m.matched_by not in _WRITTEN
        or not _is_elsewhere(small, text, m, is_plain=is_plain, is_hardly=is_hardly)
    ]


def names_antiseizure_drug(small: str) -> bool:
    """Whether a record, in small letters, speaks of a drug against seizures."""
    return _ANTISEIZURE.search(small) is not None


def _is_elsewhere(
    small: str, text: str, mention: Mention, *, is_plain: bool, is_hardly: bool
) -> bool:
    if mention.concept in _NAMED_BEFORE_ANOTHER and _OF_ANOTHER.match(small, mention.end):
        return True
    if mention.concept == "age_at_onset" or (
        mention.concept == "drug_resistance" and mention.matched_by == "vocabulary"
    ):
        return False  # a hereditary ataxia has a neonatal onset too
    if is_plain and mention.concept != "drug_response":
        return False
    start, last = sentence_around(text, mention)
    if _EPILEPSY.search(small, start, last):
        return False
    if is_plain:
        return _OF_THE_MIND.search(small, mention.end, last) is not None
    return is_hardly or _OTHER.search(small, start, last) is not None
