"""Replies have a message class of their own, and what is due is found by an index in its order."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.column_types import Big, Bytes, Id, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = ("once", "must", "idem")
AFTER = (*BEFORE, "reply")
_WORDS = sa.text("""
    UPDATE outbox SET message_class = :to_class
    WHERE message_class = :from_class AND state IN ('queued', 'claimed')
    AND kind = 'message' AND check_in_id IS NULL AND digest_id IS NULL
""")


def upgrade() -> None:
    """Every waiting message that is neither a question nor a digest becomes a reply."""
    _allow(AFTER, "ix_outbox_queued", ("ix_outbox_due", "lane", "not_before", "id"))
    op.get_bind().execute(_WORDS, {"from_class": "once", "to_class": "reply"})
    op.drop_index("ix_occurrences_due", "occurrences")
    op.drop_index("ix_occurrences_planned", "occurrences")
    _on_occurrences("ix_occurrences_due", "due_at", "id")


def downgrade() -> None:
    """Replies are sent once again, whether they arrive or not."""
    op.execute("UPDATE outbox SET message_class = 'once' WHERE message_class = 'reply'")
    _allow(BEFORE, "ix_outbox_due", ("ix_outbox_queued", "lane", "id"))
    op.drop_index("ix_occurrences_due", "occurrences")
    _on_occurrences("ix_occurrences_due", "due_at")
    _on_occurrences("ix_occurrences_planned", "id")


def _allow(classes: tuple[str, ...], without: str, due: tuple[str, ...]) -> None:
    """Let the outbox hold these classes, and have the index ``due`` in place of another one.

    PostgreSQL exchanges the constraint; SQLite cannot, so the table is copied, and its counter
    with it: ids must only grow.
    """
    name, *columns = due
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_outbox_message_class"), "outbox")
        op.create_check_constraint(
            op.f("ck_outbox_message_class"), "outbox", _listed("message_class", classes)
        )
        op.drop_index(without, "outbox")
        op.create_index(name, "outbox", columns, **_partial("state = 'queued'"))
        return
    bind = op.get_bind()
    last = bind.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")).scalar()
    op.execute("ALTER TABLE outbox RENAME TO outbox_before")
    for (old,) in bind.execute(_INDEXES).all():
        op.drop_index(old)
    _table(classes, _index(name, *columns, where="state = 'queued'"))
    op.execute("INSERT INTO outbox SELECT * FROM outbox_before")
    op.drop_table("outbox_before")
    if last is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
        bind.execute(_KEEP_COUNT, {"last": last})


_INDEXES = sa.text("""
    SELECT name FROM sqlite_master
    WHERE type = 'index' AND tbl_name = 'outbox_before' AND sql IS NOT NULL
""")
_KEEP_COUNT = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', :last)")


def _table(classes: tuple[str, ...], due: sa.Index) -> None:
    states = ("queued", "claimed", "sent", "refused", "uncertain", "dropped")
    op.create_table(
        "outbox",
        sa.Column("id", Id, primary_key=True),
        _belongs_to("person_id", "people"),
        _belongs_to("sealed_for", "people"),
        _text("message_class"),
        _text("lane"),
        _text("kind"),
        _text("dedupe_key", unique=True),
        sa.Column("body_sealed", Bytes),
        _text("state"),
        sa.Column("attempts", sa.Integer, nullable=False),
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
        _one_of("message_class", classes),
        _one_of("lane", ("reply", "notice")),
        _one_of("kind", ("message", "edit", "delete", "document")),
        _one_of("state", states),
        due,
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


def _belongs_to(name: str, table: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _text(name: str, *, nullable: bool = False, unique: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, unique=unique)


def _one_of(column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(_listed(column, words), name=column)


def _listed(column: str, words: tuple[str, ...]) -> str:
    quoted = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({quoted})"


def _partial(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def _index(name: str, *columns: str, where: str) -> sa.Index:
    return sa.Index(name, *columns, **_partial(where))


def _on_occurrences(name: str, *columns: str) -> None:
    op.create_index(name, "occurrences", list(columns), **_partial("state = 'planned'"))
