"""Tables. Columns named `*_sealed` hold key-ring tokens; times are UTC seconds since 1970."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

metadata = MetaData()
REVISION = "0021"
"""The newest migration; a database that has it needs no Alembic at start (0.3 s)."""
_RowId = BigInteger().with_variant(Integer, "sqlite")

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the key that the channel holds
    Column("channel", String(16), nullable=False),
    Column("holder", String(8), nullable=False),  # bot | person
    Column("version", Integer, nullable=False),  # grows with every committed turn
    Column("state_sealed", LargeBinary),
    Column(
        "town", String(32)
    ),  # where it was begun, see knowledge/cities: of a poster's code, of a place that was sent
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
)

conversation_keys = Table(
    "conversation_keys",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of a further key, see connectors/cases/rejoining.py
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("created_at", Float, nullable=False),
)

joining_codes = Table(
    "joining_codes",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the code, see connectors/joining.py
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("expires_at", Float, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("status", String(8), nullable=False),  # accepted | done
    Column("facts_on", String(10)),
    Column("outcome", String(16)),
    Column("matter", String(64)),
    Column("danger", String(16)),  # the kind heard, see nlu/danger.py
    Column("received_at", Float, nullable=False),
    Column("done_at", Float),
    Column("attempts", Integer, nullable=False, server_default="0"),  # how often answering it has failed
    UniqueConstraint("conversation_id", "message_id", name="uq_turn_message"),
)
Index("ix_turns_status", turns.c.status)

messages = Table(
    "messages",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("author", String(8), nullable=False),  # citizen | bot | person | system
    Column("turn_id", _RowId, ForeignKey("turns.id")),  # what a citizen said, and the bot's reply to it
    Column("name", String(64)),  # of a person
    Column("words_sealed", LargeBinary, nullable=False),  # text; of the bot a stored reply
    Column("at", Float, nullable=False),
)
Index("ix_messages_conversation", messages.c.conversation_id, messages.c.id)
Index("ix_messages_turn", messages.c.turn_id)
_OUTSIDE_TURNS = messages.c.turn_id.is_(None)
Index("ix_messages_people", messages.c.id, sqlite_where=_OUTSIDE_TURNS, postgresql_where=_OUTSIDE_TURNS)

cases = Table(
    "cases",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("number", String(24), nullable=False, unique=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("status", String(12), nullable=False),  # waiting | claimed | closed
    Column("reason", String(16), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("danger", String(16)),  # why it is urgent
    Column("matter", String(64)),
    Column("claimed_by", String(64)),
    Column("claimed_at", Float),
    Column("awaits_since", Float),  # since when the citizen waits for a person's word; none: a person spoke last
    Column("town", String(32)),  # see knowledge/cities
    Column("contact_sealed", LargeBinary),  # telephone and time
    Column("phone_index", String(64)),  # by which cases and calls of one telephone are found, see KeyRing.index
    Column("outcome", String(16)),  # how it ended, see OUTCOME_NAMES
    Column("referred_to", String(32)),  # the service that the citizen was sent to
    Column("rating", String(12)),  # see connectors/cases/ratings.py
    Column("rated_at", Float),
    Column("called_back_at", Float),  # after a citizen was not satisfied
    Column("opened_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
)
Index("ix_cases_conversation", cases.c.conversation_id, cases.c.status)
Index("ix_cases_rating", cases.c.rating, cases.c.called_back_at)
Index("ix_cases_holder", cases.c.claimed_by, cases.c.status)
Index("ix_cases_phone", cases.c.phone_index)
Index("ix_cases_queue", cases.c.status, cases.c.urgent, cases.c.opened_at)
Index("ix_cases_updated", cases.c.status, cases.c.updated_at)

case_events = Table(
    "case_events",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("case_id", _RowId, ForeignKey("cases.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", Float, nullable=False),
)

Index("ix_case_events_case", case_events.c.case_id, case_events.c.id)

case_notes = Table(
    "case_notes",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("case_id", _RowId, ForeignKey("cases.id"), nullable=False),
    Column("author", String(64), nullable=False),
    Column("words_sealed", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
)
Index("ix_case_notes_case", case_notes.c.case_id, case_notes.c.id)

drafts = Table(
    "drafts",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("case_id", _RowId, ForeignKey("cases.id"), nullable=False),
    Column("author", String(64), nullable=False),
    Column("words_sealed", LargeBinary, nullable=False),
    Column("status", String(8), nullable=False),  # waiting | sent | returned
    Column("note_sealed", LargeBinary),  # why it was returned
    Column("decided_by", String(64)),
    Column("at", Float, nullable=False),
    Column("decided_at", Float),
)
Index("ix_drafts_case", drafts.c.case_id, drafts.c.id)
Index("ix_drafts_status", drafts.c.status, drafts.c.at)

proposals = Table(
    "proposals",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("case_id", _RowId, ForeignKey("cases.id"), nullable=False),
    Column("entry", String(96), nullable=False),
    Column("author", String(64), nullable=False),
    Column("suggested_sealed", LargeBinary, nullable=False),
    Column("words_sealed", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
    Column("done_at", Float),  # when an editor had read it
)
Index("ix_proposals_case", proposals.c.case_id)
Index("ix_proposals_done", proposals.c.done_at, proposals.c.id)

calls = Table(
    "calls",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("number", String(24), nullable=False, unique=True),
    Column("agent", String(64), nullable=False),
    Column("status", String(8), nullable=False),  # open | saved
    Column("heard_sealed", LargeBinary),  # what the caller said, as the agent typed it
    Column("order_sealed", LargeBinary),  # the work order, see connectors/calls/store.py
    Column("phone_index", String(64)),
    Column("matter", String(64)),
    Column("outcome", String(16)),
    Column("case_id", _RowId, ForeignKey("cases.id")),  # where it went to an adviser
    Column("started_at", Float, nullable=False),
    Column("saved_at", Float),
)
Index("ix_calls_phone", calls.c.phone_index)
Index("ix_calls_agent", calls.c.agent, calls.c.started_at)
Index("ix_calls_matter", calls.c.matter, calls.c.saved_at)
Index("ix_calls_case", calls.c.case_id)

call_suggestions = Table(
    "call_suggestions",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("call_id", _RowId, ForeignKey("calls.id"), nullable=False),
    Column("entry", String(96), nullable=False),
    Column("probability", Float, nullable=False),
    Column("shown_at", Float, nullable=False),
    Column("opened_at", Float),
    Column("used_at", Float),
    Column("wrong_at", Float),
    UniqueConstraint("call_id", "entry", name="uq_call_suggestion"),
)

call_events = Table(
    "call_events",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("call_id", _RowId, ForeignKey("calls.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", Float, nullable=False),
)
Index("ix_call_events_call", call_events.c.call_id, call_events.c.id)

staff = Table(
    "staff",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(128), nullable=False),  # Argon2
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),  # wrong passwords since the last right one
    Column("locked_until", Float),
    Column("created_at", Float, nullable=False),
    Column("specialties", String(200), nullable=False, server_default=""),  # of the taxonomy's domains, with commas
    Column("towns", String(200), nullable=False, server_default=""),
    Column("capacity", Integer),  # cases held at once; none: no limit
    Column("away_until", String(10)),  # the last day of leave
    Column("checked", Boolean, nullable=False, server_default=false()),  # a supervisor reads replies before they go out
)

duty_shifts = Table(
    "duty_shifts",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("staff_id", _RowId, ForeignKey("staff.id"), nullable=False),
    Column("begins_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
)
Index("ix_duty_shifts_ends", duty_shifts.c.ends_at)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the cookie
    Column("staff_id", _RowId, ForeignKey("staff.id"), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
)

wechat_users = Table(
    "wechat_users",
    metadata,
    Column("conversation_id", String(64), ForeignKey("conversations.id"), primary_key=True),
    Column("openid_sealed", LargeBinary),  # erased when the citizen unsubscribes
    Column("sent_since", Integer, nullable=False),  # customer-service messages since the citizen's last word
    Column("told_to", _RowId, nullable=False),  # the last message of a person or the system that is owed or told
    Column("goes_to", String(64)),  # the conversation in another channel that this follower goes on with
    Column("notices", Integer, nullable=False),  # subscription notices to which the citizen has agreed
)

wechat_deliveries = Table(
    "wechat_deliveries",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("message_key", String(64), nullable=False),  # of the request, which is its turn's; or m and a message's id
    Column("status", String(8), nullable=False),  # see connectors/wechat/store.py
    Column("via", String(8)),
    Column("requests", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("words_sealed", LargeBinary),  # where it is not the answer of a turn
    Column("by_person", Boolean, nullable=False),
    Column("fault", String(40)),
    Column("parts_sent", Integer, nullable=False),  # of its customer-service messages the platform has so many
    Column("unsure", Boolean, nullable=False),  # the next one was on its way, and nobody heard whether it arrived
    UniqueConstraint("conversation_id", "message_key", name="uq_wechat_delivery"),
)
Index("ix_wechat_deliveries_status", wechat_deliveries.c.status, wechat_deliveries.c.next_at)

wechat_tokens = Table(
    "wechat_tokens",
    metadata,
    Column("app_id", String(64), primary_key=True),
    Column("token_sealed", LargeBinary),
    Column("expires_at", Float, nullable=False),
    Column("renewing_until", Float, nullable=False),  # one process at a time renews it
)

applications = Table(
    "applications",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("key", String(24), nullable=False, unique=True),  # random, in the address of its pages
    Column("number", String(24), nullable=False, unique=True),  # what the citizen is told
    Column("form", String(32), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("status", String(16), nullable=False),  # see connectors/applications/store.py
    Column("nonce", String(24), nullable=False),  # of the newest link; older ones open nothing
    Column("browser", String(64)),  # SHA-256 of the cookie of the browser that opened it
    Column("answers_sealed", LargeBinary, nullable=False),
    Column("matter", String(64)),  # of the taxonomy
    Column("urgent", Boolean, nullable=False),
    Column("receiver", String(15)),  # the system that it was handed to; none: the officers here
    Column("receipt", String(64)),  # the receiver's own number
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("handed_in_at", Float),
    Column("standing_at", Float),  # when the receiver says that the present standing began
)
Index("ix_applications_conversation", applications.c.conversation_id, applications.c.id)
Index("ix_applications_status", applications.c.status, applications.c.urgent, applications.c.handed_in_at)

application_events = Table(
    "application_events",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("application_id", _RowId, ForeignKey("applications.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("note_sealed", LargeBinary),
    Column("delivery", String(96), unique=True),  # of the receiver's message that brought it
)
Index("ix_application_events_application", application_events.c.application_id, application_events.c.id)

attachments = Table(
    "attachments",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("application_id", _RowId, ForeignKey("applications.id"), nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),  # of the content as kept
    Column("content_sealed", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
)
Index("ix_attachments_application", attachments.c.application_id, attachments.c.id)

conversation_files = Table(
    "conversation_files",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("message_key", String(64), nullable=False),  # the channel's own of the message that brought it
    Column("kind", String(8), nullable=False),  # image | voice | file
    Column("status", String(8), nullable=False),  # due | kept | lost
    Column("source_sealed", LargeBinary),  # where it is fetched, while it is due
    Column("name_sealed", LargeBinary),
    Column("media_type", String(32)),
    Column("sha256", String(64)),  # of the content as kept
    Column("content_sealed", LargeBinary),
    Column("fault", String(200)),  # why it was given up
    Column("attempts", Integer, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("at", Float, nullable=False),
    UniqueConstraint("conversation_id", "message_key", name="uq_conversation_file"),
)
Index("ix_conversation_files_due", conversation_files.c.status, conversation_files.c.next_at)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("topic", String(32), nullable=False),
    Column("dedupe_key", String(96), nullable=False, unique=True),
    Column("payload_sealed", LargeBinary, nullable=False),
    Column("status", String(10), nullable=False),  # due | delivered | given_up
    Column("attempts", Integer, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("last_error", String(200)),
    Column("created_at", Float, nullable=False),
)
Index("ix_outbox_due", outbox.c.status, outbox.c.next_at)
