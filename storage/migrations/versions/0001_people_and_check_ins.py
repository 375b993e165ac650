"""First schema, first half: people, cares, flows, check-ins, answers.."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.column_types import Big, Bytes, Id, LocalDate, UtcDateTime, YesNo

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "people",
    "person_keys",
    "index_key",
    "chats",
    "invites",
    "cares",
    "consents",
    "flow_versions",
    "current_flows",
    "enrolments",
    "occurrences",
    "therapy_sessions",
    "check_ins",
    "answers",
    "timers",
)


def upgrade() -> None:
    """The tables are there."""
    _people()
    _person_keys()
    _index_key()
    _chats()
    _invites()
    _cares()
    _consents()
    _flow_versions()
    _current_flows()
    _enrolments()
    _occurrences()
    _therapy_sessions()
    _check_ins()
    _answers()
    _timers()


def downgrade() -> None:
    """The tables are gone, with all that they held."""
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


def _people() -> None:
    op.create_table(
        "people",
        _row_id(),
        _text("code", unique=True),
        _text("role"),
        _text("language"),
        _text("zone"),
        sa.Column("name_sealed", Bytes),
        _at("created_at"),
        _at("unreachable_at", nullable=True),
        _one_of("role", "client", "therapist", "admin"),
        _one_of("language", "en", "de", "de_du"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )


def _person_keys() -> None:
    op.create_table(
        "person_keys",
        sa.Column(
            "person_id", Id, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("wrapped", Bytes, nullable=False),
        _count("generation"),
        sqlite_strict=True,
    )


def _index_key() -> None:
    op.create_table(
        "index_key",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("wrapped", Bytes, nullable=False),
        sa.CheckConstraint("id = 1", name="single"),
        sqlite_strict=True,
    )


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column(
            "person_id", Id, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("chat_hash", Bytes, nullable=False, unique=True),
        sa.Column("chat_sealed", Bytes, nullable=False),
        _at("bound_at"),
        sqlite_strict=True,
    )


def _invites() -> None:
    op.create_table(
        "invites",
        _row_id(),
        _belongs_to("person_id", "people"),
        sa.Column("token_hash", Bytes, nullable=False, unique=True),
        _at("created_at"),
        _at("expires_at"),
        _at("used_at", nullable=True),
        sa.Index(None, "person_id"),
        sqlite_strict=True,
    )


def _cares() -> None:
    op.create_table(
        "cares",
        _row_id(),
        _belongs_to("client_id", "people"),
        _belongs_to("therapist_id", "people"),
        sa.Column("alias_sealed", Bytes, nullable=False),
        _text("state"),
        _at("created_at"),
        _at("active_since", nullable=True),
        _at("paused_at", nullable=True),
        _one_of("state", "draft", "invited", "asked", "active", "declined", "ended"),
        sa.Index(None, "client_id"),
        sa.Index(None, "therapist_id"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )


def _consents() -> None:
    op.create_table(
        "consents",
        _row_id(),
        _belongs_to("care_id", "cares"),
        _text("version"),
        _text("text_hash"),
        _text("language"),
        sa.Column("update_id", Big),
        _at("given_at"),
        _at("revoked_at", nullable=True),
        _index("uq_consents_in_force", "care_id", where="revoked_at IS NULL", unique=True),
        sqlite_strict=True,
    )


def _flow_versions() -> None:
    op.create_table(
        "flow_versions",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        _text("flow_id"),
        sa.Column("text", sa.Text, nullable=False),
        _at("added_at"),
        sqlite_strict=True,
    )


def _current_flows() -> None:
    op.create_table(
        "current_flows",
        sa.Column("flow_id", sa.Text, primary_key=True),
        sa.Column(
            "fingerprint", sa.Text, sa.ForeignKey("flow_versions.fingerprint"), nullable=False
        ),
        _at("published_at"),
        sqlite_strict=True,
    )


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        _row_id(),
        _belongs_to("care_id", "cares"),
        _text("flow_id"),
        _text("zone"),
        sa.Column("seed", Big, nullable=False),
        _at("started_at"),
        _at("ended_at", nullable=True),
        _at("planned_until", nullable=True),
        _index(
            "uq_enrolments_running", "care_id", "flow_id", where="ended_at IS NULL", unique=True
        ),
        _index("ix_enrolments_to_plan", "planned_until", where="ended_at IS NULL"),
        sqlite_strict=True,
    )


def _occurrences() -> None:
    op.create_table(
        "occurrences",
        _row_id(),
        _belongs_to("care_id", "cares"),
        _text("flow_id"),
        sa.Column("local_on", LocalDate, nullable=False),
        _text("slot"),
        _at("due_at"),
        _at("until_at"),
        _text("state"),
        _text("reason", nullable=True),
        _at("created_at"),
        _at("changed_at"),
        _one_of("state", "planned", "opened", "missed", "paused", "thinned", "cancelled"),
        sa.UniqueConstraint("care_id", "flow_id", "local_on", "slot"),
        _index("ix_occurrences_due", "due_at", where="state = 'planned'"),
        _index("ix_occurrences_planned", "id", where="state = 'planned'"),
        sqlite_strict=True,
    )


def _therapy_sessions() -> None:
    op.create_table(
        "therapy_sessions",
        _row_id(),
        _belongs_to("care_id", "cares"),
        _at("starts_at"),
        _at("ends_at"),
        _text("state"),
        _at("recorded_at"),
        _one_of("state", "planned", "happened", "cancelled", "no_show"),
        sa.Index(None, "care_id", "starts_at"),
        sqlite_strict=True,
    )


def _check_ins() -> None:
    op.create_table(
        "check_ins",
        _row_id(),
        _belongs_to("care_id", "cares"),
        _belongs_to("client_id", "people"),
        _belongs_to("occurrence_id", "occurrences", nullable=True),
        _text("flow_id"),
        sa.Column(
            "fingerprint", sa.Text, sa.ForeignKey("flow_versions.fingerprint"), nullable=False
        ),
        _text("status"),
        _count("turn_no"),
        _count("revision"),
        _at("opened_at"),
        _at("ended_at", nullable=True),
        sa.Column("state_sealed", Bytes, nullable=False),
        _one_of("status", "open", "finished", "expired", "stopped"),
        _index("uq_check_ins_open", "care_id", where="status = 'open'", unique=True),
        _index(
            "uq_check_ins_occurrence",
            "occurrence_id",
            where="occurrence_id IS NOT NULL",
            unique=True,
        ),
        sa.Index(None, "care_id", "opened_at"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id"), primary_key=True),
        sa.Column("step_id", sa.Text, primary_key=True),
        _text("measures", nullable=True),
        sa.Column("value_sealed", Bytes, nullable=False),
        sa.Column("off_path", YesNo, nullable=False),
        _at("given_at"),
        sqlite_strict=True,
    )


def _timers() -> None:
    op.create_table(
        "timers",
        _row_id(),
        _belongs_to("check_in_id", "check_ins"),
        _text("kind"),
        _count("turn_no"),
        _at("due_at"),
        _one_of("kind", "remind", "expire", "re_ask"),
        sa.UniqueConstraint("check_in_id", "kind", "turn_no", "due_at"),
        sa.Index(None, "due_at"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
