"""The schema of what clients give: check-ins, answers, notes and what is held back.

Used by the modules of ``storage`` and by Alembic's drift check; the rules of ``table_parts`` hold
here.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.column_types import Big, Bytes, Id, YesNo
from storage.table_parts import (
    at,
    belongs_to,
    count,
    metadata,
    one_of,
    row_id,
    text,
    unique_where,
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

notes = sa.Table(
    "notes",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    belongs_to("client_id", "people"),
    belongs_to("check_in_id", "check_ins", nullable=True),
    text("step_id", nullable=True),
    at("written_at"),
    at("added_at"),
    at("kept_at", nullable=True),
    sa.Column("words_sealed", Bytes, nullable=False),
    at("held_back_at", nullable=True),
    sa.Index(None, "care_id", "kept_at"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # buttons in old messages name a note by its id
)
