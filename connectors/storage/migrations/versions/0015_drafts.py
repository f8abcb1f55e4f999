"""Replies that wait for a supervisor, and suggestions that an adviser put into other words."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("checked", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "drafts",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("case_id", row_id, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("decided_at", sa.Float),
    )
    op.create_index("ix_drafts_case", "drafts", ["case_id", "id"])
    op.create_index("ix_drafts_status", "drafts", ["status", "at"])
    op.create_table(
        "proposals",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("case_id", row_id, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("entry", sa.String(96), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("suggested_sealed", sa.LargeBinary, nullable=False),
        sa.Column("words_sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("done_at", sa.Float),
    )
    op.create_index("ix_proposals_case", "proposals", ["case_id"])
    op.create_index("ix_proposals_done", "proposals", ["done_at", "id"])


def downgrade() -> None:
    op.drop_table("proposals")
    op.drop_table("drafts")
    with op.batch_alter_table("staff") as table:
        table.drop_column("checked")
