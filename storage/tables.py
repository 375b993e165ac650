"""The schema, first half: people, their cares, flows, check-ins and answers.

Used by the modules of ``storage`` and by Alembic's drift check. Columns whose names end in
``_sealed`` are encrypted under a person's data key; no other column may hold client text or a name.
Each unique key says why it is there.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.column_types import Big, Bytes, Id, LocalDate, YesNo
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
    one_of("role", "client", "therapist", "admin"),
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
    one_of("state", "draft", "invited", "asked", "active", "declined", "ended"),
    # one care a code, as one person a code
    unique_where("uq_cares_code", "code", where="code IS NOT NULL"),
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
    one_of("item", "answers", "alerts", "deputy", "supervisor", "receipts"),
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
    one_of("item", "alerts", "deputy", "supervisor", "receipts"),
    sqlite_strict=True,
)

flow_versions = sa.Table(
    "flow_versions",
    metadata,
    # the fingerprint is the version: the same text published twice is one version
    sa.Column("fingerprint", sa.Text, primary_key=True),
    text("flow_id"),
    sa.Column("text", sa.Text, nullable=False),
    at("added_at"),
    sqlite_strict=True,
)

current_flows = sa.Table(
    "current_flows",
    metadata,
    # one current version a flow: new check-ins begin in it
    sa.Column("flow_id", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, sa.ForeignKey("flow_versions.fingerprint"), nullable=False),
    at("published_at"),
    sqlite_strict=True,
)

enrolments = sa.Table(
    "enrolments",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    text("flow_id"),
    text("zone"),
    sa.Column("seed", Big, nullable=False),
    at("started_at"),
    at("ended_at", nullable=True),
    at("planned_until", nullable=True),
    sa.Column("started_on", LocalDate),
    text("wish_at", nullable=True),
    text("wish_days", nullable=True),
    # one running enrolment a care and flow: two would plan everything twice
    unique_where("uq_enrolments_running", "care_id", "flow_id", where="ended_at IS NULL"),
    index_where("ix_enrolments_to_plan", "planned_until", where="ended_at IS NULL"),
    sqlite_strict=True,
)

occurrences = sa.Table(
    "occurrences",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    text("flow_id"),
    sa.Column("local_on", LocalDate, nullable=False),
    text("slot"),
    at("due_at"),
    at("until_at"),
    text("state"),
    text("reason", nullable=True),
    at("created_at"),
    at("changed_at"),
    one_of("state", "planned", "opened", "missed", "paused", "thinned", "cancelled"),
    # promise 2: planning may run twice, on two machines, across a clock change, and adds one
    sa.UniqueConstraint("care_id", "flow_id", "local_on", "slot"),
    index_where("ix_occurrences_due", "due_at", "id", where="state = 'planned'"),
    sqlite_strict=True,
)

therapy_sessions = sa.Table(
    "therapy_sessions",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    at("starts_at"),
    at("ends_at"),
    text("state"),
    at("recorded_at"),
    text("unmet", nullable=True),  # the client's word that there was no meeting
    at("unmet_said_at", nullable=True),
    sa.Column("regular_id", Id),  # of the regular time that made it; no key, see erasures
    sa.Column("regular_on", LocalDate),  # the date for which it was made, wherever it moved
    at("by_hand_at", nullable=True),  # when somebody last said in the chat what becomes of it
    sa.Column("days_off_id", Id),  # the days off that called it off; no key, see erasures
    text("calendar_mark", nullable=True),  # an HMAC of what names it in a calendar
    text("calendar_from", nullable=True),  # file, or address
    one_of("state", "planned", "happened", "cancelled", "no_show"),
    # one a date of a regular time: planning may run twice and adds one
    unique_where(
        "uq_therapy_sessions_regular",
        "care_id",
        "regular_id",
        "regular_on",
        where="regular_id IS NOT NULL",
    ),
    # one an appointment: a calendar is read again and again
    unique_where(
        "uq_therapy_sessions_calendar", "calendar_mark", where="calendar_mark IS NOT NULL"
    ),
    sa.Index(None, "care_id", "starts_at"),
    sqlite_strict=True,
)

regular_times = sa.Table(
    "regular_times",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    sa.Column("first_on", LocalDate, nullable=False),
    text("at_wall"),  # by the therapist's clock
    count("weeks"),
    count("minutes"),
    sa.Column("sessions_until", LocalDate),  # null: nothing is planned, or all is to be anew
    at("made_at"),
    at("ended_at", nullable=True),
    # one running a care: two would plan two therapy sessions a week
    unique_where("uq_regular_times_running", "care_id", where="ended_at IS NULL"),
    index_where("ix_regular_times_to_plan", "sessions_until", where="ended_at IS NULL"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # therapy sessions name the one that made them by its id
)

days_off = sa.Table(
    "days_off",
    metadata,
    row_id(),
    belongs_to("therapist_id", "people"),
    belongs_to("care_id", "cares", nullable=True),  # null: all clients of the therapist
    sa.Column("first_on", LocalDate, nullable=False),
    sa.Column("last_on", LocalDate, nullable=False),
    at("made_at"),
    at("undone_at", nullable=True),
    at("settled_at", nullable=True),  # null: the therapy sessions do not say the same yet
    index_where("ix_days_off_unsettled", "id", where="settled_at IS NULL"),
    sa.Index(None, "therapist_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # therapy sessions name those that called them off by their id
)

evenings = sa.Table(
    "evenings",
    metadata,
    # one row a therapist: two would send two lists
    sa.Column("person_id", Id, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
    text("list_at", nullable=True),  # a wall time, or off; null: the practice's
    sa.Column("listed_on", LocalDate),
    sqlite_strict=True,
)

check_ins = sa.Table(
    "check_ins",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    belongs_to("client_id", "people"),
    belongs_to("occurrence_id", "occurrences", nullable=True),
    text("flow_id"),
    # a check-in finishes in the version in which it began, so that text must be there
    sa.Column("fingerprint", sa.Text, sa.ForeignKey("flow_versions.fingerprint"), nullable=False),
    text("status"),
    count("turn_no"),
    count("revision"),
    at("opened_at"),
    at("ended_at", nullable=True),
    sa.Column("state_sealed", Bytes, nullable=False),
    one_of("status", "open", "finished", "expired", "stopped"),
    # one open check-in a care
    unique_where("uq_check_ins_open", "care_id", where="status = 'open'"),
    # and one a client, in whichever care: typed text must have one question to go to
    unique_where("uq_check_ins_open_client", "client_id", where="status = 'open'"),
    # one check-in an occurrence: a slot is asked once
    unique_where("uq_check_ins_occurrence", "occurrence_id", where="occurrence_id IS NOT NULL"),
    sa.Index(None, "care_id", "opened_at"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # buttons in old messages name a check-in by its id
)

answers = sa.Table(
    "answers",
    metadata,
    # one answer a step: going back and answering again replaces it
    sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id"), primary_key=True),
    sa.Column("step_id", sa.Text, primary_key=True),
    text("measures", nullable=True),
    sa.Column("value_sealed", Bytes, nullable=False),
    sa.Column("off_path", YesNo, nullable=False),
    at("given_at"),
    sqlite_strict=True,
)

held_back = sa.Table(
    "held_back",
    metadata,
    # apart from the answers: a score that is worked out anew stays held back
    sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id"), primary_key=True),
    sa.Column("step_id", sa.Text, primary_key=True),
    at("held_back_at"),
    sqlite_strict=True,
)

answer_messages = sa.Table(
    "answer_messages",
    metadata,
    # one message a place: the parts of an answer stand in the order of its lines
    sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id"), primary_key=True),
    sa.Column("step_id", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("message_id", Big, nullable=False),
    count("length"),
    sa.Index(None, "message_id"),
    sqlite_strict=True,
)

timers = sa.Table(
    "timers",
    metadata,
    row_id(),
    belongs_to("check_in_id", "check_ins"),
    text("kind"),
    count("turn_no"),
    at("due_at"),
    one_of("kind", "remind", "expire", "re_ask"),
    # setting a timer twice is one timer; several reminders of a turn differ in their time
    sa.UniqueConstraint("check_in_id", "kind", "turn_no", "due_at"),
    sa.Index(None, "due_at"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # likewise a timer's
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
