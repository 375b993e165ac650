"""The schema of what arrives and leaves: inbox, outbox, when the bot was running, which processes
run, and where Telegram was to deliver.

Used by the modules of ``storage`` and by Alembic's drift check; the rules of ``table_parts`` hold
here.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.column_types import Big, Bytes, Id, Text, YesNo
from storage.table_parts import (
    at,
    belongs_to,
    count,
    index_where,
    metadata,
    one_of,
    row_id,
    text,
    unique_where,
)

inbox = sa.Table(
    "inbox",
    metadata,
    row_id(),
    sa.Column("update_id", Big, nullable=False),
    text("fingerprint"),
    belongs_to("person_id", "people", nullable=True),
    sa.Column("body_sealed", Bytes),
    text("state"),
    count("attempts", default=0),
    text("error", nullable=True),
    at("received_at"),
    at("not_before"),
    one_of("state", "new", "done", "quarantined"),
    # Telegram hands an update over again until it is confirmed; after a silent week its ids begin
    # anew at random, so the id alone does not tell a repeat from a new answer
    sa.UniqueConstraint("update_id", "fingerprint"),
    index_where("ix_inbox_new", "id", where="state = 'new'"),
    index_where("ix_inbox_new_of_person", "person_id", "id", where="state = 'new'"),
    index_where("ix_inbox_done", "received_at", where="state = 'done'"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # a row's id is part of the keys of what it makes the bot say
)

uptimes = sa.Table(
    "uptimes",
    metadata,
    row_id(),
    at("from_at"),
    at("until_at"),
    # of the silence before this stretch, people up to this id were told; null: nobody is to be
    sa.Column("told_after", sa.Integer),
    sqlite_strict=True,
)

alarms = sa.Table(
    "alarms",
    metadata,
    row_id(),
    text("kind"),  # one of storage.alarms.KINDS, which alone knows which there are
    at("begun_at"),
    at("ended_at", nullable=True),
    text("facts"),  # JSON: figures and times, nothing about a client
    # a state that is noticed again and again is told once
    unique_where("ix_alarms_open", "kind", where="ended_at IS NULL"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # a row's id is part of the keys of what the bot says of it
)

alarm_tellings = sa.Table(
    "alarm_tellings",
    metadata,
    # one row an admin and alarm: told twice at once would be twice
    sa.Column("alarm_id", Id, sa.ForeignKey("alarms.id"), primary_key=True, autoincrement=False),
    sa.Column("person_id", Id, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
    count("times"),
    at("told_at"),
    at("over_at", nullable=True),
    sqlite_strict=True,
)

outbox = sa.Table(
    "outbox",
    metadata,
    row_id(),
    belongs_to("person_id", "people"),
    belongs_to("sealed_for", "people"),
    text("message_class"),
    text("lane"),
    text("kind"),
    text("dedupe_key", unique=True),  # a decision taken twice speaks once
    sa.Column("body_sealed", Bytes),
    text("state"),
    count("attempts", default=0),
    text("token", nullable=True),
    at("lease_until", nullable=True),
    belongs_to("check_in_id", "check_ins", nullable=True),
    sa.Column("turn_no", sa.Integer),
    belongs_to("digest_id", "digests", nullable=True),
    sa.Column("message_id", Big),
    at("not_before"),
    at("expires_at", nullable=True),
    text("reason", nullable=True),
    at("created_at"),
    at("finished_at", nullable=True),
    text("address", nullable=True),  # "former": the chat before a move; null: the person's own
    one_of("message_class", "once", "must", "idem", "reply"),
    one_of("lane", "reply", "notice"),
    one_of("kind", "message", "edit", "delete", "document", "menu"),
    one_of("state", "queued", "claimed", "sent", "refused", "uncertain", "dropped"),
    index_where("ix_outbox_due", "lane", "not_before", "id", where="state = 'queued'"),
    index_where(
        "ix_outbox_waiting", "person_id", "lane", "id", where="state IN ('queued', 'claimed')"
    ),
    index_where("ix_outbox_claimed", "id", where="state = 'claimed'"),
    index_where("ix_outbox_trouble", "id", where="state IN ('refused', 'uncertain', 'dropped')"),
    index_where("ix_outbox_of_check_in", "check_in_id", "turn_no", where="check_in_id IS NOT NULL"),
    index_where("ix_outbox_of_digest", "digest_id", where="digest_id IS NOT NULL"),
    index_where("ix_outbox_file", "finished_at", where="kind = 'document'"),
    index_where(
        "ix_outbox_shown",
        "person_id",
        "message_id",
        where="kind IN ('message', 'document') AND finished_at IS NOT NULL",
    ),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # ids are the order of a conversation and must only grow
)

runs = sa.Table(
    "runs",
    metadata,
    row_id(),
    at("until_at"),  # of the database's own clock, which all runs share
    sa.Column("saw", Id, nullable=False),  # the newest run that this one knows of
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an id is part of the tokens of what it claims: never given twice
)

lead = sa.Table(
    "lead",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", Id, nullable=False),
    sa.Column("term", Id, nullable=False),  # one more each time that another run leads
    at("until_at"),
    sa.Column("is_caught_up", YesNo, nullable=False),
    sa.CheckConstraint("id = 1", name="single"),
    sqlite_strict=True,
)

own_webhooks = sa.Table(
    "own_webhooks",
    metadata,
    sa.Column("mark", Text, primary_key=True),  # an HMAC of the address
    at("first_at"),
    sqlite_strict=True,
)
