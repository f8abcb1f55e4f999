"""The kind of danger heard stands on the turn and on the case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("turns", "cases"):
        op.add_column(table, sa.Column("danger", sa.String(16)))


def downgrade() -> None:
    for table in ("turns", "cases"):
        op.drop_column(table, "danger")
