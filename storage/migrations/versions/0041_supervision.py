"""Supervisors are people of their own, see a caseload, and only clients who agree to that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, UtcDateTime

revision = "0041"
down_revision = "0038"
branch_labels = None
depends_on = None

ROLES = ("client", "therapist", "admin")
ITEMS = ("answers", "alerts", "deputy", "supervisor", "receipts")
ASKED = ITEMS[1:]
NEW_ROLE, NEW_ITEM = "supervisor", "supervisor_view"
LIVING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Nobody supervises anybody yet."""
    _allow("people", "role", ROLES, (*ROLES, NEW_ROLE))
    _allow("consents", "item", ITEMS, (*ITEMS, NEW_ITEM))
    _allow("consent_questions", "item", ASKED, (*ASKED, NEW_ITEM))
    op.create_table(
        "supervisions",
        sa.Column("id", Id, nullable=False),
        sa.Column("supervisor_id", Id, nullable=False),
        sa.Column("therapist_id", Id, nullable=False),
        sa.Column("named_at", UtcDateTime, nullable=False),
        sa.Column("asked_at", UtcDateTime),
        sa.Column("confirmed_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("ended_by", sa.Text),
        sa.Column("numbered", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisions")),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["people.id"], name=op.f("fk_supervisions_supervisor_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["people.id"], name=op.f("fk_supervisions_therapist_id_people")
        ),
        sa.CheckConstraint(
            "ended_by IN ('therapist', 'practice')", name=op.f("ck_supervisions_ended_by")
        ),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_supervisions_living",
        "supervisions",
        ["therapist_id"],
        unique=True,
        sqlite_where=LIVING,
        postgresql_where=LIVING,
    )
    op.create_index(op.f("ix_supervisions_supervisor_id"), "supervisions", ["supervisor_id"])
    op.create_table(
        "supervised_clients",
        sa.Column("supervision_id", Id, nullable=False),
        sa.Column("care_id", Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("supervision_id", "care_id", name=op.f("pk_supervised_clients")),
        sa.ForeignKeyConstraint(
            ["supervision_id"],
            ["supervisions.id"],
            name=op.f("fk_supervised_clients_supervision_id_supervisions"),
        ),
        sa.ForeignKeyConstraint(
            ["care_id"], ["cares.id"], name=op.f("fk_supervised_clients_care_id_cares")
        ),
        sa.UniqueConstraint(
            "supervision_id", "number", name=op.f("uq_supervised_clients_supervision_id_number")
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Supervisions go, and with them the agreements to them and the supervisors' chats."""
    op.drop_table("supervised_clients")
    op.drop_table("supervisions")
    for table in ("consents", "consent_questions"):
        op.execute(f"DELETE FROM {table} WHERE item = '{NEW_ITEM}'")
    theirs = f"(SELECT id FROM people WHERE role = '{NEW_ROLE}')"
    for table in ("outbox", "inbox", "invites", "chats", "person_keys"):
        op.execute(f"DELETE FROM {table} WHERE person_id IN {theirs}")
    op.execute(f"DELETE FROM people WHERE role = '{NEW_ROLE}'")
    _allow("consent_questions", "item", (*ASKED, NEW_ITEM), ASKED)
    _allow("consents", "item", (*ITEMS, NEW_ITEM), ITEMS)
    _allow("people", "role", (*ROLES, NEW_ROLE), ROLES)


def _allow(table: str, column: str, was: tuple[str, ...], is_: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _spell_anew(table, f"{column} IN ({_listed(was)})", f"{column} IN ({_listed(is_)})")
    else:
        name = op.f(f"ck_{table}_{column}")
        op.drop_constraint(name, table)
        op.create_check_constraint(name, table, f"{column} IN ({_listed(is_)})")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _spell_anew(table: str, was: str, is_: str) -> None:
    """Change the words of the table's definition, whose rows stay where they are.

    The way of https://sqlite.org/lang_altertable.html#otheralter for checks that change.
    """
    conn = op.get_bind()
    find = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    spelt = " ".join(conn.execute(find, {"name": table}).scalar_one().split())
    version = conn.execute(sa.text("PRAGMA schema_version")).scalar_one()
    conn.execute(sa.text("PRAGMA writable_schema = ON"))
    change = "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"
    conn.execute(sa.text(change), {"sql": spelt.replace(was, is_, 1), "name": table})
    conn.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    conn.execute(sa.text("PRAGMA writable_schema = OFF"))
