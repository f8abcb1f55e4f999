"""Cases that ended lately are found among many."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_updated", "cases", ["status", "updated_at"])


def downgrade() -> None:
    op.drop_index("ix_cases_updated", "cases")
