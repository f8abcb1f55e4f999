"""Subscription notices to which a follower has agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("wechat_users") as table:
        table.add_column(sa.Column("notices", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("wechat_users") as table:
        table.drop_column("notices")
