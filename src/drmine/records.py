"""The nouns: record, mention, finding, annotation.

They sit at the bottom of the project and import nothing of it. All character
offsets count Unicode code points into :attr:`Record.text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Stance = Literal["supports", "refutes", "mixed", "neutral"]
Origin = Literal["congenital", "acquired", "both", "unspecified"]
RetractionStatus = Literal[
    "none", "retracted", "retraction_notice", "expression_of_concern", "concern_notice"
]
UpdateDirection = Literal["UpdateIn", "UpdateOf"]

STANCES: tuple[Stance, ...] = ("supports", "refutes", "mixed", "neutral")
ORIGINS: tuple[Origin, ...] = ("congenital", "acquired", "both", "unspecified")
STUDY_TYPES: tuple[str, ...] = (
    "randomized_trial",
    "observational",
    "case_report",
    "human_tissue",
    "animal",
    "in_vitro",
    "in_silico",
    "systematic_review",
    "narrative_review",
    "other",
)


@dataclass(frozen=True, slots=True)
class Record:
    """One PubMed citation, cleaned for reading.

    ``title`` and ``abstract`` are plain text (no markup, white space folded);
    a labelled abstract keeps its labels as ``LABEL: text``, sections joined by
    one space. ``date`` is the publication date as far as it is known
    (``2021``, ``2021-05`` or ``2021-05-03``), ``revised`` and ``entered`` are
    ISO dates or empty. ``updates`` are PubMed's links between a paper and what it
    updates or became, in PubMed's words: ``UpdateIn:33576494``, ``UpdateOf:34013271``.
    """

    pmid: str
    title: str = ""
    abstract: str = ""
    year: int | None = None
    journal: str = ""
    publication_types: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    version: int = 1
    date: str = ""
    revised: str = ""
    entered: str = ""
    substances: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    doi: str = ""
    pmcid: str = ""
    vernacular_title: str = ""
    other_abstracts: tuple[str, ...] = ()
    retraction: RetractionStatus = "none"
    is_erratum: bool = False
    is_book: bool = False
    invented: bool = False
    updates: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What every offset points into: title, a line feed, abstract."""
        return f"{self.title}\n{self.abstract}"

    @property
    def is_evidence(self) -> bool:
        """Whether the record may count as evidence (retracted papers and notices may not)."""
        return self.retraction in ("none", "expression_of_concern") and not self.is_erratum

    @property
    def is_preprint(self) -> bool:
        """Whether PubMed calls the record a preprint."""
        return "Preprint" in self.publication_types

    def updated(self, direction: UpdateDirection) -> tuple[str, ...]:
        """Return the PMIDs of the records that it is updated in, or that it is an update of."""
        links = (link.partition(":") for link in self.updates)
        return tuple(pmid for said, _, pmid in links if said == direction)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Record:
        """Build a record from a JSON object, or from a row of a table; unknown keys are ignored.

        Lists become tuples. Blanks of pandas (NaN) count as not given, and a number that a column
        with blanks has as 2019.0 is 2019.

        Raises
        ------
        ValueError
            There is no ``pmid``, or a single text stands where a list belongs.
        """
        known: dict[str, Any] = {}
        for name, kind in cls.__dataclass_fields__.items():
            value: Any = row.get(name)
            if hasattr(value, "tolist"):
                value = value.tolist()  # numpy's numbers and arrays, as Parquet files give lists
            if value is None or _is_blank(value):
                continue
            if isinstance(value, list):
                value = tuple(str(item) for item in value)
            elif isinstance(value, float) and value.is_integer():
                value = int(value)
            elif isinstance(value, str) and kind.default == ():
                raise ValueError(f"{name} is a text where a list of texts belongs: {value!r}")
            known[name] = value
        if "pmid" not in known:
            raise ValueError("The record has no pmid.")
        known["pmid"] = str(known["pmid"])
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        """Return the record as a JSON-ready dictionary."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of :attr:`Record.text`; ``text`` is what stands there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A vocabulary concept named in a record.

    ``matched_by`` says what made it: ``vocabulary``, ``rule:…``,
    ``context``, ``abbreviation``, ``model:…``, ``mesh`` or ``substance``.
    Mentions from headings have no place in the text: start and end are -1.
    """

    start: int
    end: int
    text: str
    concept: str
    class_: str
    long_form: str | None = None
    negated: bool = False
    speculated: bool = False
    matched_by: str = "vocabulary"
    term: str = ""
    cue: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the mention with the key ``class`` that the contract names."""
        row = _fields(self)
        row["class"] = row.pop("class_")
        return row


@dataclass(frozen=True, slots=True)
class Finding:
    """One hypothesis that a record bears on, with its stance and evidence."""

    id: str
    score: float
    stance: Stance
    stance_score: float
    origin: Origin
    evidence: tuple[Span, ...] = ()
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class DecidedFinding:
    """A hypothesis as people assigned it; ``evidence`` is start and end in the record's text.

    ``also`` are other sentences that would show the stance as well, where somebody named them.
    ``found`` and ``null`` are all sentences that say that something was found, that nothing was,
    where somebody marked them.
    """

    id: str
    stance: Stance
    origin: Origin = "unspecified"
    evidence: tuple[int, int] | None = None
    also: tuple[tuple[int, int], ...] = ()
    found: tuple[tuple[int, int], ...] | None = None
    null: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class ResistanceRate:
    """A reported share of drug-resistant patients, 0–1; one figure has ``low`` = ``high``."""

    start: int
    end: int
    text: str
    low: float
    high: float
    population: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """Everything the machine says of one record: the line that ``drmine label`` writes."""

    pmid: str
    about_drug_response: bool
    about_drug_response_score: float
    hypotheses: tuple[Finding, ...] = ()
    study_type: str = "other"
    study_type_score: float = 0.0
    mentions: tuple[Mention, ...] = ()
    resistance_rates: tuple[ResistanceRate, ...] = ()
    needs_review: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the output line of ``drmine label`` as a dictionary."""
        row: dict[str, Any] = {
            "pmid": self.pmid,
            "about_drug_response": self.about_drug_response,
            "about_drug_response_score": round(self.about_drug_response_score, 4),
            "hypotheses": [_finding_json(finding) for finding in self.hypotheses],
            "study_type": self.study_type,
            "study_type_score": round(self.study_type_score, 4),
            "mentions": [mention.to_json() for mention in self.mentions],
            "resistance_rates": [_fields(rate) for rate in self.resistance_rates],
            "needs_review": self.needs_review,
        }
        row.update(self.extra)
        return row


def _is_blank(value: Any) -> bool:
    """Whether it is NaN, NaT or pandas' NA, none of which is equal to itself."""
    try:
        return bool(value != value)
    except TypeError:  # NA answers neither yes nor no
        return True


def _fields(one: Any) -> dict[str, Any]:
    """Return the fields of a flat dataclass; ``asdict`` would copy each value, which is slow."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _finding_json(finding: Finding) -> dict[str, Any]:
    row = _fields(finding)
    row["score"] = round(finding.score, 4)
    row["stance_score"] = round(finding.stance_score, 4)
    row["evidence"] = [_fields(span) for span in finding.evidence]
    return row
