"""Is a share of a sentence a share of drug-resistant patients? Rules over its parts.

A share is one if what is said of it is resistance. It is said behind the share ("30 % of patients
are refractory"), where the share, or those it is a part of, is the subject; or before it ("drug
resistance was seen in 30 %"), where resistance is the head of the subject; or it stands in brackets
("more frequent in children (30 % …)"). The letters are those of :mod:`drmine.nlp.rate_words`.
"""

from __future__ import annotations

import re

from drmine.nlp.rate_words import Parts
from drmine.nlp.shares import Share

# --- behind the share -----------------------------------------------------------------------------
_WHOM = r"(?:[wnlpPDahzfg]|(?<=[Pw])E(?=[VBXih])|(?<=a)E(?=[wP])|(?<=[pl])E(?=P)|i(?!\w?R)|,(?!c)|c(?=w)){0,16}?"
"""Of whom the share is a part: no verb, no resistance, no other outcome."""
_ASIDE = r"(?:,[lwpfihPna]{0,9},)?"
_VERB = r"[VB](?:[waVBlE]|,(?=a)){0,5}?"
_BEHIND = re.compile(
    rf"(?!\)?,c)\)?,?{_WHOM}(?:(?<=P)q[VB][wnaPhi]{{1,5}}(?=V))?{_ASIDE}(?:(?:(?<![p,])|(?<=^p))(?P<who>q)z?|(?<!z)t)?[wa]{{0,2}}?(?:[wO]{{1,2}}c(?=[waV])a?)?"
    rf"(?P<said>X|{_VERB}(?:R|X)|V[la]{{0,2}}z(?:[wP]?[tq][BVa]{{0,3}}[wa]?)?(?:R|X)|V[lwaD]{{0,4}},?hR|w?RD|D[pf][Vwa]{{0,3}}R|(?<!.)R(?=[),c]|$))"
)
# "there remain 30 % of patients refractory to drugs", "leaving 30 % with intractable seizures"
_THERE = re.compile(r"(?:V|wB)[lna]{0,3}$")
_NAMED = re.compile(r"(?:p?[wnlP]{0,4}Pq?(?P<said>R)|(?P<kind>R)[wz]?P(?!h))")
# "we found 30 (20 %) patients with resistance among 150"
_WE = re.compile(r"(?:^|[,;:])w{1,2}E[lna]{0,3}$")
_OURS = re.compile(r"P?h[wal]{0,3}(?P<said>R)[zw]?P?(?:i|,|$)")
_LEAVING = re.compile(r"L[lna]{0,3}$")
_WITH = re.compile(r"(?:p?[wnlP]{0,4})?h[wal,]{0,4}(?P<said>R)")

