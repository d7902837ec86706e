"""Bulk files that were begun or taken stand in a table of their own, no longer among the runs.

Frozen: a migration never imports the present schema.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEGUN, TAKEN = "bulk file begun", "bulk file"
# a mark's id was that of its run, a dash, and the start of a digest of kind and file
SUFFIX = 13

runs = sa.table(
    "runs",
    sa.column("id", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("started", sa.String()),
    sa.column("ended", sa.String()),
    sa.column("is_complete", sa.Boolean()),
    sa.column("counts", sa.JSON()),
    sa.column("query", sa.Text()),
    sa.column("versions", sa.JSON()),
)
bulk_files = sa.table(
    "bulk_files",
    sa.column("place", sa.String()),
    sa.column("entries", sa.String()),
    sa.column("run_id", sa.String()),
    sa.column("begun", sa.String()),
    sa.column("taken", sa.String()),
    sa.column("records_read", sa.Integer()),
    sa.column("records_kept", sa.Integer()),
)


def upgrade() -> None:
    op.create_table(
        "bulk_files",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("entries", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("begun", sa.String(), nullable=False),
        sa.Column("taken", sa.String(), nullable=True),
        sa.Column("records_read", sa.Integer(), nullable=False),
        sa.Column("records_kept", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", "entries", name="pk_bulk_files"),
    )
    connection = op.get_bind()
    marks = runs.c.kind.in_((BEGUN, TAKEN))
    rows: dict[str, dict[str, object]] = {}
    # those of later runs last: they stand
    for old in connection.execute(
        sa.select(runs).where(marks, runs.c.is_complete).order_by(runs.c.started, runs.c.id)
    ).mappings():
        place, _, entries = old["query"].rpartition(" ")
        row = rows.setdefault(
            old["query"],
            {"place": place, "entries": entries, "begun": old["started"], "taken": None},
        )
        row["run_id"] = old["id"][:-SUFFIX]
        row["begun" if old["kind"] == BEGUN else "taken"] = old["started"]
        row["records_read"] = old["counts"].get("read", 0)
        row["records_kept"] = old["counts"].get("kept", 0)
    if rows:
        connection.execute(sa.insert(bulk_files), list(rows.values()))
    connection.execute(sa.delete(runs).where(marks))


def downgrade() -> None:
    connection = op.get_bind()
    rows = []
    for mark in connection.execute(sa.select(bulk_files)).mappings():
        query = f"{mark['place']} {mark['entries']}"
        for kind, time in ((BEGUN, mark["begun"]), (TAKEN, mark["taken"])):
            if time is None:
                continue
            digest = hashlib.sha256(f"{kind} {query}".encode()).hexdigest()[: SUFFIX - 1]
            rows.append(
                {
                    "id": f"{mark['run_id']}-{digest}",
                    "kind": kind,
                    "started": time,
                    "ended": time,
                    "is_complete": True,
                    "counts": {"read": mark["records_read"], "kept": mark["records_kept"]},
                    "query": query,
                    "versions": {},
                }
            )
    if rows:
        connection.execute(sa.insert(runs), rows)
    op.drop_table("bulk_files")
