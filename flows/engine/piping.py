"""Putting names and earlier answers into a flow's texts.

Used when a prompt or a message is written out. What is put in stands there literally: it is never
read again, whatever braces it holds.
"""

from __future__ import annotations

from collections.abc import Callable

from flows.engine.check_in import CheckIn
from flows.engine.cut import ELLIPSIS, cut
from flows.engine.steps.registry import kind_of
from flows.engine.way import Way
from flows.script.flow import Language, Words
from flows.script.placeholders import Piece, StrayBrace, pieces

MAX_PIPED = 200
"""How much of one answer or name is put into a text, in UTF-16 units."""

Say = Callable[[Words], str]
"""Writes out a text in the client's language with everything put in."""


def speaker(way: Way, check_in: CheckIn) -> Say:
    """Writes out the flow's texts for this check-in.

    A name comes before a step of the same id. What is not known, such as a question that was not
    asked or was declined, becomes an ellipsis. A stray brace stays as it is.
    """
    names = dict(check_in.names.by_placeholder)

    def put_in(piece: Piece) -> str:
        if isinstance(piece, StrayBrace):
            return piece.brace
        if isinstance(piece, str):
            return piece
        if piece.name in names:
            return cut(names[piece.name], MAX_PIPED)
        return shown_answer(way, piece.name, check_in.language) or ELLIPSIS

    return lambda words: "".join(map(put_in, pieces(words.say(check_in.language))))


def shown_answer(way: Way, step_id: str, language: Language) -> str | None:
    """The answer on the way to that step as the client sees it, cut; None where there is none."""
    value = way.values.get(step_id)
    if value is None:
        return None
    step = way.step(step_id)
    return cut(kind_of(step).show(step, value, language), MAX_PIPED)