# --- before the share -----------------------------------------------------------------------------
_LEAD = r"[lna]{0,4}(?:(?:[wn]p)?l?[wn]?[wn]P|(?:(?<=[ip])|(?<=[ip][lna]))[wPz](?:h?[wP]{1,2})?)?\(?[lna]{0,2}$"
_BEFORE = re.compile(
    r"(?P<head>R|X)(?:[zP]?[pi]|(?<=X)(?:[ihf][wl]{1,3})?[wzPl]{0,3}[pif]?|(?:[wpPnzDhfaVBEil(]|,(?!l?w?D)|(?<=[hw])g(?!P)){0,16}?"
    r"(?:(?:[BE]|(?<!,)A)(?:[aBVE]|[wl](?=[BE])){0,5}[ip]?|B[wa]{1,3},i|V[aE]*i|[VE]l?[wa]?D[ip]|D[pB]?i?|:))"
    + _LEAD
)
# "refractory epilepsy, defined as ..., affects": the subject may stand far away
_FAR = re.compile(r"(?P<head>R)\)?,[^;S]*,[EA][ip]?" + _LEAD)
# "resistance, which affects": whatever stands before resistance
_WHICH = re.compile(r"R\)?[zwP]{0,2},?t[aB]{0,2}[EA][ip]?" + _LEAD)
# "…, with resistance occurring in 30 %"
_WITH_IT = re.compile(r",h[wal]{0,2}R[zwP]{0,2}E[ip]" + _LEAD)
# "patients with resistance make up 30 % of all"
_MAKE_UP = re.compile(r"^[wnal]{0,3}P[wn]?h[wanl]{0,3}R[zwP]{0,2}A[lna]{0,4}$")
# "some have seizures despite drugs, making up 30 %"
_MAKING_UP = re.compile(r"(?P<head>X)[^S;]{0,14},A[lna]{0,4}$")
_BEING = re.compile(r"(?P<head>R)[zwP]{0,2}[BVaw]{0,4},A[lna]{0,4}$")
_PART_OF = re.compile(r"A[lna]{0,4}$")
# "a rate of resistance of up to 30 %"
_RATE_OF = re.compile(r"(?P<head>R)[zwP]{0,2}(?:l{1,3}|p[lna]{0,3})?$")
# "resistance rates of 30 %": a verb may follow, the share is told already
_ITS_RATE = re.compile(r"R[zwP]{0,2}D[pB:]?[lna]{0,4}$")
# "the rate of resistance, defined as no response to two drugs, was 30 %"
_WAS = re.compile(r"(?P<head>R)[wlRfpaPz,]{0,20}B[lna]{0,3}$")
# "resistance did not differ between men (20 %) and women"
_DIFFERS = re.compile(r"(?P<head>R)[zwP]{0,2}Y[wlihaPnz]{1,8}\(?[ln]{0,2}$")
# "rates of resistance were alike (20 % vs 30 %)"
_ALIKE = re.compile(r"(?P<head>R)[zwP]{0,2}[BVaw]{1,5}(?:[ichl][wlaPzn]{1,6})?\([lna]{0,2}$")
# "the figure for resistance, 30 %, is"
_FIGURE = re.compile(r"(?P<head>R)[zwP]{0,2}(?:i[wlna]{0,3}P?)?,[lna]{0,3}$")
_COMPARED = re.compile(
    r"(?P<head>R)[zwP]{0,3}(?:B|V(?=a+[ic]))a+[lwihfc]{1,2}[wPzanl]{0,6}(?:c[ih]?[wPzanl]{1,4})?\(?l{0,2}$"
)
_PREDICATE = re.compile(r"[BVE][wal]{0,3}R[wzhlac]{0,6}(?:\(E|,)?i" + _LEAD)
_HAD = re.compile(r"[BV][wal]{0,3}R[wzP]{0,2},?\(?(?:[nwl]{0,3}|w?l?[wa]?Dp[lna]{0,2})$")
# "drug-responsive (70 %) and drug-resistant (30 %)"
_NAMED_ALONE = re.compile(r"(?:^|[cO:]|,)[lna]{0,2}R[nl(]{0,3}$")
# "drug-resistant epilepsy (20 % of all patients)"
_APPOSED = re.compile(r"R[zwP]{0,2}\)?[(,]{1,2}[lna]{0,4}$")
_OF_ALL = re.compile(r"[pi][lw]{0,3}P")
# "the prevalence of (patients with) resistance", "risk of developing resistance"
_MEASURED = re.compile(
    r"(?<![OT])D[wal]{0,2}[pf](?:[wnal]{0,4}[wP][wn]{0,2}[hqV]+)?[Vwal]{0,3}$|D[wal]{0,2}t[wPz]{1,3}[BV]{1,2}[wa]{0,2}$"
)
_IN = re.compile(r"[BEAV][aw]{0,2}[ip][lna]{0,3}$")
_AMONG = re.compile(r"(?:i[la]{0,2}|(?<!D[pf]P)(?<!D[pf]w)q)$")
_GOVERNED = re.compile(r"(?:[pihf]|Vw?)[wnal]{0,4}$")
_OWN = re.compile(r"(?:^(?:i[wlna]{0,3}P)?|[;,(cqt])[wlna]{0,5}$")

