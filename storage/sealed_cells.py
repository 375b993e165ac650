"""Sealed cells as they lie in the database: ciphertext, and never opened here.

Used by the demo, which shows what is kept of an answer and how.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from storage.store import Tx
from storage.tables_check_ins import answers, check_ins
from storage.tables_signals import digest_sections, reasons


@dataclass(frozen=True, slots=True)
class SealedCell:
    """One cell: where it stands, and its bytes."""

    table: str
    column: str
    cell: bytes = field(repr=False)


_STATE = sa.select(check_ins.c.state_sealed).where(check_ins.c.id == sa.bindparam("row_id"))
_ANSWER = sa.select(answers.c.value_sealed).where(
    answers.c.check_in_id == sa.bindparam("row_id"),
    sa.or_(
        answers.c.step_id == sa.bindparam("step"),
        answers.c.step_id.startswith(sa.bindparam("of_round"), autoescape=False),
    ),
)
_EVIDENCE = (
    sa.select(reasons.c.evidence_sealed)
    .where(reasons.c.check_in_id == sa.bindparam("row_id"))
    .order_by(reasons.c.id)
)
_SECTIONS = (
    sa.select(digest_sections.c.body_sealed)
    .where(digest_sections.c.digest_id == sa.bindparam("row_id"))
    .order_by(digest_sections.c.care_id)
)


def list_of_answer(tx: Tx, check_in_id: int, step_id: str) -> list[SealedCell]:
    """The answer to a step, in each of its rounds, and the state of its check-in."""
    asked = {"row_id": check_in_id, "step": step_id, "of_round": f"{step_id}@"}
    return [
        *_cells(tx, "answers", "value_sealed", _ANSWER, asked),
        *_cells(tx, "check_ins", "state_sealed", _STATE, {"row_id": check_in_id}),
    ]


def list_of_reasons(tx: Tx, check_in_id: int) -> list[SealedCell]:
    """The evidence of what the rules said about a check-in."""
    return _cells(tx, "reasons", "evidence_sealed", _EVIDENCE, {"row_id": check_in_id})


def list_of_digest(tx: Tx, digest_id: int) -> list[SealedCell]:
    """The parts of a digest, each under its own client's key."""
    return _cells(tx, "digest_sections", "body_sealed", _SECTIONS, {"row_id": digest_id})


def _cells(
    tx: Tx, table: str, column: str, query: sa.Select[Any], params: dict[str, object]
) -> list[SealedCell]:
    found = tx.conn.execute(query, params).scalars()
    return [SealedCell(table, column, bytes(cell)) for cell in found]
