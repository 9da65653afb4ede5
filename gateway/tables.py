"""The tables of this process. A change here needs a revision in migrations/versions."""

from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa


class Asked(StrEnum):
    """States of an inbox row."""

    NEW = "new"
    DONE = "done"


class Told(StrEnum):
    """States of an outbox row."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    WITHHELD = "withheld"  # Staff took over before it was sent.
    DEAD = "dead"  # Given up after many tries: a person must look.
    HELD = "held"  # The provider takes nothing for this citizen until they act again.


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None or value.tzinfo:
            return value
        return value.replace(tzinfo=UTC)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("mode", sa.String(20), nullable=False),
    # Rasa slows down with the length of a chat, so each visit is one sender_id there.
    sa.Column("rasa_session", sa.String(64), nullable=False),
    # The last place given in the thread, to a message or a reply; counted under a row lock, so
    # that places become visible in order and a page can ask for "what came after 7".
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("begun_at", Moment, nullable=False),
    sa.Column("last_activity", Moment, nullable=False),
    # While staff have the conversation: who, for which case, and when they last did something.
    sa.Column("staff_name", sa.String(200), nullable=False, server_default=""),
    sa.Column("staff_case", sa.String(40), nullable=False, server_default=""),
    sa.Column("staff_at", Moment),
    # When they last gave it back: what they wrote elsewhere before takes nothing over.
    sa.Column("given_back_at", Moment),
    # A case waits for its answer: the citizen can come back to the thread until then.
    sa.Column("kept_until", Moment),
    # What an open form awaits of the citizen, until a reply says otherwise (Reply.asks).
    sa.Column("asks", sa.String(40), nullable=False, server_default=""),
    # The case of a question of staff's that the citizen has not answered yet.
    sa.Column("asked_case", sa.String(40), nullable=False, server_default=""),
    # The case whose answer was read last; `answered_until` is set when the citizen writes again.
    sa.Column("answered_case", sa.String(40), nullable=False, server_default=""),
    sa.Column("answered_until", Moment),
    # What providers count their windows from: when the citizen last did something there.
    sa.Column("acted_at", Moment),
    # When they were last told that it is an automatic assistant they write to.
    sa.Column("greeted_at", Moment),
)

# What providers' webhooks brought, kept before they are answered 200; see events.py.
event = sa.Table(
    "event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("event_key", sa.String(200), nullable=False),
    sa.Column("user", sa.String(160), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),  # channels.base.Kind
    # The entry as it came until it is worked; masked after that, {} once its citizen is erased.
    sa.Column("raw", sa.JSON, nullable=False),
    sa.Column("at", Moment, nullable=False),  # By the provider's clock.
    sa.Column("received_at", Moment, nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("lease", sa.String(64)),
    sa.Column("lease_until", Moment),
    sa.Column("not_before", Moment, nullable=False),
    sa.UniqueConstraint("channel", "event_key"),
    sa.Index(None, "state", "channel", "user"),
    sa.Index(None, "channel", "user", "at"),
    sa.Index(None, "channel", "received_at"),
    sqlite_autoincrement=True,
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("event_key", sa.String(200), nullable=False),
    sa.Column("conversation", sa.ForeignKey("conversation.name"), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    # Whose it is: of the case it is about, or whose staff had the conversation.
    sa.Column("case_code", sa.String(40), nullable=False, server_default=""),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("lease", sa.String(64)),
    sa.Column("lease_until", Moment),
    sa.UniqueConstraint("channel", "event_key"),
    sa.UniqueConstraint("conversation", "sequence"),
    sa.Index(None, "state", "conversation", "sequence"),
    sqlite_autoincrement=True,  # An erased row's id is not given again.
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.name"), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("author", sa.String(20), nullable=False),
    sa.Column("reply", sa.JSON, nullable=False),
    sa.Column("case_code", sa.String(40), nullable=False, server_default=""),
    sa.Column("dedupe_key", sa.String(200), nullable=False, unique=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("lease", sa.String(64)),  # Of who sends it, until `lease_until`.
    sa.Column("lease_until", Moment),
    sa.Column("not_before", Moment, nullable=False),
    sa.Column("written_at", Moment, nullable=False),
    sa.Column("failing_since", Moment),  # The first of the failures in a row.
    # Of its parts: how many the provider has; when and as what the next was last tried, kept until
    # it is known what became of it ("" when nothing is under way).
    sa.Column("parts_done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("tried_part", sa.String(64), nullable=False, server_default=""),
    sa.Column("tried_at", Moment),
    # What was said so far, as fingerprints with the provider's ids: its echoes are known by that.
    sa.Column("said", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("noticed", sa.Boolean, nullable=False, server_default=sa.false()),
    # Why it is held, was put off or given up; a code, nobody's words.
    sa.Column("reason", sa.String(100), nullable=False, server_default=""),
    sa.UniqueConstraint("conversation", "sequence"),
    sa.Index(None, "state", "conversation", "sequence"),
    sqlite_autoincrement=True,  # An erased row's id is not given again.
)

# Handed over beside the conversation; see drawer.py.
drawer = sa.Table(
    "drawer",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.name"), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("added_at", Moment, nullable=False, index=True),
    # The event that brought it, which may be worked twice; "" from the portal.
    sa.Column("event_key", sa.String(240), nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

# What agencies must be told. It names no row here: its conversation may be gone.
errand = sa.Table(
    "errand",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("path", sa.String(200), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("lease_until", Moment),
    sa.Column("not_before", Moment, nullable=False, index=True),
    sa.Column("written_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# A provider's tokens that change by themselves; encrypted, see tokens.py.
credential = sa.Table(
    "credential",
    metadata,
    sa.Column("channel", sa.String(40), primary_key=True),
    sa.Column("access", sa.Text, nullable=False),
    sa.Column("refresh", sa.Text, nullable=False),
    sa.Column("fetched_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    # Why a person must come.
    sa.Column("fault", sa.String(100), nullable=False, server_default=""),
    # Who is fetching a new pair, and until when nobody else does.
    sa.Column("lease", sa.String(64)),
    sa.Column("lease_until", Moment),
    # By which variant the last webhook call was signed.
    sa.Column("signature", sa.String(20), nullable=False, server_default=""),
)

# Deletions that Meta was asked for and that it shows the citizen the state of.
deletion = sa.Table(
    "deletion",
    metadata,
    sa.Column("code", sa.String(64), primary_key=True),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.Column("found", sa.Boolean, nullable=False, server_default=sa.false()),
    # Whom it is about, as the platform names them, until it is done.
    sa.Column("subject", sa.String(100), nullable=False, server_default=""),
)
