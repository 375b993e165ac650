"""Ticking options where several may be picked: a tap ticks or unticks, the done button answers.

Used by replies and prompts. Ticks belong to the open question; they are no answer before the client
says so.
"""

from __future__ import annotations

from dataclasses import replace

from flows.engine.check_in import CheckIn
from flows.engine.draw import as_drawn
from flows.engine.way import Visit
from flows.kinds.kind import Fits
from flows.kinds.registry import kind_of
from flows.kinds.step import Step


def toggled(check_in: CheckIn, step: Step, place: int) -> CheckIn:
    """The check-in with the option at ``place`` ticked, or unticked where it was ticked."""
    picked = kind_of(step).toggled(step, check_in.picked, place)
    # A tap proves that the prompt arrived, whatever the sending looked like.
    return replace(check_in, picked=picked, uncertain_turn=None)


def picked_before(check_in: CheckIn, visit: Visit) -> tuple[int, ...]:
    """The ticks with which a question opens: those of its kept answer, if it has one."""
    kept = check_in.answer(visit.id)
    if kept is None or kept.value is None:
        return ()
    step = as_drawn(check_in, visit.step)
    return kind_of(step).ticks_of(step, kept.value)


def can_finish(step: Step, picked: tuple[int, ...]) -> bool:
    """True where the ticks are as many as the author asks for."""
    return isinstance(kind_of(step).answer_of(step, picked), Fits)
