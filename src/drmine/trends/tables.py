"""What the trends are made from and what they give back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ARTICLE_COLUMNS = (
    "pmid", "year", "title", "journal", "study_type", "study_type_score", "about_drug_response",
    "about_drug_response_score", "retraction", "is_evidence", "needs_review", "reviewed",
    "invented", "doi", "publication_types", "text_hash", "published_as",
)  # fmt: skip
FINDING_COLUMNS = (
    "finding_id", "pmid", "year", "hypothesis", "score", "stance", "stance_score", "origin",
    "evidence_start", "evidence_end", "evidence", "second_start", "second_end", "second_evidence",
    "needs_review", "reviewed", "invented", "is_evidence", "study_type",
)  # fmt: skip
MENTION_COLUMNS = (
    "pmid", "start", "end", "text", "concept", "class", "long_form", "negated", "speculated",
    "matched_by", "invented", "is_evidence", "year", "about_drug_response",
)  # fmt: skip
RATE_COLUMNS = (
    "pmid", "year", "start", "end", "text", "low", "high", "population", "study_type",
    "invented", "is_evidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tables:
    """The four frames that the store hands over, with the columns named above.

    ``pmid`` is text, ``year`` a nullable integer, flags are true or false.
    """

    articles: pd.DataFrame
    findings: pd.DataFrame
    mentions: pd.DataFrame
    rates: pd.DataFrame

    @classmethod
    def empty(cls) -> Tables:
        """Return frames with all columns and no row."""
        import pandas as pd

        return cls(
            *(
                pd.DataFrame(columns=list(columns))
                for columns in (ARTICLE_COLUMNS, FINDING_COLUMNS, MENTION_COLUMNS, RATE_COLUMNS)
            )
        )


@dataclass(frozen=True, slots=True)
class TrendsResult:
    """Where the files are, what was left out and why, and whether anything is missing."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...]
    is_complete: bool
