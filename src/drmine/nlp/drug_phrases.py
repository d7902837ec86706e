"""Rules for phrases with a drug's name inside: ``plasma lamotrigine levels``, ``response to VPA``.

No list can hold them. A phrase is a mention of its own beside that of the drug in it; a general
word (``AED efficacy``) gives the phrase alone. The same pass reads what is said of seizures as a
whole: ``control of their seizures``, ``seizures ceased``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Vocabulary

RULE = "rule:drug-phrase"

_GENERAL = frozenset(
    {"antiseizure_medication", "first_generation_asm", "new_generation_asm", "polytherapy",
     "monotherapy", "adjunctive_therapy"}
)  # fmt: skip
_CLASSES = frozenset({"drug", "probe"})
_NO_MEDICINE = frozenset({"ethanol"})
# What stands inside a phrase and is no name of a thing goes: the phrase says it whole.
_SWALLOWED = frozenset({"resistance", "pharmacokinetics", "severity", "epilepsy"})

# Private characters stand for the letters of a drug's name, so that places stay as they are.
_NAMED, _ANY_DRUG, _PROBE = "\ue000", "\ue001", "\ue002"
_DRUG = f"[{_NAMED}{_ANY_DRUG}]+"
# what has a level, too: nobody is resistant to pilocarpine
_SUBSTANCE = f"[{_NAMED}{_ANY_DRUG}{_PROBE}]+"
_WHICH = (
    r"(?:the|this|these|any|all|other|usual|routine|current|common|available|multiple|several|many|"
    r"appropriate|adequate|concomitant|conventional|standard|first-line|second-line)"
)
_TREATMENT = (
    rf"(?:(?:{_WHICH}|{_ANY_DRUG}+|medical|drug|pharmacologic(?:al)?|anti-?epileptic|"
    r"anti-?convulsant|anti-?seizure|anti-?convulsive) ){0,3}"
    r"(?:treatments?|therap(?:y|ies)|medications?|drugs?|medicines?|management|pharmacotherapy|"
    r"agents?)\b"
)
_DRUGS = (
    rf"(?:{_TREATMENT}|(?:{_WHICH} ){{0,2}}{_DRUG})"
    rf"(?:(?:,? and |,? or |/)(?:other |concomitant )?{_DRUG})?"
)
_FLUID = r"(?:serum|plasma|blood)"
_LEVEL = r"(?:levels?|concentrations?)\b"
_ILLNESS = (
    r"(?:(?:his|her|their|the|these|all|epileptic|generali[sz]ed|focal|partial|tonic-clonic|"
    r"convulsive|clinical|acute|eclamptic|electrographic) ){0,3}"
    r"(?:seizures?(?: attacks?| activity)?|epilep(?:sy|sies)|attacks?|fits?|convulsions?|gtcs?)\b"
)
_COUNT = r"(?:frequency|frequencies|rates?|counts?|numbers?|burden)"
_ANY = r"(?:(?:the|their|mean|median|average|total|overall|monthly|weekly|daily) ){0,3}"


class _Phrase(NamedTuple):
    concept: str
    needs: tuple[str, ...]  # without one of these there is no match; to ask costs next to nothing
    pattern: re.Pattern[str]


def _phrase(concept: str, needs: str, pattern: str) -> _Phrase:
    return _Phrase(concept, tuple(needs.split("|")), re.compile(pattern))


# In order: of two that meet, the first counts. Texts come in small letters.
_PHRASES = (
    _phrase("saliva_level", "saliva", rf"\b(?:saliva|salivary) {_SUBSTANCE} {_LEVEL}"),
    _phrase("brain_drug_penetration", "brain ", rf"\bbrain {_SUBSTANCE} {_LEVEL}"),
    _phrase(
        "protein_binding", "free |bound ",
        rf"\b(?:{_FLUID} )?(?:free {_SUBSTANCE} (?:{_LEVEL}|fractions?\b)|"
        rf"(?:un)?bound {_SUBSTANCE}(?: {_LEVEL}| fractions?\b)?)",
    ),
    _phrase(
        "drug_level", " level| concentration",
        rf"(?:\b(?:{_FLUID}|trough|steady-state|total|peak) ){{0,2}}{_SUBSTANCE} {_LEVEL}",
    ),
    _phrase(
        "brain_drug_penetration", "levels of |concentrations of |level of |concentration of ",
        rf"\b{_LEVEL} of {_SUBSTANCE} in (?:the )?(?:brain|csf|cerebrospinal fluid|"
        r"(?:gr[ae]y|white) matter)\b",
    ),
    _phrase(
        "drug_level", "levels of |concentrations of |level of |concentration of ",
        rf"\b{_LEVEL} of {_SUBSTANCE} in (?:the )?{_FLUID}\b",
    ),
    _phrase("drug_metabolism", "metabolism of ", rf"\bmetabolism of {_DRUGS}"),
    _phrase(
        "adherence", "adherence |compliance ",
        rf"\b(?:(?:poor|good|patient|medication) )?(?:non-?)?(?:adherence|compliance) "
        rf"(?:to|with) {_DRUGS}",
    ),
    _phrase("clearance", " clearance", rf"{_SUBSTANCE} clearances?\b"),
    _phrase(
        "drug_interaction", "interaction",
        rf"\binteractions? (?:between|with|of|among) {_DRUGS}|{_DRUG}[- ]interactions?\b",
    ),
    # not how well a drug is borne ("good tolerance")
    _phrase(
        "tolerance", "tolerance",
        rf"\b(?<!good )(?<!excellent )(?<!poor )(?<!better )"
        rf"(?:cross-)?tolerance to (?:the )?{_DRUG}|{_DRUG} tolerance\b",
    ),
    _phrase(
        "drug_resistance",
        "responsive to |resistant to |resistance to |"
        "refractory to |refractoriness to |intractable to |reactive to ",
        rf"\b(?:non-?responsive|unresponsive|resistant|refractory|intractable|refractoriness|"
        rf"resistance|non-reactive) to {_DRUGS}",
    ),
    _phrase(
        "drug_resistance", "controlled by|controlled with|controllable",
        rf"\b(?:uncontrolled|not controlled|uncontrollable) (?:by|with) {_DRUGS}",
    ),
    _phrase(
        "responder", "responsive to|controlled |responding to",
        rf"\b(?:responsive to|(?<!not )controlled (?:by|with|on)|responding to) {_DRUGS}",
    ),
    _phrase(
        "drug_response",
        "response to |responses to |respond to |responds to |"
        "responded to |responsiveness to | well to |rably to ",
        rf"\b(?:respon(?:ses?|d|ds|ded)|responsiveness)(?: well| favou?rably)? to {_DRUGS}",
    ),
    _phrase(
        "drug_response", " respon| efficacy| effectiveness",
        rf"{_DRUG} (?:respon(?:se|siveness)|efficacy|effectiveness)\b",
    ),
    _phrase(
        "drug_withdrawal",
        "withdrawal of|discontinuation of|cessation of|"
        "tapering of|stopping of|discontinuing of",
        rf"\b(?:withdrawal|discontinuation|cessation|tapering|stopping|discontinuing) of {_DRUGS}",
    ),
    _phrase(
        "drug_withdrawal", "stopped|discontin|withdraw|tapered",
        rf"{_DRUG} (?:(?:was|were|had been|has been) (?:gradually |then |later )?"
        rf"(?:stopped|discontinued|withdrawn|tapered)|withdrawal|discontinuation)\b",
    ),
    _phrase(
        "drug_withdrawal", "stopped |stopping |withdrawing |discontinu",
        rf"\b(?:discontinued|stopped|stopping|withdrawing|discontinuing) (?:the )?{_DRUG}",
    ),
    _phrase("treatment_failure", "failed", rf"{_DRUG} (?:had |have )?failed\b"),
    _phrase(
        "seizure_reduction", "reduction|decrease|increase|decline",
        rf"\b(?:reduction|decrease|increase|decline)s? (?:in|of) {_ANY}(?:{_COUNT} of {_ILLNESS}|"
        rf"(?:clinical )?(?:seizure {_COUNT}\b|seizures\b(?! (?:{_COUNT}|incidence))|gtcs?\b))",
    ),
    _phrase(
        "seizure_reduction", "reduced |reducing |decreased |decreasing |increased |increasing ",
        rf"\b(?:reduc|decreas|increas)(?:ed|ing) {_ANY}(?:seizures\b|seizure {_COUNT}\b)",
    ),
    _phrase(
        "drug_response", "protect",
        r"\bprotect(?:s|ed|ing|ion|ive)? (?:against|from) (?:[^\s.,;]+[ -]){0,3}?"
        r"(?:seizures?|convulsions?|epilepsy)\b",
    ),
    _phrase("seizure_freedom", "control o", rf"\bcontrol (?:of|over) {_ILLNESS}"),
    _phrase("seizure_freedom", "controlling ", rf"\bcontrolling {_ILLNESS}"),
    _phrase("seizure_freedom", "to control ", rf"(?<=\bto )control {_ILLNESS}"),
    _phrase(
        "seizure_freedom", " controll| abolished| ceased| disappeared| remit| resolved",
        r"\b(?:seizures|epileps(?:y|ies)|fits|attacks|convulsions) "
        r"(?:(?:were|was|are|is|can be|could be|had been|have been) "
        r"(?:well |completely |fully |successfully )?(?:controlled|controllable|abolished)|"
        r"(?:have )?(?:ceased|disappeared|remitted|remit|resolved))\b",
    ),
    _phrase(
        "seizure_freedom", "cessation of |arrest of |resolution of |abolition of ",
        r"\b(?:cessation|arrest|resolution|abolition) of (?:the )?"
        r"(?:seizures?(?: activity)?|se|status epilepticus|convulsions|fits)\b",
    ),
)  # fmt: skip


def add_drug_phrases(text: str, mentions: list[Mention], vocabulary: Vocabulary) -> list[Mention]:
    """Add the phrases in which a drug's name stands, and those on seizures as a whole.

    Parameters
    ----------
    text
        ``Record.text``.
    mentions
        In order of place, none overlapping.
    vocabulary
        Gives the class of each phrase's concept; phrases of concepts that it lacks are not
        looked for.

    Returns
    -------
    list of Mention
        In order of place; a phrase comes before the name that stands in it.
    """
    masked = _masked(text, mentions)
    small = masked.lower()
    if len(small) != len(masked):  # a few letters become two, and places would move
        small = masked
    found: list[Mention] = []
    for phrase in _PHRASES:
        if phrase.concept not in vocabulary.concepts or not any(n in small for n in phrase.needs):
            continue
        for match in phrase.pattern.finditer(small):
            start, end = match.span()
            if any(m.start < end and start < m.end for m in found):
                continue
            if any(m.start < start < m.end or m.start < end < m.end for m in mentions):
                continue  # a longer name reaches out of it
            concept = vocabulary.concepts[phrase.concept]
            found.append(
                Mention(
                    start, end, text[start:end], concept.id, concept.class_,
                    matched_by=RULE, term=concept.name,
                )
            )  # fmt: skip
    if not found:
        return mentions
    swallowed = {id(m) for m in mentions if _is_swallowed(m, found)}
    kept = [m for m in mentions if id(m) not in swallowed]
    return sorted([*kept, *found], key=lambda m: (m.start, -m.end))


def _masked(text: str, mentions: list[Mention]) -> str:
    pieces: list[str] = []
    last = 0
    for mention in mentions:
        if mention.class_ in _CLASSES and mention.concept not in _NO_MEDICINE:
            letter = _PROBE if mention.class_ == "probe" else _NAMED
            if mention.concept in _GENERAL:
                letter = _ANY_DRUG
            pieces += [text[last : mention.start], letter * (mention.end - mention.start)]
            last = mention.end
    return "".join([*pieces, text[last:]])


def _is_swallowed(mention: Mention, phrases: list[Mention]) -> bool:
    for phrase in phrases:
        if phrase.start <= mention.start and mention.end <= phrase.end:
            return (
                mention.class_ in _SWALLOWED
                or mention.concept in _GENERAL
                or mention.concept == phrase.concept
            )
    return False
