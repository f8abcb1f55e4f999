"""What citizens say of how they were helped, and whether who was not satisfied was called back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("rating", sa.String(12)))
        table.add_column(sa.Column("rated_at", sa.Float))
        table.add_column(sa.Column("called_back_at", sa.Float))
    op.create_index("ix_cases_rating", "cases", ["rating", "called_back_at"])


def downgrade() -> None:
    op.drop_index("ix_cases_rating", "cases")
    with op.batch_alter_table("cases") as table:
        for name in ("called_back_at", "rated_at", "rating"):
            table.drop_column(name)
