"""A bag of words or letters: what a linear model reads of a whole text.

Both count alike in training and in use, without a library at run time: letters are cut
within words, and words recur, so each word is cut once and remembered.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from drmine.classify.features import word_terms
from drmine.nlp.memo import Memo
from drmine.nlp.words import small_words_of

# Letters are read in runs of so many, the edge of a word counting as one.
_RUNS = range(3, 6)
# Words that are remembered before the memory starts anew.
_REMEMBERED = 200_000


# What most counts weigh, worked out once.
_LOG_COUNTS = (1 + np.log(np.arange(1, 256))).astype(np.float32)


def _counted(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each place once, in order, and how often it comes: ``numpy.unique``, but faster."""
    if not len(places):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    places = np.sort(places, kind="stable")
    is_new = np.ones(len(places) + 1, dtype=bool)
    np.not_equal(places[1:], places[:-1], out=is_new[1:-1])
    borders = np.flatnonzero(is_new)
    return places[borders[:-1]], borders[1:] - borders[:-1]


def _log_counts(counts: np.ndarray) -> np.ndarray:
    if len(counts) and counts.max() > len(_LOG_COUNTS):
        return np.asarray((1 + np.log(counts)).astype(np.float32))
    return np.asarray(_LOG_COUNTS.take(counts - 1))


def letter_terms(word: str) -> list[str]:
    """Return the runs of letters of one word."""
    padded = f" {word} "
    runs = []
    for n in _RUNS:
        if len(padded) <= n:
            runs.append(padded)
            break
        runs.extend(padded[i : i + n] for i in range(len(padded) - n + 1))
    return runs


@dataclass(slots=True)
class Bag:
    """Terms with a weight for each output.

    ``idf`` is one figure a term, ``weights`` terms by outputs, ``bias`` one figure an output.
    ``letters`` tells whether terms are runs of letters or words.
    """

    letters: bool
    terms: Mapping[str, int]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    _known: Memo[str, bytes] = field(init=False, repr=False, compare=False)
    _type: np.dtype[Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # numbers of two bytes are sorted in one pass, and a file of ours has no more terms
        self._type = np.dtype(np.uint16 if len(self.terms) <= 1 << 16 else np.uint32)
        self._known = Memo(self._places_of_letters, _REMEMBERED)

    def row(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return which terms a text holds, and their TF-IDF, scaled to length one."""
        if self.letters:
            places = b"".join(map(self._known.__getitem__, small_words_of(text)))
        else:
            places = self._places(word_terms(text))
        return self._row(np.frombuffer(places, dtype=self._type))

    def _row(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found, counts = _counted(places)
        values = _log_counts(counts) * self.idf[found]
        length = np.sqrt((values**2).sum())
        return found, values / length if length else values

    def scores(self, text: str) -> np.ndarray:
        """Return one score an output: the distance from its boundary."""
        return self._scores(*self.row(text))

    def scores_of(self, places: np.ndarray) -> np.ndarray:
        """Return the scores of a text, of which it is told where its known terms stand."""
        return self._scores(*self._row(places.astype(self._type)))

    def _scores(self, found: np.ndarray, values: np.ndarray) -> np.ndarray:
        # row after row: a product by BLAS differs in its last digits with the place in memory
        sums = np.einsum("i,ij->j", values, self.weights.take(found, axis=0))
        return np.asarray(sums + self.bias)

    def _places_of_letters(self, word: str) -> bytes:
        return self._places(letter_terms(word))

    def _places(self, terms: Iterable[str]) -> bytes:
        """Return where the known ones of some terms stand: bytes are joined faster than arrays."""
        places = [place for place in map(self.terms.get, terms) if place is not None]
        return array(self._type.char, places).tobytes()

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """Return what a file keeps of the bag, by names that begin with ``name``."""
        terms = list(self.terms)
        return {
            f"{name}.terms": np.frombuffer("\n".join(terms).encode(), dtype=np.uint8),
            f"{name}.idf": self.idf.astype(np.float32),
            f"{name}.weights": self.weights.astype(np.float16),
            f"{name}.bias": self.bias.astype(np.float32),
        }

    @classmethod
    def of_arrays(cls, name: str, arrays: Mapping[str, np.ndarray], letters: bool) -> Bag:
        """Read a bag from the arrays of a file.

        Raises
        ------
        ValueError
            Its arrays do not fit together.
        """
        terms = arrays[f"{name}.terms"].tobytes().decode().split("\n")
        weights = arrays[f"{name}.weights"].astype(np.float32)
        bias, idf = arrays[f"{name}.bias"], arrays[f"{name}.idf"]
        if weights.shape != (len(terms), len(bias)) or idf.shape != (len(terms),):
            raise ValueError("its parts do not fit together")
        return cls(letters, {term: i for i, term in enumerate(terms)}, idf, weights, bias)


def count_terms(
    texts: Sequence[str], letters: bool, least: int
) -> tuple[dict[str, int], np.ndarray]:
    """Return the terms that stand in ``least`` or more texts, with their inverse frequency."""
    cut: Callable[[str], Iterable[str]] = _letters_of if letters else word_terms
    frequency: dict[str, int] = {}
    for text in texts:
        for term in set(cut(text)):
            frequency[term] = frequency.get(term, 0) + 1
    kept = sorted(term for term, n in frequency.items() if n >= least and "\n" not in term)
    n = np.array([frequency[term] for term in kept], dtype=float)
    return {t: i for i, t in enumerate(kept)}, (np.log((1 + len(texts)) / (1 + n)) + 1).astype(
        np.float32
    )


def _letters_of(text: str) -> Iterable[str]:
    return itertools.chain.from_iterable(letter_terms(w) for w in set(text.lower().split()))


def matrix_of(bag: Bag, texts: Sequence[str]) -> Any:
    """Return texts by terms as a sparse matrix (SciPy's CSR)."""
    from scipy.sparse import csr_matrix

    rows = [bag.row(text) for text in texts]
    ends = np.cumsum([0, *(len(found) for found, _ in rows)])
    found = np.concatenate([f for f, _ in rows]) if rows else np.empty(0, dtype=np.int64)
    values = np.concatenate([v for _, v in rows]) if rows else np.empty(0)
    return csr_matrix((values, found, ends), shape=(len(texts), len(bag.terms)))
