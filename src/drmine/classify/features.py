"""What the features of records and of sentences share: parts, places, words, counts."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from drmine.classify.evidence import RESPONSE_NAMES, SentenceEvidence

# The parts of an abstract, as far as they matter for a claim.
_ROLE = {
    "title": "title",
    "aim": "aim",
    "background": "back",
    "methods": "meth",
    "results": "res",
    "conclusion": "concl",
    "unknown": "body",
}
# Parts that tell what was known and what was done; the title may tell what came out.
BEFORE_RESULTS = ("back", "meth", "aim")
CLAIM_FLAGS = ("assoc", "increase", "effect", "null", "against", "hedge", "open", "contrast")
RESPONSE_FLAGS = (*RESPONSE_NAMES, "compare")


def role(sentence: SentenceEvidence) -> str:
    """Return the short name of a sentence's part of the abstract."""
    return _ROLE[sentence.sentence.section]


def place(index: int, n: int) -> str:
    """Return where in a record a sentence stands: title, first, middle or last third.

    Abstracts without labels keep the order of those with them.
    """
    if index == 0:
        return "title"
    third = (index - 1) / max(1, n - 1)
    return "first" if third < 1 / 3 else "middle" if third < 2 / 3 else "last"


def counted(names: Iterable[str]) -> dict[str, float]:
    """Presence by name, and a slow count beside it where there are several."""
    features: dict[str, float] = {}
    for name, n in Counter(names).items():
        features[name] = 1.0
        if n > 1:
            features[f"n:{name}"] = math.log(n)
    return features


_WORD = re.compile(r"[a-z][a-z]+(?:-[a-z]+)*|\d+(?:\.\d+)?%?")


# Words of one text that are features; what stands further behind seldom tells.
WORD_LIMIT = 400


def words_in(text: str) -> list[str]:
    """Return the words of a text; numbers fold to ``#``."""
    return ["#" if w[0].isdigit() else w for w in _WORD.findall(text.lower())]


def word_terms(text: str, limit: int | None = None) -> list[str]:
    """Return the words of a text and the pairs of neighbours; numbers fold to ``#``."""
    words = words_in(text)
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(words)]
    return words + pairs if limit is None else words[:limit] + pairs[: limit - 1]


def word_features(text: str, limit: int = WORD_LIMIT) -> dict[str, float]:
    """Return words and word pairs of a text, each once; numbers fold to ``#``."""
    return spelled_out({"w:": word_terms(text, limit)})


def spelled_out(words: Mapping[str, Iterable[str]]) -> dict[str, float]:
    """Return words by what their names begin with as features, for a model to learn from."""
    return {f"{prefix}{term}": 1.0 for prefix, terms in words.items() for term in terms}


_COMMON = frozenset({"the", "and", "with", "for", "from", "that", "this", "these", "were", "was"})


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a sentence that carry meaning."""
    return frozenset(w for w in _WORD.findall(text.lower()) if len(w) > 2) - _COMMON


def touch(sentence: SentenceEvidence, hypothesis: str) -> str:
    """Return ``h`` where a sentence names the hypothesis, ``o`` only others, ``x`` none."""
    if hypothesis in sentence.hypotheses:
        return "h"
    return "o" if sentence.hypotheses else "x"
