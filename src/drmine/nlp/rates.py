"""Reported shares of drug-resistant patients: "20–40 %", "one third", "up to 30 %"."""

from __future__ import annotations

import re

from drmine.nlp.rate_grammar import begins_with_it, has_own_verb, is_joined, says_resistance
from drmine.nlp.rate_words import Parts, parts_of
from drmine.nlp.sentences import Sentence
from drmine.nlp.shares import Share, find_shares, may_share
from drmine.records import ResistanceRate

# "fell by 30 %", "p = 0.3", "95 % CI": the number measures something else, whatever stands around
_OTHER_MEASURE = re.compile(
    r"(?:(?<!reached )(?<!reported )(?<!achieved )(?<!attained )(?<!experienced )\bby (?:about |at least |up to |more than |between |over )?|reduc\w+ (?:of|from|in|to) |decreas\w+ of |"
    r"improv\w+ (?:of|in) |p ?[<=] ?|\b(?:CI|confidence interval|CrI|IQR)\b[^)]{0,25})$",
    re.IGNORECASE,
)
_OTHER_MEASURE_AFTER = re.compile(
    r"\s?-?(?:CI|confidence|credible|C\.I|power|prediction|(?:or (?:more|greater) )?"
    r"(?:seizure )?(?:reduction|decrease|improvement)|(?:more|less|higher|lower|greater|larger|smaller|longer|"
    r"shorter|older|younger|heavier|lighter|fewer)(?= than|$|[.,;)]| (?:if|in|among|when|for|likely|often|frequent)\b))\b",
    re.IGNORECASE,
)
_WHOM = re.compile(r"[^.;:,(]{0,120}")
_POPULATIONS = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"status epilepticus", "status epilepticus"),
        (r"temporal (?:lobe epilep|scler)|\bm?TLE\b", "temporal lobe epilepsy"),
        (r"(?:focal|partial)(?:-onset)? (?:epilep|seizure)", "focal epilepsy"),
        (r"child|infan|pa?ediatric|neonat", "children with epilepsy"),
        (r"\badults?\b|elderly", "adults with epilepsy"),
    )
)
# No pattern can match without one of these: most sentences are passed over at this price alone.
_CUE = re.compile(
    r"[Rr]esist|[Rr]efract|[Ii]ntract|ontrol|respon|elusive|achievable|impossible|unsuccess|adequately|cannot|ngoing|[Ff]ail|ontinu|persist|[DMTP]RE\b|RSE|despite|spite of|"
    r"n't|\bnot\b|nothing|no avail|of no |elud|satisf|avou?rabl|withst|def(?:y|ie)|kept|keep |go(?:es)? on |went on |Lack|lack|bsence|oss of|to.treat|unable|never|still|enter|leav|\bIE\b|ineffective"
)
# one for one, so offsets hold
_HYPHENS = str.maketrans({"‐": "-", "‑": "-"})
# The longest sentence with a figure in 6,700 abstracts has 1,200 characters. What is read of one
# takes the square of its length: a hostile abstract in one sentence would take many minutes.
_LONGEST_SENTENCE = 4_000
_EPILEPSY = re.compile(r"epilep|seizure|\bPWE\b", re.IGNORECASE)


def find_rates(text: str, sentences: list[Sentence]) -> tuple[ResistanceRate, ...]:
    """Return the shares of drug-resistant patients that a record reports.

    Parameters
    ----------
    text
        ``Record.text``.
    sentences
        Its sentences; a rate never crosses the end of one. None is read in one that is
        longer than any sentence.

    Returns
    -------
    tuple of ResistanceRate
        Shares between 0 and 1, in order of place, none overlapping. A bound without its
        counterpart ("up to one third") has ``low`` = ``high`` = the figure given.
    """
    found: list[ResistanceRate] = []
    if not may_share(text) or not _CUE.search(text):
        return ()
    original, text = text, text.translate(_HYPHENS)
    title = text.partition("\n")[0]
    previous, follows_rate = "", False
    for sentence in sentences:
        words = text[sentence.start : sentence.end]
        if len(words) > _LONGEST_SENTENCE:
            previous, follows_rate = "", False
            continue
        if not may_share(words):
            previous, follows_rate = words, False
            continue
        takes_up = begins_with_it(words) and (follows_rate or _speaks_of_resistance(previous))
        shares = find_shares(words) if takes_up or _CUE.search(words) else []
        shares = [share for share in shares if not _measures_other(words, share)]
        previous, follows_rate = words, False
        if not shares:
            continue
        parts = parts_of(words, shares)
        chosen = _rates_among(shares, parts, takes_up=takes_up)
        follows_rate = bool(chosen)
        named_by = "" if sentence.section == "background" else title
        for share in chosen:
            start, end = sentence.start + share.start, sentence.start + share.end
            population = _population(words, share, parts, named_by)
            found.append(
                ResistanceRate(start, end, original[start:end], share.low, share.high, population)
            )
    return tuple(found)


def _rates_among(shares: list[Share], parts: Parts, *, takes_up: bool) -> list[Share]:
    """Return the shares of one sentence that are rates, with those joined to them."""
    rates = [says_resistance(s, parts, takes_up=takes_up) for s in shares]
    places = [parts.at(share) for share in shares]
    for here in range(1, len(shares)):
        if rates[here - 1] and not rates[here]:
            rates[here] = is_joined(parts.letters, places[here - 1], places[here])
    for here in range(len(shares) - 2, -1, -1):
        if rates[here + 1] and not rates[here] and not has_own_verb(parts.letters[: places[here]]):
            rates[here] = is_joined(parts.letters, places[here], places[here + 1], known=True)
    return [share for share, is_rate in zip(shares, rates, strict=True) if is_rate]


def _speaks_of_resistance(words: str) -> bool:
    """Whether resistance is the subject that a sentence begins with ("RSE is defined as …")."""
    if not _CUE.search(words):
        return False
    return re.match(r"[wanl]{0,3}R[zw]{0,3}[BVE]", parts_of(words, []).letters) is not None


def _measures_other(words: str, share: Share) -> bool:
    before = words[max(0, share.start - 60) : share.start]
    return bool(_OTHER_MEASURE.search(before) or _OTHER_MEASURE_AFTER.match(words, share.end))


def _population(words: str, share: Share, parts: Parts, title: str) -> str:
    """Name whom the rate speaks of: the words after it, then those before, then the title."""
    place = parts.at(share)
    told = re.search(r"[SVBXR]", parts.letters[place + 1 :])
    until = parts.starts[place + 1 + told.start()] if told else len(words)
    near = _WHOM.match(words[share.end : until].lstrip(" )"))
    before = words[: share.start]
    for letter, start, end in zip(parts.letters, parts.starts, parts.ends, strict=True):
        # "refractory status epilepticus" names what is resisted, not whom the rate is of
        if letter == "R" and end <= share.start:
            before = before[:start] + " " * (end - start) + before[end:]
    for text in (near.group() if near else "", before, title):
        hits = [(m.start(), name) for p, name in _POPULATIONS for m in p.finditer(text)]
        if hits:
            return max(hits)[1] if text is before else min(hits)[1]
        if _EPILEPSY.search(text):
            return "epilepsy"
    return "epilepsy"
