"""WeChat: how far each delivery has come, and whether the next part may have arrived already."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("wechat_deliveries") as table:
        table.add_column(sa.Column("parts_sent", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("unsure", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("wechat_users") as table:
        table.drop_column("last_at")


def downgrade() -> None:
    with op.batch_alter_table("wechat_users") as table:
        table.add_column(sa.Column("last_at", sa.Float, nullable=False, server_default="0"))
    with op.batch_alter_table("wechat_deliveries") as table:
        table.drop_column("unsure")
        table.drop_column("parts_sent")
