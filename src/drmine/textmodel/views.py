"""The views of a text: each a bag of words or letters, weighted by TF-IDF.

A model on each view errs in its own way, so several together beat any one of them
(``benchmarks/taxonomies.py`` prints each view alone beside them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drmine.textmodel.examples import Text

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = r"[A-Za-z][A-Za-z0-9-]+"
# Sentences at each end: where authors say what they did, and what it means.
_ENDS = 2


def _ends(text: Text) -> str:
    spans = text.sentences[1:] if text.title else text.sentences
    chosen = spans if len(spans) <= 2 * _ENDS else (*spans[:_ENDS], *spans[-_ENDS:])
    return " ".join(text.whole[a:b] for a, b in chosen)


@dataclass(frozen=True, slots=True)
class View:
    """What part of a text is read, and how it is cut into features."""

    name: str
    part: Callable[[Text], str]
    options: dict[str, Any]
    # views of whole texts can be applied to single sentences too
    reads_sentences: bool = False


VIEWS = (
    View("words", lambda t: t.whole,
         {"ngram_range": (1, 2), "min_df": 2, "token_pattern": _WORD}, True),
    View("phrases", lambda t: _NUMBER.sub("0", t.whole),
         {"ngram_range": (1, 3), "min_df": 3, "token_pattern": r"[A-Za-z][A-Za-z-]+|0|[=<>±%:;/]"}),
    View("letters", lambda t: t.whole,
         {"analyzer": "char", "ngram_range": (3, 6), "min_df": 5}, True),
    View("title", lambda t: t.title,
         {"ngram_range": (1, 2), "min_df": 2, "token_pattern": _WORD}),
    View("ends", _ends, {"ngram_range": (1, 2), "min_df": 2, "token_pattern": _WORD}),
)  # fmt: skip


def vectorizer(view: View, vocabulary: Sequence[str] | None = None, idf: Any = None) -> Any:
    """Return scikit-learn's vectorizer for a view, fitted if its terms are given."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    options = dict(view.options, sublinear_tf=True, dtype=np.float32)
    if vocabulary is None:
        return TfidfVectorizer(**options)
    options.pop("min_df", None)
    made = TfidfVectorizer(vocabulary=list(vocabulary), **options)
    made.idf_ = idf
    return made
