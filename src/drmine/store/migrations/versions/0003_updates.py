"""Records keep PubMed's links between a paper and what it updates or became.

Frozen: a migration never imports the present schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

records = sa.table(
    "records",
    sa.column("record_hash", sa.String()),
    sa.column("updates", sa.JSON()),
)


def upgrade() -> None:
    op.add_column("records", sa.Column("updates", sa.JSON(), nullable=True))


def downgrade() -> None:
    # their hash holds the links that go: with it, the next migration forth would leave them
    # without links for good, since the same record that comes again would count as unchanged
    op.execute(
        sa.update(records)
        .where(sa.cast(records.c.updates, sa.Text()) != "[]")
        .values(record_hash="")
    )
    op.drop_column("records", "updates")
