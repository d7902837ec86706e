"""Rules for phrases with a drug's name inside: ``plasma lamotrigine levels``, ``response to VPA``.

No list can hold them. A phrase is a mention of its own beside that of the drug in it; a general
word (``AED efficacy``) gives the phrase alone. What is said of seizures without a drug stands in
:mod:`drmine.nlp.seizure_phrases`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drmine.nlp.exposure_phrases import (
    ANY_DRUG,
    BODY,
    DRUG,
    DRUGS,
    EXPOSURE_PHRASES,
    NAMED,
    PROBE,
)
from drmine.nlp.exposure_words import (
    BODY_SUBSTANCES,
    is_of_a_dish,
    needs_a_body,
)
from drmine.nlp.phrase import Phrases, mention_of, phrase
from drmine.nlp.seizure_response import names_antiseizure_drug
from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Vocabulary

RULE = "rule:drug-phrase"

_GENERAL = frozenset(
    {"antiseizure_medication", "first_generation_asm", "new_generation_asm", "polytherapy",
     "monotherapy", "adjunctive_therapy"}
)  # fmt: skip
_CLASSES = frozenset({"drug", "probe"})
_TAKEN_WITH = ("concomitant", "concurrent")
_NO_MEDICINE = frozenset({"ethanol"})
# What stands inside a phrase and is no name of a thing goes: the phrase says it whole.
_SWALLOWED = frozenset({"resistance", "pharmacokinetics", "severity", "epilepsy"})

# In order: of two that meet, the first counts. Texts come in small letters.
_PHRASES = (
    *EXPOSURE_PHRASES,
    # not how well a drug is borne ("good tolerance")
    phrase(
        "tolerance", "tolerance",
        rf"\b(?<!good )(?<!excellent )(?<!poor )(?<!better )"
        rf"(?:cross-)?tolerance to (?:the )?{DRUG}|{DRUG} tolerance\b",
    ),
    phrase(
        "drug_resistance",
        "responsive to |resistant to |resistance to |"
        "refractory to |refractoriness to |intractable to |reactive to ",
        rf"\b(?:non-?responsive|unresponsive|resistant|refractory|intractable|refractoriness|"
        rf"resistance|non-reactive) to {DRUGS}",
    ),
    phrase(
        "drug_resistance", "controlled by|controlled with|controllable",
        rf"\b(?:uncontrolled|not controlled|uncontrollable) (?:by|with) {DRUGS}",
    ),
    phrase(
        "responder", "responsive to|controlled |responding to",
        r"\b(?:(?<!not[ -])responsive to|(?<!not )controlled (?:by|with|on)|"
        rf"(?<!not[ -])responding to) {DRUGS}",
    ),
    phrase(
        "drug_response",
        "response to |responses to |respond to |responds to |"
        "responded to |responsiveness to | well to |rably to ",
        rf"(?<!dystonic )(?<!idiosyncratic )(?<!adverse )(?<!toxic )(?<!allergic )"
        rf"\b(?:respon(?:ses?|d|ds|ded)|responsiveness)(?: well| favou?rably)? to {DRUGS}",
    ),
    phrase(
        "drug_response", " respon| efficacy| effectiveness",
        rf"{DRUG} (?:respon(?:se|siveness)|efficacy|effectiveness)\b",
    ),
    phrase(
        "drug_withdrawal",
        "withdrawal |discontinuation of|cessation of|tapering |weaning |withdrawn from|weaned |"
        "tapered off|stopping of|discontinuing of|taper of|removal of",
        rf"\b(?:(?:withdrawal|discontinuation|cessation|taper(?:ing)?|stopping|discontinuing|"
        rf"weaning|removal) of {DRUGS}|(?:(?:withdrawal|withdrawn|weaned|weaning) from|"
        rf"(?:weaned|weaning|tapered|tapering) off(?: of)?) (?:(?:the|his|her|their|all) )?{DRUG})",
    ),
    phrase(
        "drug_withdrawal", "stopped|discontin|withdraw|taper|weaned| cessation",
        rf"{DRUG} (?:(?:was|were|had been|has been|have been|is|are) (?:\w+ly |then |later )?"
        rf"(?:stopped|discontinued|withdrawn|tapered(?: off)?|weaned(?: off)?)|"
        rf"withdrawal|discontinuation|cessation|taper(?:ing)?)\b",
    ),
    phrase(
        "drug_withdrawal", "stopped |stopping |withdrawing |discontinu|tapering ",
        rf"\b(?:discontinued?|stopped|stopping|withdrawing|discontinuing|tapering) "
        rf"(?:the |their )?{DRUG}",
    ),
    # not "phenobarbital failed to change the liver's weight"
    phrase(
        "treatment_failure", "failed",
        rf"{DRUG} (?:had |have )?failed\b(?! to (?!control|stop|abort|terminate|suppress|prevent|"
        r"abolish|reduce|improve|relieve))",
    ),
    phrase(
        "drug_response", "protect",
        r"\bprotect(?:s|ed|ing|ion|ive)? (?:against|from) (?:[^\s.,;]+[ -]){0,3}?"
        r"(?:seizures?|convulsions?|epilepsy)\b",
    ),
    # several drugs together, whatever they are called
    phrase(
        "polytherapy", "combin|multiple |double |triple ",
        rf"\b(?:(?:combined|combination|multiple|double|triple) {ANY_DRUG}+|"
        r"combinations? (?:of|with) "
        r"(?:(?:other|two|three|several|different|various|multiple|more|or) ){0,3}"
        rf"{ANY_DRUG}+)(?: (?:therap(?:y|ies)|treatments?|regimens?|drugs?|agents?)\b)?",
    ),
)  # fmt: skip


_FINDER = Phrases(_PHRASES)


def add_drug_phrases(text: str, mentions: list[Mention], vocabulary: Vocabulary) -> list[Mention]:
    """Add the phrases in which a drug's name stands.

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
    is_in_a_dish: bool | None = None  # asked of few records, and not for nothing
    for one in _FINDER.in_text(small, text):
        if one.concept not in vocabulary.concepts:
            continue
        if needs_a_body(one.concept):
            if is_in_a_dish is None:
                is_in_a_dish = is_of_a_dish(small)
            if is_in_a_dish:
                continue
        for match in one.pattern.finditer(small):
            start, end = match.span()
            if any(m.start < end and start < m.end for m in found):
                continue
            if any(m.start < start < m.end or m.start < end < m.end for m in mentions):
                continue  # a longer name reaches out of it
            if small.startswith(_TAKEN_WITH, start) and not names_antiseizure_drug(text.lower()):
                continue  # with opioids one takes antibiotics, and nothing interacts
            found.append(mention_of(text, start, end, vocabulary.concepts[one.concept], RULE))
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
            letter = PROBE if mention.class_ == "probe" else NAMED
            if mention.concept in _GENERAL:
                letter = ANY_DRUG
            elif mention.concept in BODY_SUBSTANCES:
                letter = " " if mention.class_ == "probe" else BODY
            pieces += [text[last : mention.start], letter * (mention.end - mention.start)]
            last = mention.end
    return "".join([*pieces, text[last:]])


def _is_swallowed(mention: Mention, phrases: list[Mention]) -> bool:
    for around in phrases:
        if around.start <= mention.start and mention.end <= around.end:
            return (
                mention.class_ in _SWALLOWED
                or mention.concept in _GENERAL
                or mention.concept == around.concept
            )
    return False
