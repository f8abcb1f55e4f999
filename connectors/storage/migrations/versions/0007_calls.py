"""Calls of the hotline with their work orders and suggestions; cases found by telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("number", sa.String(24), nullable=False, unique=True),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("heard_sealed", sa.LargeBinary),
        sa.Column("order_sealed", sa.LargeBinary),
        sa.Column("phone_index", sa.String(64)),
        sa.Column("matter", sa.String(64)),
        sa.Column("outcome", sa.String(16)),
        sa.Column("case_id", _ROW_ID, sa.ForeignKey("cases.id")),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("saved_at", sa.Float),
    )
    op.create_index("ix_calls_phone", "calls", ["phone_index"])
    op.create_index("ix_calls_agent", "calls", ["agent", "started_at"])
    op.create_index("ix_calls_matter", "calls", ["matter", "saved_at"])
    op.create_index("ix_calls_case", "calls", ["case_id"])
    op.create_table(
        "call_suggestions",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("call_id", _ROW_ID, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("entry", sa.String(96), nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("shown_at", sa.Float, nullable=False),
        sa.Column("opened_at", sa.Float),
        sa.Column("used_at", sa.Float),
        sa.Column("wrong_at", sa.Float),
        sa.UniqueConstraint("call_id", "entry", name="uq_call_suggestion"),
    )
    op.create_table(
        "call_events",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("call_id", _ROW_ID, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_call_events_call", "call_events", ["call_id", "id"])
    op.add_column("cases", sa.Column("phone_index", sa.String(64)))
    op.create_index("ix_cases_phone", "cases", ["phone_index"])


def downgrade() -> None:
    op.drop_index("ix_cases_phone", "cases")
    op.drop_column("cases", "phone_index")
    op.drop_table("call_events")
    op.drop_table("call_suggestions")
    op.drop_table("calls")
