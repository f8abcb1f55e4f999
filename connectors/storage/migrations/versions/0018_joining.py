"""Codes by which a conversation goes on in another channel."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joining_codes",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
    with op.batch_alter_table("wechat_users") as table:
        table.add_column(sa.Column("goes_to", sa.String(64)))


def downgrade() -> None:
    with op.batch_alter_table("wechat_users") as table:
        table.drop_column("goes_to")
    op.drop_table("joining_codes")
