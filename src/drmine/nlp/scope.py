"""Where the forward reach of a negation ends before its clause does.

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
    "without", "lack", "lack of", "absence", "absence of", "lacking", "failure of", "instead of",
    "rather than", "except", "with the exception of", "with the notable exception of",
})  # fmt: skip
_NEXT_VERB = re.compile(
    rf"(?<!\bthat)(?<!\bwhich)(?<!\bwho)\s(?:also |still |then |now )?{_FINITE}"
)
# "did not inhibit A and its level was B": the second statement has a subject and a verb.
_NEXT_STATEMENT = re.compile(
    rf",?\s(?:and|or|so)\s(?:that\s)?(?:(?!not\b|nor\b)[^\s,;]+\s){{1,6}}?{_FINITE}"
    rf"|,\s(?:nor|thus|hence|therefore|with)\b|,\s(?:and|or)\sthat\b|,\s{_FINITE}"
)
# Those whose noun phrase is denied with all that is said of it: "no link of A and B was found".
_SUBJECTS = frozenset({"no", "none", "none of", "neither"})
_AFTER_VERB = re.compile(rf"\b(?:{_FINITE}|found|observed|detected|revealed|with)\s$")
# "A, but not B, raised C" denies B alone.
_CONTRAST = re.compile(r"\b(?:but|and)\s$")
_RELATIVE = re.compile(r"\b(?:that|which|who)\s(?:\w+\s){0,2}$")
# Characters before a cue in which a relative pronoun is looked for, and behind it in which its
# reach is cut short: a text of nothing but negations would else be read once for each.
_BEFORE, _BEHIND = 40, 300


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
    is_contrast = cue == "not" and _CONTRAST.search(text, before, cue_start)
    if verb and (is_contrast or _RELATIVE.search(text, before, cue_start)):
        ends.append(verb.start())
    if is_contrast and (comma := text.find(",", cue_end, near)) >= 0:
        ends.append(comma)
    return min(ends, default=end)
