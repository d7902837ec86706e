"""The first tables.

Frozen: a migration never imports the present schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("file_order", sa.String(), nullable=True),
        sa.Column("first_run", sa.String(), nullable=False),
        sa.Column("last_run", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pmid", name="pk_deletions"),
    )
    op.create_table(
        "failures",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pmid", "stage", name="pk_failures"),
    )
    op.create_table(
        "records",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revised", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("journal", sa.Text(), nullable=False),
        sa.Column("publication_types", sa.JSON(), nullable=False),
        sa.Column("mesh", sa.JSON(), nullable=False),
        sa.Column("date", sa.String(), nullable=False),
        sa.Column("entered", sa.String(), nullable=False),
        sa.Column("substances", sa.JSON(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("doi", sa.Text(), nullable=False),
        sa.Column("pmcid", sa.String(), nullable=False),
        sa.Column("vernacular_title", sa.Text(), nullable=False),
        sa.Column("other_abstracts", sa.JSON(), nullable=False),
        sa.Column("retraction", sa.String(), nullable=False),
        sa.Column("is_erratum", sa.Boolean(), nullable=False),
        sa.Column("is_book", sa.Boolean(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(length=32), nullable=False),
        sa.Column("record_hash", sa.String(length=32), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("file_order", sa.String(), nullable=True),
        sa.Column("first_seen", sa.String(), nullable=False),
        sa.Column("last_changed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pmid", name="pk_records"),
    )
    op.create_index("ix_records_year", "records", ["year"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started", sa.String(), nullable=False),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("query", sa.Text(), nullable=True),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_kind_is_complete", "runs", ["kind", "is_complete"], unique=False)
    op.create_table(
        "annotations",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("about_drug_response", sa.Boolean(), nullable=False),
        sa.Column("about_drug_response_score", sa.Double(), nullable=False),
        sa.Column("study_type", sa.String(), nullable=False),
        sa.Column("study_type_score", sa.Double(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pmid"], ["records.pmid"], name="fk_annotations_pmid", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pmid", name="pk_annotations"),
    )
    op.create_index("ix_annotations_needs_review", "annotations", ["needs_review"], unique=False)
    op.create_table(
        "findings",
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hypothesis", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("stance_score", sa.Double(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("evidence_start", sa.Integer(), nullable=True),
        sa.Column("evidence_end", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("more_evidence", sa.JSON(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pmid"], ["records.pmid"], name="fk_findings_pmid", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("finding_id", name="pk_findings"),
    )
    op.create_index("ix_findings_hypothesis", "findings", ["hypothesis"], unique=False)
    op.create_index("ix_findings_pmid", "findings", ["pmid"], unique=False)
    op.create_table(
        "mentions",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("class", sa.String(), nullable=False),
        sa.Column("long_form", sa.Text(), nullable=True),
        sa.Column("negated", sa.Boolean(), nullable=False),
        sa.Column("speculated", sa.Boolean(), nullable=False),
        sa.Column("matched_by", sa.String(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("cue", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["pmid"], ["records.pmid"], name="fk_mentions_pmid", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pmid", "position", name="pk_mentions"),
    )
    op.create_index("ix_mentions_concept", "mentions", ["concept"], unique=False)
    op.create_table(
        "record_versions",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("record_hash", sa.String(length=32), nullable=False),
        sa.Column("content_hash", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revised", sa.String(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pmid"], ["records.pmid"], name="fk_record_versions_pmid", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pmid", "record_hash", name="pk_record_versions"),
    )
    op.create_table(
        "resistance_rates",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pmid"], ["records.pmid"], name="fk_resistance_rates_pmid", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pmid", "position", name="pk_resistance_rates"),
    )


def downgrade() -> None:
    op.drop_table("resistance_rates")
    op.drop_table("record_versions")
    op.drop_index("ix_mentions_concept", table_name="mentions")
    op.drop_table("mentions")
    op.drop_index("ix_findings_pmid", table_name="findings")
    op.drop_index("ix_findings_hypothesis", table_name="findings")
    op.drop_table("findings")
    op.drop_index("ix_annotations_needs_review", table_name="annotations")
    op.drop_table("annotations")
    op.drop_index("ix_runs_kind_is_complete", table_name="runs")
    op.drop_table("runs")
    op.drop_index("ix_records_year", table_name="records")
    op.drop_table("records")
    op.drop_table("failures")
    op.drop_table("deletions")
