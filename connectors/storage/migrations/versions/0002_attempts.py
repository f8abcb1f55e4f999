"""Turns count their attempts; a conversation is known by the hash of its key, no longer by the key itself."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
    connection = op.get_bind()
    conversations = sa.table("conversations", *(sa.column(name) for name in _COLUMNS))
    for row in connection.execute(sa.select(conversations)).all():
        hashed = hashlib.sha256(row.id.encode()).hexdigest()
        connection.execute(sa.insert(conversations).values({**dict(zip(_COLUMNS, row, strict=True)), "id": hashed}))
        for name in ("turns", "cases"):
            child = sa.table(name, sa.column("conversation_id"))
            moved = sa.update(child).where(child.c.conversation_id == row.id).values(conversation_id=hashed)
            connection.execute(moved)
        connection.execute(sa.delete(conversations).where(conversations.c.id == row.id))


_COLUMNS = ("id", "channel", "holder", "version", "state_sealed", "created_at", "updated_at")


def downgrade() -> None:
    raise NotImplementedError("keys cannot be found again from their hashes")
