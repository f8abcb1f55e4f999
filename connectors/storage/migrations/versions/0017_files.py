"""Files that citizens send in a conversation, the town where it was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("town", sa.String(32)))
    op.create_table(
        "conversation_files",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("source_sealed", sa.LargeBinary),
        sa.Column("name_sealed", sa.LargeBinary),
        sa.Column("media_type", sa.String(32)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("content_sealed", sa.LargeBinary),
        sa.Column("fault", sa.String(200)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.UniqueConstraint("conversation_id", "message_key", name="uq_conversation_file"),
    )
    op.create_index("ix_conversation_files_due", "conversation_files", ["status", "next_at"])


def downgrade() -> None:
    op.drop_table("conversation_files")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("town")
