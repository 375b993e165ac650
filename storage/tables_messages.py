"""The schema, second half: inbox, outbox, flags, digests and the audit trail.

Used by the modules of ``storage`` and by Alembic's drift check; the rules of ``tables`` hold here
too.
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

swings = sa.Table(
    "swings",
    metadata,
    row_id(),
    at("learnt_at"),
    # of a point: SQLite and PostgreSQL have no kind of fraction in common
    sa.Column("within_thousandths", sa.Integer, nullable=False),
    sa.Column("between_thousandths", sa.Integer, nullable=False),
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
    sqlite_strict=True,
    sqlite_autoincrement=True,  # ids are the order of a conversation and must only grow
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

audit = sa.Table(
    "audit",
    metadata,
    row_id(),
    at("at"),
    text("actor"),
    text("action"),
    text("subject"),
    text("detail"),
    sa.Index(None, "subject"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
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
