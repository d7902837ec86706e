"""Reported shares of drug-resistant patients: "20–40 %", "one third", "up to 30 %"."""

from __future__ import annotations

import re

from drmine.nlp.sentences import Sentence
from drmine.records import ResistanceRate

_NUMBER = r"\d{1,2}(?:[.·]\d+)?"
_DASH = r"\s?(?:-|–|—|to|and)\s?"
_WORDS = {
    "a quarter": (0.25, 0.25), "one quarter": (0.25, 0.25), "one-quarter": (0.25, 0.25),
    "a third": (1 / 3, 1 / 3), "one third": (1 / 3, 1 / 3), "one-third": (1 / 3, 1 / 3),
    "a fifth": (0.2, 0.2), "one fifth": (0.2, 0.2), "half": (0.5, 0.5), "two thirds": (2 / 3, 2 / 3),
    "two-thirds": (2 / 3, 2 / 3), "one in three": (1 / 3, 1 / 3), "one in four": (0.25, 0.25),
}  # fmt: skip
_SHARE = (
    rf"(?:(?P<a>{_NUMBER})\s?%?{_DASH}(?P<b>{_NUMBER})\s?(?:%|per ?cent)"
    rf"|(?P<c>{_NUMBER})\s?(?:%|per ?cent)"
    rf"|(?P<w>{'|'.join(_WORDS)}))"
)
_PEOPLE = (
    r"(?:patients?|people|individuals|persons|adults?|children|subjects|cases|those|sufferers|"
    r"epileptics?|epilepsies|epilepsy|infants|women|men|population)"
)
_ADJECTIVE = (
    r"(?:drug[- ]?|pharmaco[- ]?|medically[- ]|medication[- ]|treatment[- ])?"
    r"(?:resistan\w+|refractor\w+|intractab\w+|uncontrolled)"
)
# "of patients with refractory epilepsy" names a sample, so a verb must stand before the adjective
_IS_RESISTANT = (
    r"(?:\b(?:are|is|be|being|been|remain(?:s|ed|ing)?|becom(?:e|es|ing)|became|were|was|ha(?:s|ve|d|ving)|"
    r"develop(?:s|ed|ing)?|prove[sdn]*|suffer(?:s|ed|ing)? from|experience[sd]?|exhibit(?:s|ed)?|show(?:s|ed)?)"
    rf"\s(?!with\b)(?:(?!with\b|for\b)\w+[- ]){{0,4}}?{_ADJECTIVE}"
    r"|\b(?:do(?:es)? not|did not|fail(?:s|ed)? to|not|cannot) (?:\w+ ){0,2}?(?:respond|achieve|become seizure[- ]free|"
    r"attain|have (?:their )?seizures controlled|control\w*|be controlled)"
    r"|\bcontinue[sd]? to (?:have|experience|suffer)(?: \w+){0,2} seizures"
    r"|\b(?:non-?respon\w+|unresponsive)\b)"
)
_PATTERNS = [
    # "about 30 % of patients … are resistant"
    re.compile(
        rf"(?P<rate>{_SHARE})\s(?:of|among|in)\s(?:\w+[- ,]){{0,5}}?(?P<who>{_PEOPLE})\b"
        rf"(?:(?!\d ?%|[.;]\s).){{0,90}}?{_IS_RESISTANT}",
        re.IGNORECASE,
    ),
    # "… drug-resistant epilepsy affects / occurs in / accounts for 30 % of patients"
    re.compile(
        rf"(?P<res>{_ADJECTIVE})(?:(?!\d ?%|[.;]\s).){{0,60}}?\b(?:affects?|affecting|occurs? in|seen in|"
        rf"found in|observed in|develops? in|developed in|persists? in|in|accounts? for|comprises?|represents?|reported in|"
        rf"prevalence (?:of|was)|rate (?:of|was)|was|were)\s(?:\w+\s){{0,3}}?(?P<rate>{_SHARE})"
        rf"\s(?:of|among|in)\s(?:\w+[- ]){{0,4}}?(?P<who>{_PEOPLE})\b",
        re.IGNORECASE,
    ),
    # "resistant epilepsy (30 %)", "the prevalence of drug-resistant epilepsy was 30 %"
    re.compile(
        rf"(?:prevalence|proportion|rate|incidence|frequency|percentage) of\s(?:\w+[- ]){{0,4}}?"
        rf"(?P<res>(?:drug[- ]?|pharmaco|medically[- ])?(?:resistan\w+|refractor\w+|intractab\w+))"
        rf"(?:(?!\d ?%|[.;]\s).){{0,80}}?(?:was|is|were|of|ranged from|between|:)\s(?:\w+\s){{0,2}}?"
        rf"(?P<rate>{_SHARE})",
        re.IGNORECASE,
    ),
]  # fmt: skip
_NOT_A_RATE = re.compile(
    r"confidence|\bCI\b|reduction|decrease|improve|seizure-free|(?<!non-)responder", re.IGNORECASE
)
# "fell by 30 % in refractory patients", "p = 0.3": the number measures something else
_OTHER_MEASURE = re.compile(
    r"(?:\bby (?:about |at least |up to |more than )?|reduc\w+ of |decreas\w+ of |improv\w+ (?:of|in) |"
    r"surgery in |free in |seizure-freedom in |effective in |success\w* in |success rate of )$",
    re.IGNORECASE,
)
_CHILD = re.compile(r"child|infan|pa?ediatric|neonat", re.IGNORECASE)
_ADULT = re.compile(r"\badults?\b|elderly", re.IGNORECASE)
_TEMPORAL = re.compile(r"temporal lobe epilep|\bM?TLE\b", re.IGNORECASE)
_FOCAL = re.compile(r"focal epilep|partial epilep|focal-onset", re.IGNORECASE)
_STATUS = re.compile(r"status epilepticus", re.IGNORECASE)
_EPILEPSY = re.compile(r"epilep|seizure|antiseizure", re.IGNORECASE)


