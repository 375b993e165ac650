"""The first schema, second half: inbox, outbox, flags, digests, audit.."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.column_types import Big, Bytes, Id, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "inbox",
    "digests",
    "outbox",
    "flags",
    "reasons",
    "acknowledgements",
    "digest_sections",
    "audit",
)


def upgrade() -> None:
    """The tables are there."""
    _inbox()
    _digests()
    _outbox()
    _flags()
    _reasons()
    _acknowledgements()
    _digest_sections()
    _audit()
    _append_only()


def downgrade() -> None:
    """The tables are gone, with all that they held."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute("DROP FUNCTION audit_refuse()")
    for table in reversed(TABLES):
        op.drop_table(table)


def _row_id() -> sa.Column[Any]:
    return sa.Column("id", Id, primary_key=True)


def _belongs_to(name: str, table: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _text(name: str, *, nullable: bool = False, unique: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable, unique=unique)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False)


def _one_of(column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    rows = sa.text(where)
    return sa.Index(name, *columns, unique=unique, sqlite_where=rows, postgresql_where=rows)


def _inbox() -> None:
    op.create_table(
        "inbox",
        _row_id(),
        sa.Column("update_id", Big, nullable=False),
        _text("fingerprint"),
        _belongs_to("person_id", "people", nullable=True),
        sa.Column("body_sealed", Bytes),
        _text("state"),
        _count("attempts"),
        _text("error", nullable=True),
        _at("received_at"),
        _at("not_before"),
        _one_of("state", "new", "done", "quarantined"),
        sa.UniqueConstraint("update_id", "fingerprint"),
        _index("ix_inbox_new", "id", where="state = 'new'"),
        _index("ix_inbox_new_of_person", "person_id", "id", where="state = 'new'"),
        _index("ix_inbox_done", "received_at", where="state = 'done'"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )


def _digests() -> None:
    op.create_table(
        "digests",
        _row_id(),
        _belongs_to("therapist_id", "people"),
        _text("week"),
        _at("from_at"),
        _at("cut_off_at"),
        _at("read_at", nullable=True),
        sa.UniqueConstraint("therapist_id", "week"),
        sqlite_strict=True,
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        _row_id(),
        _belongs_to("person_id", "people"),
        _belongs_to("sealed_for", "people"),
        _text("message_class"),
        _text("lane"),
        _text("kind"),
        _text("dedupe_key", unique=True),
        sa.Column("body_sealed", Bytes),
        _text("state"),
        _count("attempts"),
        _text("token", nullable=True),
        _at("lease_until", nullable=True),
        _belongs_to("check_in_id", "check_ins", nullable=True),
        sa.Column("turn_no", sa.Integer),
        _belongs_to("digest_id", "digests", nullable=True),
        sa.Column("message_id", Big),
        _at("not_before"),
        _at("expires_at", nullable=True),
        _text("reason", nullable=True),
        _at("created_at"),
        _at("finished_at", nullable=True),
        _one_of("message_class", "once", "must", "idem"),
        _one_of("lane", "reply", "notice"),
        _one_of("kind", "message", "edit", "delete", "document"),
        _one_of("state", "queued", "claimed", "sent", "refused", "uncertain", "dropped"),
        _index("ix_outbox_queued", "lane", "id", where="state = 'queued'"),
        _index(
            "ix_outbox_waiting", "person_id", "lane", "id", where="state IN ('queued', 'claimed')"
        ),
        _index("ix_outbox_claimed", "id", where="state = 'claimed'"),
        _index("ix_outbox_trouble", "id", where="state IN ('refused', 'uncertain', 'dropped')"),
        _index("ix_outbox_of_check_in", "check_in_id", "turn_no", where="check_in_id IS NOT NULL"),
        _index("ix_outbox_of_digest", "digest_id", where="digest_id IS NOT NULL"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )


def _flags() -> None:
    op.create_table(
        "flags",
        _row_id(),
        _belongs_to("care_id", "cares"),
        _text("state"),
        _at("opened_at"),
        _at("changed_at"),
        _at("closed_at", nullable=True),
        _one_of(
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
        _index("uq_flags_not_closed", "care_id", where="closed_at IS NULL", unique=True),
        sa.Index(None, "care_id", "opened_at"),
        sqlite_strict=True,
    )


def _reasons() -> None:
    op.create_table(
        "reasons",
        _row_id(),
        _belongs_to("flag_id", "flags"),
        _belongs_to("care_id", "cares"),
        _belongs_to("client_id", "people"),
        _text("rule"),
        _count("rule_version"),
        _belongs_to("check_in_id", "check_ins"),
        sa.Column("evidence_sealed", Bytes, nullable=False),
        _at("raised_at"),
        sa.UniqueConstraint("care_id", "rule", "check_in_id"),
        sa.Index(None, "flag_id"),
        sqlite_strict=True,
    )


def _acknowledgements() -> None:
    op.create_table(
        "acknowledgements",
        _row_id(),
        _belongs_to("flag_id", "flags"),
        _belongs_to("therapist_id", "people"),
        _text("what"),
        _at("given_at"),
        sa.Index(None, "flag_id"),
        sqlite_strict=True,
    )


def _digest_sections() -> None:
    op.create_table(
        "digest_sections",
        sa.Column("digest_id", Id, sa.ForeignKey("digests.id"), primary_key=True),
        sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
        _belongs_to("client_id", "people"),
        sa.Column("body_sealed", Bytes, nullable=False),
        sqlite_strict=True,
    )


def _audit() -> None:
    op.create_table(
        "audit",
        _row_id(),
        _at("at"),
        _text("actor"),
        _text("action"),
        _text("subject"),
        _text("detail"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )


def _append_only() -> None:
    """Rows of the audit trail are neither changed nor deleted, by whatever statement."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
    )
