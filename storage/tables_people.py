"""The schema of people: their keys and chats, cares with consents, and moves to another chat.

Used by the modules of ``storage`` and by Alembic's drift check; the rules of ``table_parts`` hold
here.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.column_types import Big, Bytes, Id, LocalDate
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

people = sa.Table(
    "people",
    metadata,
    row_id(),
    text("code", unique=True),  # the code stands for the person wherever one is named
    text("role"),
    text("language"),  # a code of flows.languages, which alone knows which there are
    text("zone"),
    sa.Column("name_sealed", Bytes),
    at("created_at"),
    at("unreachable_at", nullable=True),
    sa.Column("earlier_id", Id),  # whose chat it was before; no key, see erasures
    text("menu_mark", nullable=True),
    at("pictures_off_at", nullable=True),  # a therapist's: no picture with the digest
    text("digest_weekday", nullable=True),  # a therapist's, as the five after it
    text("digest_wall", nullable=True),
    at("digest_set_at", nullable=True),
    at("mornings_since", nullable=True),
    sa.Column("morning_on", LocalDate),
    at("erase_at", nullable=True),  # a client's, who is with nobody any more: as they were told
    at("admin_since", nullable=True),  # staff's: they are told what ails the machine
    one_of("role", "client", "therapist", "admin", "supervisor"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an erased person's id must never name somebody else
)

person_keys = sa.Table(
    "person_keys",
    metadata,
    # one data key a person: a second one would leave cells that nothing opens
    sa.Column("person_id", Id, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
    sa.Column("wrapped", Bytes, nullable=False),
    count("generation"),
    sqlite_strict=True,
)

index_key = sa.Table(
    "index_key",
    metadata,
    # one row for the whole database: two index keys would make one chat two people
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("wrapped", Bytes, nullable=False),
    sa.CheckConstraint("id = 1", name="single"),
    sqlite_strict=True,
)

chats = sa.Table(
    "chats",
    metadata,
    # one chat a person: a message has exactly one place to go
    sa.Column("person_id", Id, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
    # one person a chat: whoever holds the phone is one person to us
    sa.Column("chat_hash", Bytes, nullable=False, unique=True),
    sa.Column("chat_sealed", Bytes, nullable=False),
    at("bound_at"),
    sqlite_strict=True,
)

invites = sa.Table(
    "invites",
    metadata,
    row_id(),
    belongs_to("person_id", "people"),
    sa.Column("token_hash", Bytes, nullable=False, unique=True),  # a link opens one invite
    at("created_at"),
    at("expires_at"),
    at("used_at", nullable=True),
    sa.Index(None, "person_id"),
    sqlite_strict=True,
)

cares = sa.Table(
    "cares",
    metadata,
    row_id(),
    belongs_to("client_id", "people"),
    belongs_to("therapist_id", "people"),
    text("code", nullable=True),
    sa.Column("alias_sealed", Bytes, nullable=False),
    text("state"),
    at("created_at"),
    at("active_since", nullable=True),
    at("paused_at", nullable=True),
    at("paused_until", nullable=True),
    at("ended_at", nullable=True),
    text("ended_by", nullable=True),
    text("consent_asked", nullable=True),
    at("unread_told_at", nullable=True),
    at("tidy_since", nullable=True),
    at("ending_at", nullable=True),
    text("ending", nullable=True),  # asks, silent: to come; begun
    at("joined_at", nullable=True),
    at("again_at", nullable=True),
    at("again_look_at", nullable=True),
    one_of("state", "draft", "invited", "asked", "active", "declined", "ended"),
    # one care a code, as one person a code
    unique_where("uq_cares_code", "code", where="code IS NOT NULL"),
    index_where("ix_cares_again_look_at", "again_look_at", where="again_look_at IS NOT NULL"),
    sa.Index(None, "client_id"),
    sa.Index(None, "therapist_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an erased care's id must never name another one
)

consents = sa.Table(
    "consents",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    sa.Column("item", sa.Text, nullable=False, server_default="answers"),
    text("version"),
    text("text_hash"),
    text("language"),
    sa.Column("update_id", Big),
    at("given_at"),
    at("revoked_at", nullable=True),
    one_of(
        "item",
        *("answers", "alerts", "deputy", "supervisor", "receipts"),
        *("supervisor_view", "deputy_view"),
    ),
    # one consent in force a care and item: revoking must leave none behind
    unique_where("uq_consents_in_force", "care_id", "item", where="revoked_at IS NULL"),
    sqlite_strict=True,
)

consent_questions = sa.Table(
    "consent_questions",
    metadata,
    # one row a care and item: nothing is asked twice by itself in the same wording
    sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    text("version"),
    at("asked_at"),
    one_of(
        "item",
        *("alerts", "deputy", "supervisor", "receipts"),
        *("supervisor_view", "deputy_view"),
    ),
    sqlite_strict=True,
)

supervisions = sa.Table(
    "supervisions",
    metadata,
    row_id(),
    belongs_to("supervisor_id", "people"),
    belongs_to("therapist_id", "people"),
    at("named_at"),
    at("asked_at", nullable=True),
    at("confirmed_at", nullable=True),
    at("ended_at", nullable=True),
    text("ended_by", nullable=True),
    sa.Column("numbered", sa.Integer, nullable=False, server_default="0"),  # the last one given
    one_of("ended_by", "therapist", "practice"),
    # one a therapist at a time: clients are asked about one person, by name
    unique_where("uq_supervisions_living", "therapist_id", where="ended_at IS NULL"),
    sa.Index(None, "supervisor_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # buttons in old messages name it by its id
)

supervised_clients = sa.Table(
    "supervised_clients",
    metadata,
    sa.Column("supervision_id", Id, sa.ForeignKey("supervisions.id"), primary_key=True),
    sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
    count("number"),
    # one client a number: a supervisor must never take one for another
    sa.UniqueConstraint("supervision_id", "number"),
    sqlite_strict=True,
)

moves = sa.Table(
    "moves",
    metadata,
    row_id(),
    belongs_to("person_id", "people"),
    belongs_to("care_id", "cares"),
    # a link leads to one chat
    sa.Column("invite_id", Id, sa.ForeignKey("invites.id"), nullable=False, unique=True),
    at("made_at"),
    at("opened_at", nullable=True),
    sa.Column("former_chat_sealed", Bytes),
    at("introduced_at", nullable=True),
    at("stop_asked_at", nullable=True),
    at("settled_at", nullable=True),
    text("ended", nullable=True),
    one_of("ended", "recognised", "undone"),
    # one a person at a time: the one before must be known to have been right
    unique_where(
        "uq_moves_unsettled", "person_id", where="opened_at IS NOT NULL AND settled_at IS NULL"
    ),
    sa.Index(None, "person_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # the place of a sealed address names it
)

handovers = sa.Table(
    "handovers",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    belongs_to("to_therapist_id", "people"),
    text("proposed_by"),
    text("state"),
    at("proposed_at"),
    at("look_at", nullable=True),
    at("asked_at", nullable=True),
    at("lets_read_at", nullable=True),
    at("closed_at", nullable=True),
    belongs_to("new_care_id", "cares", nullable=True),
    one_of("proposed_by", "therapist", "practice"),
    one_of(
        "state",
        *("proposed", "taken", "asked", "agreed", "done"),
        *("no_room", "declined", "withdrawn", "unanswered", "over"),
    ),
    sa.Index(None, "new_care_id"),
    # one a care at a time: a client is never asked about two colleagues at once
    unique_where("uq_handovers_open", "care_id", where="closed_at IS NULL"),
    index_where("ix_handovers_look_at", "look_at", where="look_at IS NOT NULL"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # buttons in old messages name one by its id
)

memos = sa.Table(
    "memos",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    belongs_to("client_id", "people"),
    at("noted_at"),
    sa.Column("memo_sealed", Bytes, nullable=False),
    sa.Index(None, "care_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # buttons in old messages name a memo by its id
)

audit = sa.Table(
    "audit",
    metadata,
    row_id(),
    at("at"),
    text("actor"),
    text("action"),
    text("subject"),
    text("detail"),
    sa.Column("mark", Bytes),  # covers this row and the mark before; null: from before there were
    sa.Index(None, "subject"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

erasures = sa.Table(
    "erasures",
    metadata,
    row_id(),
    sa.Column("person_id", Id, nullable=False),  # no reference: the person's row is gone
    sa.Column("care_id", Id),  # the care that alone was erased; null: all of the person
    text("code", unique=True),  # an erased person's code must never name somebody else
    at("known_since"),
    text("by"),
    text("receipt"),
    at("erased_at"),
    sa.Column("chat_sealed", Bytes),
    at("left_at", nullable=True),
    at("scrubbed_at", nullable=True),
    one_of("by", "client", "practice"),
    sqlite_strict=True,
)

erasure_notices = sa.Table(
    "erasure_notices",
    metadata,
    # a therapist reads of an erasing once, in one digest
    sa.Column("erasure_id", Id, sa.ForeignKey("erasures.id"), primary_key=True),
    sa.Column("therapist_id", Id, sa.ForeignKey("people.id"), primary_key=True),
    belongs_to("digest_id", "digests", nullable=True),
    sqlite_strict=True,
)