def find_rates(text: str, sentences: list[Sentence]) -> tuple[ResistanceRate, ...]:
    """Return the shares of drug-resistant patients that a record reports.

    Parameters
    ----------
    text
        ``Record.text``.
    sentences
        Its sentences; a rate never crosses the end of one.

    Returns
    -------
    tuple of ResistanceRate
        Shares between 0 and 1, in order of place, none overlapping.
    """
    found: list[ResistanceRate] = []
    for sentence in sentences:
        words = text[sentence.start : sentence.end]
        if "%" not in words and not re.search(r"per ?cent|third|quarter|fifth|half|one in", words):
            continue
        for pattern in _PATTERNS:
            for match in pattern.finditer(words):
                start, end = (
                    sentence.start + match.start("rate"),
                    sentence.start + match.end("rate"),
                )
                if any(start < r.end and r.start < end for r in found):
                    continue
                before = words[max(0, match.start("rate") - 40) : match.start("rate")]
                if _NOT_A_RATE.search(match.group()) or _OTHER_MEASURE.search(before):
                    continue
                low, high = _bounds(match)
                if 0 < low <= high < 1:
                    population = _population(words, text[: text.find("\n")])
                    found.append(ResistanceRate(start, end, text[start:end], low, high, population))
    return tuple(sorted(found, key=lambda rate: rate.start))


def _bounds(match: re.Match[str]) -> tuple[float, float]:
    if match.group("w"):
        return tuple(round(v, 4) for v in _WORDS[match.group("w").lower()])  # type: ignore[return-value]
    if match.group("c"):
        share = _share(match.group("c"))
        return share, share
    return _share(match.group("a")), _share(match.group("b"))


def _share(number: str) -> float:
    return round(float(number.replace("·", ".")) / 100, 6)


def _population(sentence: str, title: str) -> str:
    """Name whom the rate speaks of; the sentence decides before the title."""
    for words in (sentence, title):
        for pattern, name in (
            (_STATUS, "status epilepticus"),
            (_TEMPORAL, "temporal lobe epilepsy"),
            (_FOCAL, "focal epilepsy"),
            (_CHILD, "children with epilepsy"),
            (_ADULT, "adults with epilepsy"),
        ):
            if pattern.search(words):
                return name
        if _EPILEPSY.search(words):
            return "epilepsy"
    return "epilepsy"
