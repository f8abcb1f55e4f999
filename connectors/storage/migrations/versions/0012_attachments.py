"""Files that belong to applications."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("application_id", _ROW_ID, sa.ForeignKey("applications.id"), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_attachments_application", "attachments", ["application_id", "id"])


def downgrade() -> None:
    op.drop_table("attachments")
