"""Splits a record into sentences and says what part of the abstract each belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from drmine.nlp.word_starts import WordStarts

Section = Literal["title", "background", "aim", "methods", "results", "conclusion", "unknown"]

# Begins with a set of characters, which ``re`` finds fastest.
_CANDIDATE = re.compile(
    r"[.!?\n](?:(?<!\n)(?P<close>[\"')\]”’]*)\s+(?=[\"'(\[“‘]?(?:[A-Z0-9\u0370-\u03ff]|"
    # names that begin small: p53, c-Fos, mRNA
    r"[a-z]{1,3}\d|[a-z]{1,2}-?[A-Z]))|(?<=\n)\n*)"
)
# A full stop after one of these does not end a sentence.
_NO_END = re.compile(
    r"(?:^|[\s(\[])(?:vs|v|i\.e|e\.g|et al|etc|fig|figs|tab|ref|refs|no|nos|approx|ca|cf|resp|"
    r"dr|prof|st|jr|inc|ltd|sp|spp|var|viz|incl|excl|max|min|avg|[A-Z](?:\.[A-Z])*)\.$",
    re.IGNORECASE,
)
_ENDS_ANYWAY = re.compile(r"\b(?:etc|no|min|max|vs)\.$", re.IGNORECASE)
# "1. Rats were …": the number belongs to what follows.
_ITEM_NUMBER = re.compile(r"\(?\d{1,2}\s?\.")
# "… of NF-kappa B. The …" ends with its letter; "by J. Smith" and "in E. coli" do not end.
_LETTER_ENDS = re.compile(
    r"(?<=[a-z]{2})(?<!\bby)(?<!\bof)(?<!\band)(?<!\bwith)(?<!\bfrom)[- ][A-Z]\.$"
)
_CAPITAL_WORD = re.compile(r"[A-Z][a-z]+,? [a-z(]|We |In |A |It |To |At |As |By |On |Of ")
_STARTS_NEW = re.compile(
    r"(?:The|We|In|This|These|Our|It|A|An|All|There|However|Of|No|Both|Patients|After|Results|"
    r"Conclusions?|Methods?|Background|Objectives?)\b"
)

# Characters behind a gap that tell whether it ends a sentence.
_LOOKED_AT = 60

_LABELS: dict[Section, tuple[str, ...]] = {
    "background": ("background", "introduction", "context", "rationale", "significance",
                   "what is known and objective", "importance", "background and purpose",
                   "background and objective", "background and objectives", "background and aims",
                   "background and aim", "background/aims", "background & aims"),
    "aim": ("objective", "objectives", "aim", "aims", "purpose", "purposes", "hypothesis",
            "aim of the study", "study objective", "study objectives", "goal", "question",
            "objective(s)", "aims and objectives", "purpose of the study", "motivation"),
    "methods": ("methods", "method", "materials and methods", "material and methods", "methodology",
                "patients and methods", "subjects and methods", "design", "study design", "setting",
                "participants", "patients", "interventions", "intervention", "main outcome measures",
                "measurements", "data sources", "study selection", "data extraction", "search strategy",
                "experimental approach", "main measures", "design and methods", "procedures",
                "research design and methods", "materials & methods", "material and method"),
    "results": ("results", "result", "findings", "finding", "main results", "key results",
                "observations", "case report", "case presentation", "case", "cases", "results and discussion",
                "outcomes", "outcome", "data synthesis", "key findings", "principal findings",
                "main findings", "case description"),
    "conclusion": ("conclusion", "conclusions", "discussion", "interpretation", "significance",
                   "implications", "what is new and conclusion", "summary", "clinical relevance",
                   "conclusions and relevance", "conclusion and implications", "expert opinion",
                   "discussion and conclusion", "conclusions and implications", "relevance",
                   "concluding remarks", "discussion and conclusions", "limitations"),
}  # fmt: skip
_ROLE = {label: role for role, labels in _LABELS.items() for label in labels}
# Longer words are no label, whatever white space stands in them.
_LONGEST_LABEL = 2 * max(map(len, _ROLE))
_LABEL = re.compile(
    r"(?P<label>[A-Z][A-Za-z/&,() ]{2,45}?)\s?(?P<mark>[:.–—-])\s+(?=[\"'(\[]?[A-Z0-9\u0370-\u03ff])"
)
# "Conclusions The drug …": some records lose the colon after the label.
_BARE_LABEL = re.compile(
    r"(?P<label>BACKGROUND|OBJECTIVES?|AIMS?|PURPOSE|METHODS|RESULTS|CONCLUSIONS?|FINDINGS|INTERPRETATION|"
    r"Background|Objectives?|Aims?|Purpose|Methods|Results|Conclusions?|Findings|Interpretation)"
    r"\s+(?=(?:The|We|In|This|These|Our|It|A|An|All|To|Of|Among|Patients|Data|Both|There|Although|While|"
    r"Epilepsy|Drug|Using|With|After|From|At|For|Between|One|Two|Three|Seizure)\b)"
)

_AIM_CUE = re.compile(
    r"\b(?:(?:the )?(?:aim|objective|purpose|goal)s? (?:of|was|were|is)|we (?:aimed|sought|set out|"
    r"investigated whether|examined whether|tested whether|hypothesi[sz]ed)|(?:this|the present) study "
    r"(?:aim|sought|was (?:designed|undertaken|aimed|conducted|performed|carried)|investigates|"
    r"examines|explores)|to (?:investigate|determine|evaluate|assess|examine|explore|test|clarify|"
    r"identify|compare) (?:the|whether|if))",
    re.IGNORECASE,
)
_CONCLUSION_CUE = re.compile(
    r"\b(?:in conclusion|we conclude|concluded? that|our (?:findings?|results|data|study|observations?|work|"
    r"meta-analysis|analysis) (?:\w+ )?(?:suggest|indicate|support|show|demonstrate|confirm|provide|do not|"
    r"does not|did not|highlight|imply|reveal|point)|these (?:findings?|results|data|observations|studies) "
    r"(?:\w+ )?(?:suggest|indicate|support|show|demonstrate|confirm|provide|do not|highlight|imply|point)|"
    r"the (?:present )?(?:findings?|results|data|study|evidence) (?:\w+ )?(?:suggests?|indicates?|supports?|"
    r"confirms?|does not|do not|provides?|implies|imply)|this (?:study|finding|result|suggests|indicates|"
    r"meta-analysis) (?:\w+ )?(?:suggests?|indicates?|supports?|confirms?|demonstrates|provides|shows)|"
    r"taken together|in summary|thus,|therefore,|overall,|collectively|it is (?:concluded|suggested) that|"
    r"may (?:contribute|play|be involved|underlie|explain))",
    re.IGNORECASE,
)
_RESULT_CUE = re.compile(
    r"(?:\b[Pp]\s?[<>=≤≥]\s?0?\.\d|\b(?:OR|HR|RR|CI)\b|\bwe (?:found|observed|showed|"
    r"identified|detected)\b|\bsignificant(?:ly)?\b|\bwas (?:found|observed|seen|detected|associated|increased|"
    r"decreased|reduced)|\bwere (?:found|observed|seen|detected|associated|increased|decreased|reduced))"
)
_PER_CENT = re.compile(r"\d ?%")
_METHOD_CUE = re.compile(
    r"\b(?:were (?:recruited|enrolled|genotyped|included|randomi[sz]ed|divided|selected|collected|analy[sz]ed|"
    r"measured|assessed|performed|studied)|was (?:performed|measured|assessed|determined by|used to|genotyped|"
    r"analy[sz]ed|carried out)|we (?:recruited|enrolled|genotyped|included|retrospectively|prospectively|"
    r"reviewed|studied|used|measured|compared|analy[sz]ed|searched|performed|conducted))",
    re.IGNORECASE,
)
_CUES = WordStarts(
    {
        "aim": _AIM_CUE,
        "conclusion": _CONCLUSION_CUE,
        "methods": _METHOD_CUE,
        "results": _RESULT_CUE,
    }
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by offsets into the record's text, with its part of the abstract."""

    start: int
    end: int
    section: Section


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the sentences of a text; a line feed always ends one."""
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in _CANDIDATE.finditer(text):
        end, after = gap.end("close"), gap.end()
        if end < 0:
            end = gap.start()  # line feeds alone
        elif text[gap.start() + 1] != "\n" and not _is_end(
            text[max(start, end - 25) : end], text[after : after + _LOOKED_AT]
        ):
            continue
        _append(spans, text, start, end)
        start = after
    _append(spans, text, start, len(text))
    return spans


def _is_end(before: str, after: str) -> bool:
    if _ITEM_NUMBER.fullmatch(before):
        return False
    if _LETTER_ENDS.search(before) and _CAPITAL_WORD.match(after):
        return True
    if _NO_END.search(before) is None:
        return True
    label = _LABEL.match(after)
    if label is not None and section_of_label(label.group("label")) is not None:
        return True
    return bool(_ENDS_ANYWAY.search(before) and _STARTS_NEW.match(after))


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))


def section_of_label(label: str) -> Section | None:
    """Return the part of an abstract that a section label names, or None."""
    return _ROLE.get(" ".join(label.lower().split()))


def read_sentences(title: str, abstract: str) -> list[Sentence]:
    """Split a record and give each sentence its section.

    Labels decide where there are any (``RESULTS:``, also ``Results.`` or
    ``Results -`` at the beginning of a sentence); otherwise wording and place do.
    """
    text = f"{title}\n{abstract}"
    offset = len(title) + 1
    sentences = [Sentence(s, e, "title") for s, e in split_sentences(title)]
    body: list[Sentence] = []
    current: Section | None = None
    for start, end in split_sentences(abstract):
        start, end = start + offset, end + offset
        words = text[start:end].rstrip(".: ")
        if len(words) <= _LONGEST_LABEL and (bare := section_of_label(words)) is not None:
            current = bare  # "Results." on its own
            continue
        label = _LABEL.match(text, start, min(end, start + 60)) or _BARE_LABEL.match(
            text, start, end
        )
        role = section_of_label(label.group("label")) if label else None
        if label is not None and role is not None:
            current = role
            start = label.end()
        body.append(Sentence(start, end, current or "unknown"))
    if current is None:
        body = _by_wording(text, body)
    return sentences + body


def _by_wording(text: str, body: list[Sentence]) -> list[Sentence]:
    """Guess sections of an unlabelled abstract: cue phrases first, then the order of parts."""
    guessed: list[Section] = []
    cues_of_each = _CUES.places_in_each(text, [(s.start, s.end) for s in body])
    for index, (sentence, cues) in enumerate(zip(body, cues_of_each, strict=True)):
        is_last = index == len(body) - 1
        if index > 0 and "conclusion" in cues and index >= len(body) * 0.5:
            guessed.append("conclusion")
        elif "aim" in cues and index <= len(body) * 0.6:
            guessed.append("aim")
        elif index > 0 and ("results" in cues or _has_figures(text, sentence)):
            guessed.append("results")
        elif "methods" in cues:
            guessed.append("methods")
        elif is_last and len(body) > 2:
            guessed.append("conclusion")
        else:
            guessed.append("unknown")
    # what stands before the aim or the methods is background
    first = next((i for i, s in enumerate(guessed) if s in ("aim", "methods")), 0)
    for i in range(first):
        guessed[i] = "background"
    # what stands between the methods and the conclusion reports
    begun = False
    for i, section in enumerate(guessed):
        begun = begun or section in ("methods", "results")
        if begun and section == "unknown":
            guessed[i] = "results"
    return [Sentence(s.start, s.end, g) for s, g in zip(body, guessed, strict=True)]


def _has_figures(text: str, sentence: Sentence) -> bool:
    words = text[sentence.start : sentence.end]
    return "odds ratio" in words or ("%" in words and _PER_CENT.search(words) is not None)
