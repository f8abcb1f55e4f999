"""Applications that citizens hand in by form."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(24), nullable=False, unique=True),
        sa.Column("number", sa.String(24), nullable=False, unique=True),
        sa.Column("form", sa.String(32), nullable=False),
        sa.Column("form_version", sa.Integer, nullable=False),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("nonce", sa.String(24), nullable=False),
        sa.Column("browser", sa.String(64)),
        sa.Column("answers_sealed", sa.LargeBinary, nullable=False),
        sa.Column("matter", sa.String(64)),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("receipt", sa.String(64)),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False),
        sa.Column("handed_in_at", sa.Float),
        sa.Column("standing_at", sa.Float),
    )
    op.create_index("ix_applications_conversation", "applications", ["conversation_id", "id"])
    op.create_index("ix_applications_status", "applications", ["status", "urgent", "handed_in_at"])
    op.create_table(
        "application_events",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("application_id", _ROW_ID, sa.ForeignKey("applications.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("note_sealed", sa.LargeBinary),
        sa.Column("delivery", sa.String(96), unique=True),
    )
    op.create_index("ix_application_events_application", "application_events", ["application_id", "id"])


def downgrade() -> None:
    op.drop_table("application_events")
    op.drop_table("applications")
