"""Words of a text and pairs of neighbours, looked up once for all models that read them.

The models on relevance and on study types and the bag of words know many of the same words. Each
look-up in a large table waits for memory, and that takes longer than what is made of it. So all
words that any of them knows have one number each, and arrays take numbers to the places of a model.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from drmine.classify.features import words_and_pairs

# The number of a word that no model knows, and the place of one that a model does not know. As an
# index it is the last, which each array of places keeps for it.
_UNKNOWN = -1


class TextTerms(NamedTuple):
    """The numbers of the words of a text, in order, and of the pairs of neighbours."""

    words: np.ndarray
    pairs: np.ndarray

    def first(self, limit: int | None = None) -> np.ndarray:
        """Return the numbers of what :func:`drmine.classify.features.word_terms` gives."""
        return np.concatenate((self.words[:limit], self.pairs[: limit and limit - 1]))

    def split(self, n: int) -> tuple[TextTerms, TextTerms]:
        """Return the terms of the first words of a text, and those of the others."""
        return (
            TextTerms(self.words[:n], self.pairs[: max(0, n - 1)]),
            TextTerms(self.words[n:], self.pairs[n:]),
        )


class Terms:
    """Numbers for the words and pairs of several vocabularies."""

    def __init__(self, vocabularies: Iterable[Iterable[str]]) -> None:
        every = dict.fromkeys(itertools.chain.from_iterable(vocabularies))
        self._numbers = {term: number for number, term in enumerate(every)}

    def read(self, text: str) -> TextTerms:
        """Look the words of a text up."""
        words, pairs = words_and_pairs(text)
        terms = [*words, *pairs]
        numbers = np.fromiter(
            map(self._numbers.get, terms, itertools.repeat(_UNKNOWN)), np.int32, len(terms)
        )
        return TextTerms(numbers[: len(words)], numbers[len(words) :])

    def places(self, known: Mapping[str, int]) -> np.ndarray:
        """Return by number where a model has the terms that it knows, for :func:`found`."""
        places = map(known.get, self._numbers, itertools.repeat(_UNKNOWN))
        return np.fromiter(itertools.chain(places, (_UNKNOWN,)), np.int32, len(self._numbers) + 1)


def found(places: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the places of those terms that a model knows, in the order of the text."""
    here = places.take(numbers, mode="wrap")
    return here[here >= 0]


def once(places: np.ndarray) -> np.ndarray:
    """Return each place once, in order: whatever the order of words, the last digit stays."""
    places = np.sort(places)
    return places[np.flatnonzero(np.diff(places, prepend=_UNKNOWN))]