# --- what rules it out ----------------------------------------------------------------------------
_RESISTANT_WHOLE = re.compile(
    r"[pi][wnal]{0,5}(?:R[wz]?P|P[wn]?h[wanl]{0,3}R|Pp[wl]{0,2}R|P[wn]?q[BV]+[wa]{0,2}R)|(?:^|[;(])[pi][wnal]{0,5}R[^BVE]{0,12},|"
    r"Ri[lw]?(?:a?w?)(?:most|half)"
)
_RESISTANT_PART = re.compile(r"\)?[pi][wnal]{0,4}(?:P[wn]{0,2}h[wal]{0,3})?R")
# "60 % of those who are resistant have a lesion"
_GOES_ON = re.compile(r"[VBE]")
# "onset at night was seen in 30 % of those who are resistant"
_SUBJECT_BEFORE = re.compile(r"[BEVO][aw]{0,2}[ip]?[lna]{0,4}$")
# "of 108 children (24 %) with …, 27 had"
_OF_MANY = re.compile(r"(?:^|[;,(])[pi][la]?n[wnaP]{1,4}$")
_THEN_SOME = re.compile(r"[^S;]*,[la]{0,2}n")
# "did not respond to valproate"
_ONE_DRUG = re.compile(r"[lhwia]{0,3}(?:F|d(?!w?,?c|wi))")
# "13 of 28 refractory patients", "8 of 27 who did not respond": the count is of them
_COUNT_OF_THEM = re.compile(r"[wnal]{0,2}(?:R|P?q)")
_TREATED = re.compile(r"[pi]?[wnlP]{0,4}T")
_TREATED_REACH = 45
"""How far behind what is said (characters) another treatment may be named."""

# --- "it", where the sentence before spoke of resistance ------------------------------------------
_ANAPHOR = re.compile(
    r"(?:it|this|these|(?:the\s|this\s)?(?:\w+\s)?(?:proportion|rate|prevalence|risk|figure|frequency|incidence)"
    r"(?:\s(?:in|for|among)\s(?:[\w-]+\s?){1,4})?)\s"
    r"(?:was|were|is|can\sbe|has\sbeen|occurs|occurred|affects|ranged|varied|rose|fell)\b",
    re.IGNORECASE,
)
_NEW_SUBJECT = "OTRX;"

# --- shares of one measure ------------------------------------------------------------------------
_BETWEEN = re.compile(
    r"\)?(?:[ihp][wPzRnalhg]{1,8}(?:[ip][wPzna]{1,3})?)?\)?[,(;]?,?c?(?:[ihp][wlPa]{0,4}?|P[hw]w{0,2})?[lan]{0,3}\(?[ln]{0,3}"
)

# "differed between men (20 %) and women (30 %)"
_AND_OTHERS = re.compile(r"cl?[wP]{1,2}")
_OBJECT = re.compile(r"(?:[EABVO][wPz]{0,2}[ip]?|^[lna]{0,2}Pw)[lna]{0,4}$")


def is_joined(letters: str, first: int, second: int, *, known: bool = False) -> bool:
    """Whether two shares with nothing said of them in between measure the same thing.

    With ``known``, the second is a rate already, whatever is said behind it.
    """
    gap, behind = letters[first + 1 : second], re.split(r"[S;]", letters[second + 1 :])[0]
    listed = second + len(behind) + 1 < len(letters) and re.fullmatch(r"pw{1,2},?c?", behind)
    of_others = re.match(r"p(?:(?!.{0,5}P)|[ln]{0,2}w{1,2}p)", behind) is not None and not listed
    if "Y" in letters[:first] and _AND_OTHERS.fullmatch(gap):
        return True
    if _BETWEEN.fullmatch(gap) is None or of_others:
        return False
    return known or not _owned_by_another(behind)


def has_own_verb(before: str) -> bool:
    """Whether a share ends a clause of its own ("epilepsy affects 1 %, and in a third of them …")."""
    return _OBJECT.search(before) is not None


