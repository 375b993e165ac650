"""Looking back at a check-in: what was asked and what was answered, as its client read it.

Used by the bot's services, which show clients their own answers. ``given_in`` is what counts: what
lies on the way that was gone in the end. ``kept_in`` is everything that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.engine.check_in import ROUND, Answer, CheckIn
from flows.engine.piping import shown_whole, written
from flows.engine.prompts import wording
from flows.engine.walk import way_until, whole_way
from flows.kinds.step import Step
from flows.languages import Language
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class Given:
    """One answer with its question, in the client's language and form of address."""

    answer: Answer
    step: Step
    question: str = field(repr=False)
    shown: str = field(repr=False)
    """The answer as the client sees it, uncut; empty where the question was left out."""
    language: Language


def given_in(flow: Flow, check_in: CheckIn) -> Iterator[Given]:
    """The answers on the way of a check-in, in the order of the flow."""
    for answer in check_in.answers:
        if answer.value is None or answer.off_path:
            continue
        given = given_for(flow, check_in, answer)
        if given is not None:
            yield given


def kept_in(flow: Flow, check_in: CheckIn) -> Iterator[Given]:
    """Every answer that is kept, in the order of the flow: those left out and those off the way,
    too.
    """
    language, way = check_in.language, whole_way(flow, check_in)
    for answer in check_in.answers:
        # what a round is about is only known while it is gone through
        given = given_for(flow, check_in, answer) if ROUND in answer.step_id else None
        if given is None:
            step, value = flow.step(answer.of_step), answer.value
            question = written(wording(check_in, step), way.scope, language)
            shown = "" if value is None else shown_whole(step, value, language)
            given = Given(answer, step, question, shown, language)
        yield given


def given_for(flow: Flow, check_in: CheckIn, answer: Answer) -> Given | None:
    """An answer with its question; None where the way does not lead to it (a changed answer before
    it has led past it) or nothing was answered.
    """
    if answer.value is None:
        return None
    way = way_until(flow, check_in, answer.step_id)
    if not way.visits or way.visits[-1].id != answer.step_id:
        return None
    step = way.visits[-1].step
    question = written(wording(check_in, step), way.scope, check_in.language)
    shown = shown_whole(step, answer.value, check_in.language)
    return Given(answer, step, question, shown, check_in.language)
