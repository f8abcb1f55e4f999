"""Who waits since when, for whom a case is, and what each member of staff takes on."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("claimed_at", sa.Float))
        table.add_column(sa.Column("awaits_since", sa.Float))
        table.add_column(sa.Column("town", sa.String(32)))
    op.create_index("ix_cases_holder", "cases", ["claimed_by", "status"])
    op.execute("UPDATE cases SET awaits_since = opened_at WHERE status = 'waiting'")
    op.execute("UPDATE cases SET claimed_at = updated_at WHERE status = 'claimed'")
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("specialties", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("towns", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("capacity", sa.Integer))
        table.add_column(sa.Column("away_until", sa.String(10)))


def downgrade() -> None:
    with op.batch_alter_table("staff") as table:
        for name in ("away_until", "capacity", "towns", "specialties"):
            table.drop_column(name)
    op.drop_index("ix_cases_holder", "cases")
    with op.batch_alter_table("cases") as table:
        for name in ("town", "awaits_since", "claimed_at"):
            table.drop_column(name)
