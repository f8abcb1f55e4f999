"""WeChat: who writes, what is owed to them, the access token."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "wechat_users",
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("openid_sealed", sa.LargeBinary),
        sa.Column("last_at", sa.Float, nullable=False),
        sa.Column("sent_since", sa.Integer, nullable=False),
        sa.Column("told_to", _ROW_ID, nullable=False),
    )
    op.create_table(
        "wechat_deliveries",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_key", sa.String(64), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("via", sa.String(8)),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("words_sealed", sa.LargeBinary),
        sa.Column("by_person", sa.Boolean, nullable=False),
        sa.Column("fault", sa.String(40)),
        sa.UniqueConstraint("conversation_id", "message_key", name="uq_wechat_delivery"),
    )
    op.create_index("ix_wechat_deliveries_status", "wechat_deliveries", ["status", "next_at"])
    op.create_table(
        "wechat_tokens",
        sa.Column("app_id", sa.String(64), primary_key=True),
        sa.Column("token_sealed", sa.LargeBinary),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("renewing_until", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("wechat_tokens")
    op.drop_table("wechat_deliveries")
    op.drop_table("wechat_users")
