"""The wording of a sentence as seen from one hypothesis: names and figures become marks.

"ABCB1 was not associated with response to phenytoin (p = 0.4)" reads for `transporter` as
"§h was not associated with response to §drug §ns". What is learned of a wording then holds for any
gene, drug and figure.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from drmine.classify.evidence import SentenceEvidence
from drmine.classify.polarity import INTERVAL, RATIO

OWN, OTHER, DRUG = " §h ", " §o ", " §drug "
SIGNIFICANT, NOT_SIGNIFICANT, HOLDS_ONE, LEAVES_ONE = " §sig ", " §ns ", " §one ", " §notone "

_TOKEN = re.compile(r"§[a-z]+|[a-z]+|\d+(?:\.\d+)?%?|[=<>?;,]")
_P_VALUE = re.compile(
    r"\bp(?:-?values?)?\s*(?:of|was|=|>|<|≤|≥|:)+\s*"
    r"(0?[.·]\d+|1\.0+|10\s*[-−–]\s*\d+|\d\.?\d*\s*[x×]\s*10)",
    re.IGNORECASE,
)
# Figures of groups side by side: "9 (5-14) vs 3 (2-6)", "36.0, 35.2 and 36.1".
_BESIDE = re.compile(
    r"(?<![\w.,§#-])(\d+(?:[.·]\d+)?)(?:\s?(?:±|\+/-)\s?[\d.·]+)?(?:\s?\([^()]{1,30}\))?"
    r"(?:\s?[a-zµμ/]{1,12}){0,2}"
    r"(?:\s?,|\s(?:vs\.?|versus|against|as against|and|or|compared with|compared to|to|than))\s"
    r"(?:(?:only|in|of|the|a|mean|median|for)\s){0,2}(?=(\d+(?:[.·]\d+)?)(?!\s?%|[\w.]))"
)
# "24.8% of resistant and 26.4% of responsive patients"; the next one is not far.
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:[.·]\d+)?)\s?%(?!\s?(?:CI|confidence))")
_FAR = 70
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_ALIKE, _APART = 0.87, 0.67
# Above this, two figures are hardly the interval of a ratio.
_LARGEST_RATIO = 20


def with_marks(sentence: SentenceEvidence, hypothesis: str) -> str:
    """Return the text of a sentence with marks in place of names, p values and intervals."""
    own = set(sentence.places.get(hypothesis, ()))
    others = {at for places in sentence.places.values() for at in places} - own
    pieces, last, offset = [], 0, sentence.sentence.start
    for mention in sentence.mentions:
        start, end = mention.start - offset, mention.end - offset
        mark = (
            OWN if start in own
            else OTHER if start in others
            else DRUG if mention.class_ == "drug"
            else None
        )  # fmt: skip
        if mark is not None and start >= last:
            pieces += [sentence.text[last:start], mark]
            last = end
    return figures_marked("".join([*pieces, sentence.text[last:]]))


def figures_marked(text: str) -> str:
    """Return a text with marks for p values and for the intervals of ratios."""
    text = _P_VALUE.sub(_mark_p, text)
    return INTERVAL.sub(_mark_interval, text) if RATIO.search(text) else text


def _mark_p(match: re.Match[str]) -> str:
    try:
        value = float(match[1].replace("·", "."))
    except ValueError:  # a power of ten
        return SIGNIFICANT
    if ">" in match[0] or "≥" in match[0]:
        return NOT_SIGNIFICANT
    at_most = "<" in match[0] or "≤" in match[0]
    return SIGNIFICANT if value < 0.05 or (at_most and value == 0.05) else NOT_SIGNIFICANT


def _mark_interval(match: re.Match[str]) -> str:
    low, high = (float(bound.replace("·", ".")) for bound in match.groups())
    if not low < high < _LARGEST_RATIO:
        return match[0]
    return HOLDS_ONE if low <= 1 <= high else LEAVES_ONE


def tokens(text: str) -> list[str]:
    """Return the words and marks of a text; numbers fold to ``#``, repeated marks to one."""
    found: list[str] = []
    for token in _TOKEN.findall(text.lower()):
        token = "#" if token[0].isdigit() else token
        if not (found and found[-1] == token and token[0] in "§#"):
            found.append(token)
    return found


def runs(words: Iterable[str], longest: int) -> Counter[str]:
    """Return how often each run of up to ``longest`` words stands in a text."""
    words = list(words)
    return Counter(
        " ".join(words[i : i + n]) for n in range(1, longest + 1) for i in range(len(words) - n + 1)
    )


def weighed(counts: Counter[str], total: float) -> dict[str, float]:
    """Return runs with the logarithm of their counts, scaled so that their length is ``total``."""
    values = {run: 1 + math.log(n) for run, n in counts.items()}
    length = math.sqrt(math.fsum(v * v for v in values.values()))
    return {run: total * v / length for run, v in values.items()}


def significance(text: str) -> tuple[int, int]:
    """Return how many figures of a marked text say that something was found, and was not."""
    found = text.count(SIGNIFICANT) + text.count(LEAVES_ONE)
    return found, text.count(NOT_SIGNIFICANT) + text.count(HOLDS_ONE)


def compared(text: str) -> tuple[int, int]:
    """Return how many figures of a marked text stand beside one that is alike, and far from it.

    That "24.8% and 26.4%" is no difference no word says.
    """
    pairs = _BESIDE.findall(text)
    shares = list(_PERCENT.finditer(text))
    pairs += [(a[1], b[1]) for a, b in pairwise(shares) if b.start() - a.end() <= _FAR]
    alike = apart = 0
    for one, other in pairs:
        low, high = sorted((float(one.replace("·", ".")), float(other.replace("·", "."))))
        if high and not (_is_year(low) or _is_year(high)):
            alike += low / high >= _ALIKE
            apart += low / high <= _APART
    return alike, apart


def _is_year(figure: float) -> bool:
    return _FIRST_YEAR <= figure <= _LAST_YEAR and figure.is_integer()
