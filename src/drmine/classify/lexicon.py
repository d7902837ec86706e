"""The named patterns of ``lexicon.tsv``, compiled once."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from drmine.nlp.word_starts import WordStarts

# "{drug}", unlike "{0,4}"
_PART = re.compile(r"\{([a-z]+)\}")


@lru_cache(maxsize=1)
def load_lexicon() -> dict[str, re.Pattern[str]]:
    """Return one compiled pattern per name; lines of one name are joined by "or".

    A name that begins with ``=`` is that of a part, which stands in braces in later patterns.
    """
    text = files("drmine.classify").joinpath("lexicon.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    parts: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for name, pattern in rows[1:]:
        whole = _PART.sub(lambda part: parts[part[1]], pattern)
        if name.startswith("="):
            parts[name[1:]] = whole
        else:
            found.setdefault(name, []).append(whole)
    return {name: re.compile("|".join(ps), re.IGNORECASE) for name, ps in found.items()}


@lru_cache(maxsize=1)
def lexicon_search() -> WordStarts:
    """Return the search for all of them at once."""
    return WordStarts(load_lexicon())