def says_resistance(share: Share, parts: Parts, *, takes_up: bool) -> bool:
    """Return whether a share is one of resistant patients.

    Parameters
    ----------
    share, parts
        The share, and the parts of its sentence.
    takes_up
        The sentence begins with a word that stands for resistance, of which the one before spoke.
    """
    place = parts.at(share)
    before, after = parts.letters[:place], parts.letters[place + 1 :]
    if share.counted and _COUNT_OF_THEM.match(after):
        return False
    nearest = re.split(r"[S;]", after)[0]
    if "T" in before or "o" in before[-4:]:
        return False
    if _LEAVING.search(before) and _WITH.match(nearest):
        return True
    if _RESISTANT_PART.match(after) and not (_WE.search(before) and _OURS.match(nearest)):
        return False
    if _APPOSED.search(before) and _OF_ALL.match(nearest) and "R" not in nearest:
        return True
    if _NAMED_ALONE.search(before) or (_MAKE_UP.search(before) and _OF_ALL.match(nearest)):
        return True
    told = _behind(before, nearest)
    if told:
        end = parts.ends[place + told] + _TREATED_REACH
        return not any(
            letter == "T" and start < end
            for letter, start in zip(parts.letters[place:], parts.starts[place:], strict=True)
        )
    # a verb behind the share is that of the measure, not of those it is a part of
    if _ITS_RATE.search(before):
        return True
    match = _RATE_OF.search(before) or (nearest.startswith(",") and _FIGURE.search(before))
    if match and _MEASURED.search(before[: match.start("head")]):
        return True
    if _owned_by_another(nearest, told=_IN.search(before) is not None) or _TREATED.match(after):
        return False
    if _PART_OF.search(before) and nearest.startswith("p") and not _OF_ALL.match(nearest):
        return False
    return (takes_up and not set(before) & set(_NEW_SUBJECT)) or _told_before(before)


def _behind(before: str, nearest: str) -> int:
    """How many letters behind the share resistance is said of it; 0 if it is not."""
    if _OF_MANY.search(before) and _THEN_SOME.match(nearest):
        return 0
    if _RESISTANT_WHOLE.search(before):
        return 0
    match = _BEHIND.match(nearest)
    of_them = match and match.group("who") and nearest.startswith("p")
    if (
        match
        and of_them
        and (_SUBJECT_BEFORE.search(before) or _GOES_ON.match(nearest, match.end()))
    ):
        return 0
    if not match and _THERE.search(before):
        match = _NAMED.match(nearest)
    if not match and _WE.search(before):
        match = _OURS.match(nearest)
    if not match or _ONE_DRUG.match(nearest, match.end()):
        return 0
    return match.end()


def _told_before(before: str) -> bool:
    if any(pattern.search(before) for pattern in (_HAD, _PREDICATE, _WHICH, _WITH_IT)):
        return True
    for pattern in (_WAS, _ALIKE):
        match = pattern.search(before)
        if match and _MEASURED.search(before[: match.start("head")]):
            return True
    for pattern in (_COMPARED, _DIFFERS, _BEFORE, _FAR, _MAKING_UP, _BEING):
        match = pattern.search(before)
        if match and _is_head(before[: match.start("head")], match.group("head")):
            return True
    return False


def _is_head(left: str, head: str) -> bool:
    """Whether resistance is what the clause is about, and not the group or the aim of it."""
    if head == "X":
        return _AMONG.search(left) is None and not left.endswith("d")
    if _MEASURED.search(left):
        return True
    return not _GOVERNED.search(left) and _OWN.search(left) is not None


def _owned_by_another(nearest: str, *, told: bool = False) -> bool:
    """Whether the words behind a share say something else of it ("30 % were women").

    Where the share is ``told`` by a verb before it, a relative clause only says whom it is of.
    """
    if told and re.match(r"[pi][wnlPaz]{0,8}[wP]q", nearest):
        return False
    return re.match(r"\)?(?:(?:[pi][wnlPaz]{0,8})?[wP]?q?[BV]|[wa]{0,2}O)", nearest) is not None


def begins_with_it(words: str) -> bool:
    """Whether a sentence begins with a word for what the one before spoke of, and a verb."""
    return _ANAPHOR.match(words) is not None
