"""What a record's own abbreviations stand for."""

from __future__ import annotations

import re

from drmine.nlp.matcher import BLOCKED, Entry, TermIndex
from drmine.nlp.surface import fits

# A long form names a concept when a term ends it and covers this share of it, or nothing before
# it makes another thing of it: "human P-glycoprotein", and not "P-glycoprotein inhibitor".
LONG_FORM_COVERAGE = 0.6
# An abbreviation of a drug's salt is one of the drug: "imipramine hydrochloride (IMI)".
_SALT = re.compile(
    r"(?<=\w)[ -](?:(?:di)?hydro(?:chloride|bromide)|(?:di)?sodium|potassium|acetate|sul(?:ph|f)ate"
    r"|phosphate|citrate|maleate|mesylate|tartrate|succinate)(?: salt)?$",
    re.IGNORECASE,
)

# Behind a name in a long form these leave it what it is: "GABAA receptor subunit genes (GABRs)".
_SAYS_NO_MORE = re.compile(r" (?:genes?|enzymes?|proteins?|family|scale)", re.IGNORECASE).fullmatch
# What a name is of, in or with leaves it what it is: "functional connectivity of healthy subjects".
_FURTHER_SAID = re.compile(r" (?:of|in|with|due to|from) ").match
# Before a name these make another thing of it: "effects of antiseizure drugs", "non-", "anti-".
_TURNS_AWAY = re.compile(
    r"\b(?:of|in|with|for|from|by|to|on|and|or)\b|[()\[\],;/]", re.IGNORECASE
).search
_OPPOSITE = re.compile(r"\b(?:non|anti)[- ]?$", re.IGNORECASE).search


def number_forms(short: str) -> tuple[str, ...]:
    """Return an abbreviation in singular and plural: ``(HHs)`` defines ``HH`` too."""
    if len(short) > 2 and short.endswith("s") and short[-2].isupper():
        # the singular first: both may fold to one key, and it stands for its plural as well
        return short[:-1], short
    return (short, f"{short}s") if short[-1:].isupper() else (short,)


def entry_of_long_form(long: str, index: TermIndex) -> Entry | None:
    """Return the term that a long form says in other words, or None."""
    whole = [
        e for form in (long, _SALT.sub("", long)) for e in index.lookup(form) if fits(e.term, form)
    ]
    if whole:
        return whole[0] if whole[0].concept != BLOCKED else None
    matches = [
        m
        for m in index.find(long)
        if not m.entries[0].needs_context and m.entries[0].concept != BLOCKED
    ]
    if not matches:
        return None
    longest = max(matches, key=lambda m: m.end - m.start)
    rest = long[longest.end :]
    if len(rest) < 2 or _SAYS_NO_MORE(rest):
        before = long[: longest.start]
        covers = (longest.end - longest.start) / max(1, len(long)) >= LONG_FORM_COVERAGE
        says_it = not _OPPOSITE(before) and (covers or not _TURNS_AWAY(before))
        return longest.entries[0] if says_it else None
    first = matches[0]
    is_head = first.start == 0 and _FURTHER_SAID(long, first.end)
    return first.entries[0] if is_head else None
