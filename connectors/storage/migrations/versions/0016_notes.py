"""Notes among staff, where a case was referred to."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("referred_to", sa.String(32)))
    op.create_table(
        "case_notes",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("case_id", row_id, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_case_notes_case", "case_notes", ["case_id", "id"])


def downgrade() -> None:
    op.drop_table("case_notes")
    with op.batch_alter_table("cases") as table:
        table.drop_column("referred_to")
