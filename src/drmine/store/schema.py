"""The tables. What a migration makes must be the same: a test compares the two.

Columns that name runs say who did it and when; they are no part of the content, which
is the same whatever order or number of runs it took.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

HEAD = "0003"
"""The latest migration; a store with another one is migrated, or refused if it is newer."""

# Named constraints: a later migration can only drop what has a name
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _pmid_of_record(primary_key: bool = False) -> Column[str]:
    return Column(
        "pmid",
        String,
        ForeignKey("records.pmid", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


records = Table(
    "records",
    metadata,
    Column("pmid", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("revised", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("year", Integer),
    Column("journal", Text, nullable=False),
    Column("publication_types", JSON, nullable=False),
    Column("mesh", JSON, nullable=False),
    Column("date", String, nullable=False),
    Column("entered", String, nullable=False),
    Column("substances", JSON, nullable=False),
    Column("keywords", JSON, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("doi", Text, nullable=False),
    Column("pmcid", String, nullable=False),
    Column("vernacular_title", Text, nullable=False),
    Column("other_abstracts", JSON, nullable=False),
    Column("retraction", String, nullable=False),
    Column("is_erratum", Boolean, nullable=False),
    Column("is_book", Boolean, nullable=False),
    Column("invented", Boolean, nullable=False),
    # nothing in records that were stored before this column was, until they change
    Column("updates", JSON),
    # of what is labelled: another one means label again
    Column("content_hash", String(32), nullable=False),
    # of everything but version and revision date: another one means something changed
    Column("record_hash", String(32), nullable=False),
    Column("is_deleted", Boolean, nullable=False),
    # the newest PubMed file that held the record, where files say their order
    Column("file_order", String),
    Column("first_seen", String, nullable=False),
    Column("last_changed", String, nullable=False),
    Index(None, "year"),
)

record_versions = Table(
    "record_versions",
    metadata,
    _pmid_of_record(primary_key=True),
    Column("record_hash", String(32), primary_key=True),
    Column("content_hash", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revised", String, nullable=False),
    Column("record", JSON, nullable=False),
    Column("run_id", String, nullable=False),
)

# No foreign key: PubMed also deletes records that were never collected. Where it named a version,
# `pmid` is `PMID.version`
deletions = Table(
    "deletions",
    metadata,
    Column("pmid", String, primary_key=True),
    Column("file_order", String),
    Column("first_run", String, nullable=False),
    Column("last_run", String, nullable=False),
)

# `annotations` is taken by the import from __future__
annotation_table = Table(
    "annotations",
    metadata,
    _pmid_of_record(primary_key=True),
    Column("about_drug_response", Boolean, nullable=False),
    Column("about_drug_response_score", Double, nullable=False),
    Column("study_type", String, nullable=False),
    Column("study_type_score", Double, nullable=False),
    Column("needs_review", Boolean, nullable=False),
    Column("reviewed", Boolean, nullable=False),
    Column("extra", JSON, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("run_id", String, nullable=False),
    Index(None, "needs_review"),
)

findings = Table(
    "findings",
    metadata,
    Column("finding_id", String, primary_key=True),
    _pmid_of_record(),
    Column("position", Integer, nullable=False),
    Column("hypothesis", String, nullable=False),
    Column("score", Double, nullable=False),
    Column("stance", String, nullable=False),
    Column("stance_score", Double, nullable=False),
    Column("origin", String, nullable=False),
    Column("evidence_start", Integer),
    Column("evidence_end", Integer),
    Column("evidence", Text),
    # spans after the first, which stands in the three columns above
    Column("more_evidence", JSON, nullable=False),
    Column("needs_review", Boolean, nullable=False),
    Index(None, "pmid"),
    Index(None, "hypothesis"),
)

mentions = Table(
    "mentions",
    metadata,
    _pmid_of_record(primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("concept", String, nullable=False),
    Column("class", String, nullable=False),
    Column("long_form", Text),
    Column("negated", Boolean, nullable=False),
    Column("speculated", Boolean, nullable=False),
    Column("matched_by", String, nullable=False),
    Column("term", Text, nullable=False),
    Column("cue", Text),
    Index(None, "concept"),
)

resistance_rates = Table(
    "resistance_rates",
    metadata,
    _pmid_of_record(primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("population", Text, nullable=False),
)

# No foreign key: a record can fail before it is stored
failures = Table(
    "failures",
    metadata,
    Column("pmid", String, primary_key=True),
    Column("stage", String, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("run_id", String, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("started", String, nullable=False),
    Column("ended", String),
    Column("is_complete", Boolean, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("query", Text),
    Column("versions", JSON, nullable=False),
    Index(None, "kind", "is_complete"),
)

# Bulk files that were begun or taken, so that a run that was stopped goes on behind them
bulk_files = Table(
    "bulk_files",
    metadata,
    Column("place", String, primary_key=True),
    # the SHA-256 of what was kept of the file
    Column("entries", String(64), primary_key=True),
    Column("run_id", String, nullable=False),
    Column("begun", String, nullable=False),
    Column("taken", String),
    Column("records_read", Integer, nullable=False),
    Column("records_kept", Integer, nullable=False),
)

# What is made from a record and replaced with its annotation, in the order to delete
DERIVED = (findings, mentions, resistance_rates, annotation_table)
