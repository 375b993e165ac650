"""The schema of what is planned: flows and enrolments, therapy sessions and days off.

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

zone_rules = sa.Table(
    "zone_rules",
    metadata,
    sa.Column("zone", sa.Text, primary_key=True),
    sa.Column("rules", Bytes, nullable=False),  # a file of the tz database
    sa.Column("becomes", Bytes),  # null: nothing is to be moved
    sa.Column("done_to", Id, nullable=False),  # a therapy session; no key: only counted up
    sa.Column("clients_to", Id, nullable=False, server_default=sa.text("0")),  # a client, so too
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

leaves = sa.Table(
    "leaves",
    metadata,
    # one row a span of days off: those for all clients in which more is different
    sa.Column(
        "days_off_id", Id, sa.ForeignKey("days_off.id"), primary_key=True, autoincrement=False
    ),
    text("digests"),
    belongs_to("stand_in_id", "people", nullable=True),
    text("stand_in_said", nullable=True),
    at("told_at", nullable=True),
    text("telling", nullable=True),
    sa.Column("told_to", Id, nullable=False, server_default="0"),  # a care; no key: only counted up
    at("back_told_at", nullable=True),
    one_of("digests", "waits", "comes", "deputy"),
    one_of("stand_in_said", "yes", "no"),
    one_of("telling", "away", "changed"),
    index_where("ix_leaves_telling", "days_off_id", where="telling IS NOT NULL"),
    sqlite_strict=True,
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

calendar_imports = sa.Table(
    "calendar_imports",
    metadata,
    row_id(),
    belongs_to("therapist_id", "people"),
    text("source"),
    text("state"),
    at("made_at"),
    sa.Column("body_sealed", Bytes, nullable=False),
    one_of("source", "file", "address"),
    one_of("state", "to_fetch", "shown", "wanted"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # buttons name one by its id
)
