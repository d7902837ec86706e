"""Spelling, folded away: one key for all the ways in which a term is written.

A term and a text pass through the same rules, so ``P-glycoprotein``,
``P glycoprotein`` and ``Pglycoproteins`` share a key, and so do ``NaV1.1``,
``Na(v)1.1`` and ``Nav 1.1``, ``tumour`` and ``tumor``, ``GABA(A)`` and
``GABAA``, ``TGF-β`` and ``TGF-beta``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# A run of letters or a run of digits. Subscript and superscript digits count as
# letters for `re`; NFKC makes digits of them later, which the joined key wants.
PIECE = re.compile(r"\d+|[^\W\d_]+")

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_GREEK_TABLE = str.maketrans(GREEK)

# Only the numerals that cannot be taken for an initial, a unit or a verb.
_ROMAN = {"II": "2", "III": "3", "VI": "6", "VII": "7", "VIII": "8", "IX": "9"}

# British to American, in the middle of words; harmless where it invents a
# word, since both sides of a comparison go through it.
_BRITISH = (
    ("aemi", "emi"), ("haem", "hem"), ("aesth", "esth"), ("aetio", "etio"), ("paed", "ped"),
    ("oedem", "edem"), ("oestr", "estr"), ("foet", "fet"), ("sulph", "sulf"), ("isation", "ization"),
    ("ising", "izing"), ("ised", "ized"), ("ise", "ize"), ("ysed", "yzed"), ("yse", "yze"),
    ("our", "or"), ("fibre", "fiber"), ("centre", "center"), ("leuk", "leuc"), ("gramme", "gram"),
    ("azepame", "azepam"), ("neurone", "neuron"),
    ("modell", "model"), ("labell", "label"), ("grey", "gray"),
    # in these the pair of letters is no ending
    ("tizeiz", "tiseiz"),
)  # fmt: skip


class Piece(NamedTuple):
    """A run of letters or digits of the text, with its folded form."""

    start: int
    end: int
    key: str


@lru_cache(maxsize=200_000)
def fold(piece: str) -> str:
    """Fold one run of letters or digits to the form that keys are built of.

    Parameters
    ----------
    piece
        Letters or digits without a break, in their original case.

    Returns
    -------
    str
        Lower case, Greek letters by name, accents gone, British endings made
        American, a plural made singular.
    """
    if piece.isascii():
        if piece in _ROMAN:
            return _ROMAN[piece]
        if len(piece) > 3 and piece[-1] == "s" and piece[:-1].isupper():
            # an acronym's plural, whatever it ends with: SSRIs, TBIs
            piece = piece[:-1]
        word = piece.lower()
    else:
        word = unicodedata.normalize("NFKC", piece).lower().translate(_GREEK_TABLE)
        word = "".join(
            c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)
        )
        word = re.sub(r"[\W_]+", "", word)
    if len(word) > 4:
        for british, american in _BRITISH:
            if british in word:
                word = word.replace(british, american)
    return singular(word)


def singular(word: str) -> str:
    """Return the singular of an English noun in lower case, by its ending alone."""
    if word == "foci":
        return "focus"
    if word.endswith("itides"):
        return word[:-3] + "s"
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


def pieces(text: str) -> list[Piece]:
    """Cut a text into folded pieces, in order, with their offsets."""
    new = tuple.__new__  # half the time of Piece(…), and there are hundreds in an abstract
    return [new(Piece, (m.start(), m.end(), fold(m[0]))) for m in PIECE.finditer(text)]


def key(term: str) -> str:
    """Return the key of a whole term: its folded pieces without anything between."""
    return "".join(piece.key for piece in pieces(term))
