"""The schema of what therapists read: flags with their reasons, digests and risk cases.

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

swings = sa.Table(
    "swings",
    metadata,
    row_id(),
    at("learnt_at"),
    # of a point: SQLite and PostgreSQL have no kind of fraction in common
    sa.Column("within_thousandths", sa.Integer, nullable=False),
    sa.Column("between_thousandths", sa.Integer, nullable=False),
    # empty where it was learnt before there was one
    sa.Column("mean_thousandths", sa.Integer),
    sqlite_strict=True,
)

flags = sa.Table(
    "flags",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    text("state"),
    at("opened_at"),
    at("changed_at"),
    at("closed_at", nullable=True),
    one_of(
        "state",
        "open",
        "will_raise",
        "not_this_time",
        "talked_settled",
        "talked_open",
        "something_else",
        "closed",
        "stale",
    ),
    # one flag not closed a care: a strain is one episode with several reasons
    unique_where("uq_flags_not_closed", "care_id", where="closed_at IS NULL"),
    sa.Index(None, "care_id", "opened_at"),
    sqlite_strict=True,
)

reasons = sa.Table(
    "reasons",
    metadata,
    row_id(),
    belongs_to("flag_id", "flags"),
    belongs_to("care_id", "cares"),
    belongs_to("client_id", "people"),
    text("rule"),
    count("rule_version"),
    belongs_to("check_in_id", "check_ins"),
    sa.Column("evidence_sealed", Bytes, nullable=False),
    at("raised_at"),
    # a rule says the same thing about a check-in once, however often it is assessed
    sa.UniqueConstraint("care_id", "rule", "check_in_id"),
    sa.Index(None, "flag_id"),
    sqlite_strict=True,
)

acknowledgements = sa.Table(
    "acknowledgements",
    metadata,
    row_id(),
    belongs_to("flag_id", "flags"),
    belongs_to("therapist_id", "people"),
    text("what"),
    at("given_at"),
    sa.Index(None, "flag_id"),
    sqlite_strict=True,
)

flag_words = sa.Table(
    "flag_words",
    metadata,
    # one word a check-in about a flag: its newest answers are what it says
    sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id"), primary_key=True),
    sa.Column("flag_id", Id, sa.ForeignKey("flags.id"), primary_key=True),
    text("state_before"),
    at("changed_before_at"),
    at("given_at"),
    sa.Index(None, "flag_id"),
    sqlite_strict=True,
)

digests = sa.Table(
    "digests",
    metadata,
    row_id(),
    belongs_to("therapist_id", "people"),
    text("week"),
    at("from_at"),
    at("cut_off_at"),
    at("read_at", nullable=True),
    at("unread_told_at", nullable=True),
    # one digest a therapist and week: composing may be tried again after a crash
    sa.UniqueConstraint("therapist_id", "week"),
    sqlite_strict=True,
)

digest_sections = sa.Table(
    "digest_sections",
    metadata,
    # one section a care in a digest: it is frozen with the digest
    sa.Column("digest_id", Id, sa.ForeignKey("digests.id"), primary_key=True),
    sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
    belongs_to("client_id", "people"),
    sa.Column("body_sealed", Bytes, nullable=False),
    at("read_at", nullable=True),
    at("receipt_at", nullable=True),
    sqlite_strict=True,
)

holds = sa.Table(
    "holds",
    metadata,
    # one a care: a second card prolongs the first one's
    sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
    at("until_at"),
    belongs_to("check_in_id", "check_ins", nullable=True),
    # no reference: the client may have the note deleted while the hold lasts
    sa.Column("note_id", Id),
    at("told_at", nullable=True),
    sqlite_strict=True,
)

quiet_lines = sa.Table(
    "quiet_lines",
    metadata,
    sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
    sa.Column("owed_on", LocalDate, nullable=False),
    # no reference: finished messages may go one day
    sa.Column("outbox_id", Id),
    sqlite_strict=True,
)

risk_cases = sa.Table(
    "risk_cases",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    belongs_to("client_id", "people"),
    text("state"),
    at("opened_at"),
    at("changed_at"),
    at("closed_at", nullable=True),
    at("next_at", nullable=True),
    one_of("state", "open", "seen", "in_touch", "not_reached", "closed"),
    # one open case a care: what is written meanwhile joins it, and no other therapist sees it
    unique_where("uq_risk_cases_open", "care_id", where="closed_at IS NULL"),
    index_where("ix_risk_cases_due", "next_at", where="next_at IS NOT NULL"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # buttons in old messages name a case by its id
)

risk_steps = sa.Table(
    "risk_steps",
    metadata,
    row_id(),
    belongs_to("care_id", "cares"),
    belongs_to("case_id", "risk_cases", nullable=True),
    text("what"),
    belongs_to("person_id", "people", nullable=True),
    at("at"),
    at("said_at", nullable=True),
    sa.Column("message_id", Big),
    text("detail"),
    # when the client changed or replaced the words of that message
    at("reworded_at", nullable=True),
    one_of(
        "what",
        *("likely", "explicit", "others", "flow", "tell"),
        *("alerted", "told_again", "undelivered", "not_agreed", "unseen"),
        *("seen", "in_touch", "not_reached", "something_else", "closed"),
    ),
    # an alert once a case and person, whatever is tried again after a crash
    unique_where("uq_risk_steps_alerted", "case_id", "person_id", where="what = 'alerted'"),
    sa.Index(None, "care_id", "at"),
    sa.Index(None, "case_id"),
    sqlite_strict=True,
)
