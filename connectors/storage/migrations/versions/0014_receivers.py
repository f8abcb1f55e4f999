"""Which receiving system an application was handed to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("applications") as table:
        table.add_column(sa.Column("receiver", sa.String(15)))


def downgrade() -> None:
    with op.batch_alter_table("applications") as table:
        table.drop_column("receiver")
