"""Words of a text and pairs of neighbours, looked up once for all models that read them.

The models on relevance and on study types and the bag of words know many of the same words. Each
look-up in a large table waits for memory, and that takes longer than what is made of it. So all
words that any of them knows have one number each, a pair is looked up by the numbers of its words,
and arrays take numbers to the places of a model.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from drmine.classify.features import words_in

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
    """Numbers for the words and pairs of several vocabularies.

    Parameters
    ----------
    vocabularies
        By name, the place of each word and of each pair of words that a model knows.

    Attributes
    ----------
    places
        By name, where a model has each term, by its number; see :func:`found`.
    """

    def __init__(self, vocabularies: Mapping[str, Mapping[str, int]]) -> None:
        terms = dict.fromkeys(itertools.chain.from_iterable(vocabularies.values()))
        pairs = [(pair, *pair.split(" ", 1)) for pair in terms if " " in pair]
        alone = (term for term in terms if " " not in term)
        words = dict.fromkeys(itertools.chain(alone, *(parts for _, *parts in pairs)))
        self._numbers = {word: number for number, word in enumerate(words)}
        keys = self._keys_of(self._read(a for _, a, _ in pairs), self._read(b for *_, b in pairs))
        order = np.argsort(keys)
        self._pairs = keys[order]
        every = [*words, *(pairs[place][0] for place in order.tolist())]
        self.places = {name: _places(known, every) for name, known in vocabularies.items()}

    def read(self, text: str) -> TextTerms:
        """Look the words of a text up."""
        words = self._read(words_in(text))
        return TextTerms(words, self._numbers_of_pairs(words[:-1], words[1:]))

    def _read(self, words: Iterable[str]) -> np.ndarray:
        numbers = map(self._numbers.get, words, itertools.repeat(_UNKNOWN))
        return np.fromiter(numbers, dtype=np.int64)

    def _keys_of(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return one number for each pair of words, below 0 or no pair's where one is unknown."""
        return first * (len(self._numbers) + 1) + second

    def _numbers_of_pairs(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        if not len(self._pairs):
            return np.full(len(first), _UNKNOWN)
        keys = self._keys_of(first, second)
        at = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
        return np.where(self._pairs[at] == keys, at + len(self._numbers), _UNKNOWN)


def _places(known: Mapping[str, int], terms: Iterable[str]) -> np.ndarray:
    places = map(known.get, terms, itertools.repeat(_UNKNOWN))
    return np.fromiter(itertools.chain(places, (_UNKNOWN,)), dtype=np.int32)


def found(places: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the places of those terms that a model knows, in the order of the text."""
    here = places[numbers]
    return here[here >= 0]


def once(places: np.ndarray) -> np.ndarray:
    """Return each place once, in order: whatever the order of words, the last digit stays."""
    places = np.sort(places)
    is_new = np.ones(len(places), dtype=bool)  # numpy.unique takes longer
    np.not_equal(places[1:], places[:-1], out=is_new[1:])
    return places[is_new]
