"""Where the reach of a negation ends, or begins, within its clause.

Without a parser: finite verbs that cannot well be anything else tell where a noun phrase, a
relative clause or a coordinated statement is over. Developed on the tuning half of a public corpus
of annotated scopes (`python -m benchmarks.assertion`).
"""

from __future__ import annotations

import re

# Auxiliaries, and verbs of results whose form is seldom a participle beside a noun.
_FINITE = (
    r"(?:was|were|is|are|had|has|have|did|does|do|could|can|cannot|may|might|will|would|should|"
    r"must|showed|shows|show|exhibited|displayed|exhibit|express|underwent|became|remained|led|"
    r"occurred|appeared|seemed|suggests?|indicates?|demonstrated|revealed|tended)\b"
)
# What a noun denies ends with its noun phrase: "lack of response to drugs was linked to …".
_NOUNS = frozenset({
    "without", "lack", "lack of", "absence of", "lacking", "failure of", "instead of",
    "rather than", "except", "with the exception of", "with the notable exception of",
})  # fmt: skip
_NEXT_VERB = re.compile(
    rf"(?<!\bthat)(?<!\bwhich)(?<!\bwho)\s(?:also |still |then |now )?{_FINITE}"
)
# "did not inhibit A and its level was B": the second statement has a subject and a verb.
_NEXT_STATEMENT = re.compile(
    rf",?\s(?:and|or|so)\s(?:that\s)?(?:(?!not\b|nor\b)[^\s,;]+\s){{1,6}}?{_FINITE}"
    r"|\s(?:and|or)\s(?:(?:\w+ly|later|then|also)\s)?"
    r"(?:developed|reported|received|required|improved|responded|died)\b"
    rf"|,\s(?:nor|thus|hence|therefore|with)\b|,\s(?:and|or)\sthat\b|,\s{_FINITE}"
)
# Those whose noun phrase is denied with all that is said of it: "no link of A and B was found".
_SUBJECTS = frozenset({"no", "none", "none of", "neither"})
_AFTER_VERB = re.compile(rf"\b(?:{_FINITE}|found|observed|detected|revealed|with)\s$")
# "A, but not B, raised C" denies B alone, as does "the A, not the B, gene of C".
_CONTRAST = re.compile(r"(?:\b(?:but|and)|,)\s$")
_RELATIVE = re.compile(r"\b(?:that|which|who)\s(?:\w+\s){0,2}$")
# Where what is reported begins: what stands before it is not denied with it.
_REPORTED = re.compile(
    r"\b(?:suggest|indicat|show|demonstrat|conclu|found|find|reveal|report|confirm|believ|"
    r"hypothes|evidence|impl|propos|argu|assum)\w*\s(?:\w+\s)?that\s",
    re.IGNORECASE,
)
# "did not depend solely on A" says that A is part of it.
_PARTLY = re.compile(r"\b(?:solely|exclusively|merely|only|just)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\s(?:during|after|before|under|induced|through|via)\b")
# Characters before a cue in which a relative pronoun is looked for, and behind it in which its
# reach is cut short: a text of nothing but negations would else be read once for each.
_BEFORE, _BEHIND = 40, 300

_FAILED = (
    r"(?:(?:be|been|become|fully|adequately|well|yet|satisfactorily|sufficiently) ){0,2}"
    r"(?:respon\w+|seizure[- ]free|free of seizures|(?:well[- ])?controll\w+|benefit\w*|improv\w+|"
    r"remit\w*|"
    r"(?:achiev|reach|attain|enter|becom)\w* (?:\w+ ){0,2}?(?:freedom|remission|control|free))\b"
    r"(?: (?:to|by|with|on|from|under) [\w-]+)?"
)
RESISTANT_GROUP = re.compile(
    rf"\b(?:who|that|which) (?:(?:did|do|does|had|have|has|were|was|are|is|could) )?(?:not|never) "
    rf"{_FAILED}"
    r"|\b(?:patients|children|adults|subjects|cases|individuals|people|those|women|men|infants|rats|mice|"
    rf"animals) not {_FAILED}",
    re.IGNORECASE,
)
"""A group told by a negation, "patients who did not respond to drugs": nothing else is denied."""
# Characters of its longest beginning, "individuals ", and of what stands behind the negation.
_BEFORE_NEGATION, _LONGEST_GROUP = 16, 160


def reach_end(text: str, cue_start: int, cue_end: int, end: int) -> int:
    """Return where the reach of a negation ends: at ``end``, that of its clause, or before.

    Parameters
    ----------
    text
        The text.
    cue_start, cue_end
        Where the cue stands.
    end
        Where its clause ends.
    """
    near = min(end, cue_end + _BEHIND)
    before = max(0, cue_start - _BEFORE)
    cue = text[cue_start:cue_end].lower()
    verb = _NEXT_VERB.search(text, cue_end, near)
    if cue in _NOUNS:
        return verb.start() if verb else end
    opens = cue in _SUBJECTS and not _AFTER_VERB.search(text, before, cue_start)
    statement = _NEXT_STATEMENT.search(text, verb.end() if opens and verb else cue_end, near)
    ends = [statement.start()] if statement else []
    if partly := _PARTLY.search(text, cue_end, near):
        ends.append(partly.start())
    is_contrast = cue == "not" and _CONTRAST.search(text, before, cue_start)
    if verb and (is_contrast or _RELATIVE.search(text, before, cue_start)):
        ends.append(verb.start())
    if is_contrast and (during := _ASIDE.search(text, cue_end, near)):
        ends.append(during.start())
    if is_contrast and (comma := text.find(",", cue_end, near)) >= 0:
        ends.append(comma)
    return min(ends, default=end)


def reach_start(text: str, start: int, cue_start: int) -> int:
    """Return where the backward reach of a cue begins: at ``start``, that of its clause, or later.

    Parameters
    ----------
    text
        The text.
    start
        Where the clause begins.
    cue_start
        Where the cue stands.
    """
    near = max(start, cue_start - _BEHIND)
    relative = _RELATIVE.search(text, max(near, cue_start - _BEFORE), cue_start)
    begins = [relative.start()] if relative else []
    begins += [reported.end() for reported in _REPORTED.finditer(text, near, cue_start)][-1:]
    return max(begins, default=start)


def group_end(text: str, start: int, end: int, cue_start: int, cue_end: int) -> int:
    """Return where the description of a group ends that a negation stands in, else ``end``.

    Parameters
    ----------
    text
        The text.
    start, end
        Where the sentence begins and ends.
    cue_start, cue_end
        Where the cue stands.
    """
    # near the cue alone: a text of nothing but negations would else be read once for each
    first = max(start, cue_start - _BEFORE_NEGATION)
    for group in RESISTANT_GROUP.finditer(text, first, min(end, cue_end + _LONGEST_GROUP)):
        if group.start() <= cue_start and cue_end <= group.end():
            return group.end()
    return end
