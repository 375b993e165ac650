"""A step written out as a prompt, with the messages that lead to it.

Used by every turn that shows a question. It never changes the state, except for remembering which
messages have been said.
"""

from __future__ import annotations

from dataclasses import replace

from flows.engine.check_in import CheckIn
from flows.engine.cut import cut, length
from flows.engine.events import Occasion, Prompt, PromptAsked
from flows.engine.piping import Say, shown_answer, speaker
from flows.engine.steps.registry import kind_of
from flows.engine.way import Way
from flows.script.flow import MessageStep, Step

MAX_TEXT = 3500
"""Lead, text and help of one prompt together, in UTF-16 units; Telegram's limit is 4,096."""


def ask_next(way: Way, check_in: CheckIn, step: Step) -> tuple[CheckIn, PromptAsked]:
    """The check-in at ``step``, and its prompt with the messages on the way not yet said."""
    unsaid = [m for m in way.messages_until(step) if m.id not in check_in.said]
    moved = replace(check_in, at=step.id, said=_with_said(check_in, unsaid))
    return moved, PromptAsked(_prompt(way, moved, step, unsaid), "next")


def ask_once_more(way: Way, check_in: CheckIn, occasion: Occasion) -> PromptAsked:
    """The open question as a further prompt of the same turn.

    Where it may be the first that the client sees of it, the messages right before it come along.
    """
    if occasion in ("re_ask", "recalled"):
        return PromptAsked(open_prompt(way, check_in), occasion)
    return PromptAsked(_prompt(way, check_in, way.step(check_in.at), []), occasion)


def open_prompt(way: Way, check_in: CheckIn) -> Prompt:
    """The open question with the messages right before it. KeyError: the check-in has ended."""
    step = way.step(check_in.at)
    return _prompt(way, check_in, step, _messages_right_before(way, step))


def closing(way: Way, check_in: CheckIn) -> tuple[CheckIn, tuple[str, ...]]:
    """The messages on the completed way that no prompt has carried, written out."""
    unsaid = [m for m in way.messages_until(None) if m.id not in check_in.said]
    say = speaker(way, check_in)
    said = replace(check_in, said=_with_said(check_in, unsaid))
    return said, _fitting([say(m.ask) for m in unsaid], MAX_TEXT)


def _prompt(way: Way, check_in: CheckIn, step: Step, lead: list[MessageStep]) -> Prompt:
    say = speaker(way, check_in)
    asked = kind_of(step).ask(step, check_in.language)
    text, help_, before = _fitted(say, step, lead)
    return Prompt(
        step_id=step.id,
        kind=step.kind,
        turn_no=check_in.turn_no,
        text=text,
        lead=before,
        help=help_,
        low=asked.low,
        high=asked.high,
        choices=asked.choices,
        can_skip=step.optional,
        can_go_back=way.question_before(step) is not None,
        given=shown_answer(way, step.id, check_in.language),
    )


def _fitted(
    say: Say, step: Step, lead: list[MessageStep]
) -> tuple[str, str | None, tuple[str, ...]]:
    """Text, help and lead within ``MAX_TEXT``: the question first, then its help, then the lead."""
    text = cut(say(step.ask), MAX_TEXT)
    room = MAX_TEXT - length(text)
    help_ = cut(say(step.help), room) if step.help else ""
    room -= length(help_)
    return text, help_ or None, _fitting([say(m.ask) for m in lead], room)


def _fitting(texts: list[str], room: int) -> tuple[str, ...]:
    kept = []
    for text in texts:
        shown = cut(text, room)
        room -= length(shown)
        if shown:
            kept.append(shown)
    return tuple(kept)


def _messages_right_before(way: Way, step: Step) -> list[MessageStep]:
    """The messages between the question before and this one."""
    before = way.question_before(step)
    earlier = way.messages_until(before) if before else []
    return way.messages_until(step)[len(earlier) :]


def _with_said(check_in: CheckIn, messages: list[MessageStep]) -> tuple[str, ...]:
    return (*check_in.said, *(message.id for message in messages))
