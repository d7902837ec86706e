"""What a term may look like where it stands: its marks, its brackets, its capitals."""

from __future__ import annotations

import re
from functools import lru_cache

# What may stand between two pieces of one term. A full stop, comma or bracket
# counts only inside a word ("Nav1.1", "GABA(A)"): with a space it ends a phrase. The last two lines
# are the charge of an ion and what follows it ("Na+/K+-ATPase", "Na(+),K(+)-ATPase", "K(+)-Cl(-)").
_GAP = re.compile(
    r"(?:[-‐‑‒–—/'’_ \u00a0\u2009]{0,3}|[.,(){}\[\]<>+*:→]{1,3}|-{0,2}>|[-–] ?\(|"
    r"\+?\)?[- ]|\(\+\) ?|% ?|"
    r"(?:\+\+?|\(\+\+?\)|\+\)|\(-\))(?:[-/]|, ?| )|"
    r"\(-\)|\)/)\Z"
)

# Pieces may stand apart ("P glycoprotein"), but these are words of the sentence: "complexes in",
# "at 1".
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "for", "if", "in", "is", "it",
     "its", "less", "no", "nor", "not", "of", "on", "or", "per", "so", "than", "that", "the", "to",
     "was", "we", "with"}
)  # fmt: skip
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d[.,·]\d")
# Keys drop the s of a plural: "LATS2" has that of LAT2, and "protein(s)" that of protein S.
_S_BEFORE_DIGIT = re.compile(r"[^\W\d_][sS]\d")
_PLURAL_BEHIND = re.compile(r"(?:\(s\)?|['’]s)\Z")
# Symbols in capitals are written with one capital for a rodent's gene, but these begin a sentence.
_ENGLISH = frozenset(
    {"April", "Damp", "Fires", "Pigs", "Pole", "Proc", "Rest", "Rock", "Snare", "Trail"}
)


def joins(text: str, end: int, start: int) -> bool:
    """Whether what stands between two pieces of a text leaves them one term."""
    if end == start:
        return True
    gap = text[end:start]
    return gap == " " or gap == "-" or _GAP.match(gap) is not None


def closes_another(surface: str) -> bool:
    """Whether a bracket closes that was opened before: ``Kir) channel``."""
    for opening, closing in ("()", "[]"):
        before, found, _ = surface.partition(closing)
        if found and opening not in before:
            return True
    return False


@lru_cache(maxsize=50_000)
def fits(term: str, surface: str) -> bool:
    """Whether a surface form may stand for a term whose key it shares."""
    return case_fits(term, surface) and words_fit(term, surface)


def words_fit(term: str, surface: str) -> bool:
    """Whether no word of the sentence, ending or figure was taken for a piece of a term.

    Keys have no spaces: ``complexes in`` has that of complexin, and ``HR 3.76`` that of a code.
    """
    if _FIGURE.search(surface) and not _FIGURE.search(term):
        return False
    if _PLURAL_BEHIND.search(surface) and not _PLURAL_BEHIND.search(term):
        return False
    if _S_BEFORE_DIGIT.search(surface) and not _S_BEFORE_DIGIT.search(_joined(term)):
        return False
    if " " not in surface:
        return True
    own = {word.casefold() for word in _WORD.findall(term)}
    return not any(
        word.casefold() in _SMALL_WORDS
        and word.casefold() not in own
        and (word.islower() or (word.istitle() and len(word) > 1))
        for word in surface.split(" ")
    )


def case_fits(term: str, surface: str) -> bool:
    """Whether a surface form may stand for a term, as far as its capitals go.

    Terms in capitals (``SET``, ``PER``, ``CAT``, ``SeLECTS``) are words when written
    small. With a digit (``Abcb1``), or in several words with more than five letters, case
    says nothing.
    """
    if surface in _ENGLISH and surface != term:
        return False
    letters = [c for c in term if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    if len(letters) > 5 and capitals > 1 and term.isalpha():
        # authors differ in the middle of a symbol; without its capitals it is a word
        return not surface.islower() and (term.isupper() or not surface.istitle())
    if len(letters) > 5 or capitals < 2 or any(c.isdigit() for c in term):
        return len(letters) > 2 or _same_letters(term, surface) or any(c.isdigit() for c in term)
    if _same_letters(term, surface):
        return True
    # the plural of an acronym, and a rodent's gene (Bcrp)
    return surface.rstrip("s") == term or (len(letters) > 3 and surface == term.capitalize())


def _joined(term: str) -> str:
    return "".join(c for c in term if c.isalnum())


def _same_letters(term: str, surface: str) -> bool:
    wanted = [c for c in term if c.isalpha()]
    return wanted == [c for c in surface if c.isalpha()] or wanted == [
        c for c in surface.rstrip("s") if c.isalpha()
    ]
