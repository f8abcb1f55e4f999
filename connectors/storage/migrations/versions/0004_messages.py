"""Everything said is a message with an author; a turn is what links a citizen's message to the bot's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("turn_id", _ROW_ID, sa.ForeignKey("turns.id")),
        sa.Column("name", sa.String(64)),
        sa.Column("words_sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_messages_conversation", "messages", ["conversation_id", "id"])
    op.create_index("ix_messages_turn", "messages", ["turn_id"])
    people = sa.text("turn_id IS NULL")
    op.create_index("ix_messages_people", "messages", ["id"], sqlite_where=people, postgresql_where=people)
    op.execute(
        """
        INSERT INTO messages (conversation_id, author, turn_id, words_sealed, at)
        SELECT conversation_id, author, turn_id, words_sealed, at FROM (
          SELECT conversation_id, 'citizen' AS author, id AS turn_id, 0 AS part, text_sealed AS words_sealed,
                 received_at AS at
          FROM turns
          UNION ALL
          SELECT conversation_id, 'bot', id, 1, reply_sealed, COALESCE(done_at, received_at) FROM turns
          WHERE reply_sealed IS NOT NULL
        ) AS said ORDER BY turn_id, part
        """
    )
    op.add_column("cases", sa.Column("contact_sealed", sa.LargeBinary))
    for column in ("text_sealed", "reply_sealed"):
        op.drop_column("turns", column)


def downgrade() -> None:
    raise NotImplementedError("what a person said has no place in a turn")
