"""Shares of a whole in running text: "30 %", "one third", "one in six", "30 of 90"."""

from __future__ import annotations

import re
from dataclasses import dataclass

# what stands behind ± is a deviation, and no share
_NUMBER = r"(?<![\d.,·±])(?<!± )(?<!\+/-)(?<!\+/- )\d{1,2}(?:[.·]\d+)?"
_UNIT = r"\s?(?:%|per\s?cent\b)"
_TO = r"\s?(?:-|–|—|‐|‑|\bto\b(?:\s(?:more than|over|about|almost))?)\s?"
_UNITS = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fourth": 1 / 4, "fifth": 1 / 5,
          "sixth": 1 / 6, "tenth": 1 / 10}  # fmt: skip
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
           "seven": 7, "eight": 8, "nine": 9, "ten": 10}  # fmt: skip
_TENS = {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
         "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}  # fmt: skip
_IN_WORDS = rf"\b(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(list(_COUNTS)[2:])}))?"
_WORD = (
    rf"(?:{_IN_WORDS}{_UNIT}"
    r"|\b(?:(?:a|one|two|three|four)[- ]"
    r"(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|tenths?)"
    r"|half(?= (?:of|the|our|to|were|was|are|is|had|have|remain\w*|do|did)\b)"
    r"|(?<=remaining )(?:half|third|quarter|fifth)|(?<=other )(?:half|third|quarter|fifth)"
    r"|(?:one|two|three) (?:in|out of|of(?= every)) (?:every )?"
    r"(?:two|three|four|five|six|seven|eight|nine|ten)"
    r"|[1-3] (?:in|out of) (?:every )?(?:[2-9]|10))\b"
    # a count out of so many has larger numbers
    r"|(?<![\d./])[1-4]/[2-9](?![\d./]))"
)
_SHARE = re.compile(
    rf"\b(?:between|from)\s(?P<a1>{_NUMBER})(?:{_UNIT})?\s(?:and|to)\s(?P<b1>{_NUMBER}){_UNIT}"
    rf"|(?P<a2>{_NUMBER})(?:{_UNIT})?{_TO}(?P<b2>{_NUMBER}){_UNIT}"
    rf"|(?P<c>{_NUMBER}){_UNIT}"
    rf"|(?P<w5>{_IN_WORDS})(?:\sto\s|-to-|-)(?P<w6>{_IN_WORDS}{_UNIT})"
    rf"|\bbetween\s(?P<w1>{_WORD}|{_IN_WORDS})\sand\s(?P<w2>{_WORD})"
    rf"|(?P<w3>{_WORD})(?:\sto\s(?P<w4>{_WORD}))?",
    re.IGNORECASE,
)
# plain searches: this is asked of every record
_MARKS = ("percent", "per cent", *_UNITS)
_RATIO = re.compile(r"(?:one|two|three|[1-3]) (?:in|out|of)\b|\d/\d|\d (?:out )?of (?:\w+ )?\d")
# "30 of the 120 patients"; fewer than twenty are a series of cases, not a group with a rate
_COUNT = re.compile(
    r"(?<![\d.,/–-])(?P<part>\d{1,4})(?:/| (?:out )?of (?:the |our |all |a total of )?)"
    r"(?P<whole>\d{2,5})(?![\d/]|[.,]\d|\s?(?:%|mm|mg|days|weeks|months|years|centres|centers|studies))"
)
_LEAST_WHOLE = 20
# the per cent of a count say the same better
_GIVEN_BEFORE = re.compile(r"(?:%|per\s?cent)[^\w%]{0,3}(?:n\s?=\s?)?$", re.IGNORECASE)
_GIVEN_BEHIND = re.compile(r"(?:[^%.;]|\.(?=\d)){0,60}?\d\s?(?:%|per\s?cent)", re.IGNORECASE)
_LEADING = re.compile(r"(?:between|from)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Share:
    """A share (0–1) and its place in the text it was found in; one figure has low = high.

    ``counted`` marks a count ("30 of 90").
    """

    start: int
    end: int
    low: float
    high: float
    counted: bool = False


def may_share(words: str) -> bool:
    """Whether a text can hold a share at all: a quick look."""
    if "%" in words:
        return True
    lower = words.lower()
    for mark in _MARKS:  # no generator: this is asked of every sentence
        if mark in lower:
            return True
    return _RATIO.search(lower) is not None


def find_shares(words: str) -> list[Share]:
    """Return every share in ``words``, whatever it measures, in order of place.

    "Up to 40 %" and "more than 40 %" give the single figure: no other bound is reported.
    """
    if not may_share(words):
        return []
    shares = []
    for match in _SHARE.finditer(words):
        low, high = _bounds(match)
        lead = _LEADING.match(match.group())
        if 0 < low <= high < 1:
            start = match.start() + (lead.end() if lead else 0)
            shares.append(Share(start, match.end(), low, high))
    for match in _COUNT.finditer(words):
        part, whole = int(match["part"]), int(match["whole"])
        if not (0 < part < whole and whole >= _LEAST_WHOLE) or _given_otherwise(words, match):
            continue
        if all(match.end() <= one.start or one.end <= match.start() for one in shares):
            value = round(part / whole, 4)
            shares.append(Share(match.start(), match.end(), value, value, counted=True))
    return sorted(shares, key=lambda one: one.start)


def _given_otherwise(words: str, match: re.Match[str]) -> bool:
    before = words[max(0, match.start() - 15) : match.start()]
    return bool(_GIVEN_BEFORE.search(before) or _GIVEN_BEHIND.match(words, match.end()))


def _bounds(match: re.Match[str]) -> tuple[float, float]:
    for first, second in (("a1", "b1"), ("a2", "b2")):
        if match.group(first):
            return _figure(match.group(first)), _figure(match.group(second))
    if match.group("c"):
        return (_figure(match.group("c")),) * 2
    for first, second in (("w1", "w2"), ("w3", "w4"), ("w5", "w6")):
        if low := match.group(first):
            return _fraction(low), _fraction(match.group(second) or low)
    raise AssertionError(f"no part of the pattern has matched {match.group()!r}")


def _figure(number: str) -> float:
    return round(float(number.replace("·", ".")) / 100, 6)


def _fraction(words: str) -> float:
    words = words.lower()
    tens, _, ones = re.sub(rf"{_UNIT}$", "", words).replace("-", " ").partition(" ")
    if tens in _TENS and (not ones or ones in _COUNTS):
        return (_TENS[tens] + _COUNTS.get(ones, 0)) / 100
    if "/" in words:
        part, whole = words.split("/")
        return round(int(part) / int(whole), 4)
    first, *_, last = re.split(r"[- ]", f"one {words}" if words in _UNITS else words)
    if last in _COUNTS or last.isdigit():
        return round(_counted(first) / _counted(last), 4)
    unit = "half" if last == "halves" else last.removesuffix("s")
    return round(_COUNTS[first] * _UNITS[unit], 4)


def _counted(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word]
