"""A step written out as a prompt, with the reflection and the messages that lead to it.

Used by every turn that shows a question. It never changes the state, except for where the check-in
stands and which messages have been said.
"""

from __future__ import annotations

from dataclasses import replace

from flows.authoring.words import Words
from flows.engine.check_in import CheckIn
from flows.engine.cut import cut, length
from flows.engine.draw import as_drawn, wording_slot
from flows.engine.events import Occasion, Prompt, PromptAsked
from flows.engine.picking import can_finish, picked_before
from flows.engine.piping import shown_answer, written
from flows.engine.progress import progress_at
from flows.engine.scope import Scope
from flows.engine.way import Visit, Way, own_words
from flows.kinds.registry import kind_of
from flows.kinds.step import Step
from flows.languages import Language

MAX_TEXT = 3500
"""Lead, text and help of one prompt together, in UTF-16 units; Telegram's limit is 4,096."""


def ask_next(way: Way, check_in: CheckIn, visit: Visit) -> tuple[CheckIn, PromptAsked]:
    """The check-in at ``visit``, and its prompt with what has not been said on the way to it.

    ``way`` ends at the visit.
    """
    moved, lead = _saying(way, check_in)
    moved = replace(moved, at=visit.id, picked=picked_before(check_in, visit))
    return moved, PromptAsked(_prompt(way, moved, lead), "next")


def ask_once_more(way: Way, check_in: CheckIn, occasion: Occasion) -> PromptAsked:
    """The open question, at which ``way`` ends, as a further prompt of the same turn.

    Where it may be the first that the client sees of it, what was said right before comes along.
    """
    if occasion in ("re_ask", "recalled"):
        return PromptAsked(open_prompt(way, check_in), occasion)
    return PromptAsked(_prompt(way, check_in, []), occasion)


def open_prompt(way: Way, check_in: CheckIn) -> Prompt:
    """The open question, at which ``way`` ends, with what was said right before it."""
    lead = [_message(visit, check_in.language) for visit in way.messages_right_before()]
    return _prompt(way, check_in, _reflected(way, check_in.language) + lead)


def same_prompt(way: Way, check_in: CheckIn) -> Prompt:
    """The open question, at which ``way`` ends, alone."""
    return _prompt(way, check_in, [])


def closing(way: Way, check_in: CheckIn) -> tuple[CheckIn, tuple[str, ...]]:
    """Return what is said at the end of the way: a reflection, and messages not yet carried."""
    said, texts = _saying(way, check_in)
    return said, _fitting(texts, MAX_TEXT)


def _saying(way: Way, check_in: CheckIn) -> tuple[CheckIn, list[str]]:
    unsaid = [visit for visit in way.messages() if visit.id not in check_in.said]
    said = replace(check_in, said=(*check_in.said, *(visit.id for visit in unsaid)))
    messages = [_message(visit, check_in.language) for visit in unsaid]
    return said, _reflected(way, check_in.language) + messages


def _message(visit: Visit, language: Language) -> str:
    assert visit.scope is not None, "a message is visited with what it may mention"
    return written(visit.step.ask, visit.scope, language)


def _reflected(way: Way, language: Language) -> list[str]:
    return [] if way.reflection is None else [written(*way.reflection, language)]


def _prompt(way: Way, check_in: CheckIn, lead: list[str]) -> Prompt:
    visit = way.visit(check_in.at)
    step, language = visit.step, check_in.language
    drawn = as_drawn(check_in, step)
    asked = kind_of(step).ask(drawn, language)
    text, help_, before = _fitted(wording(check_in, step), step, lead, way.scope, language)
    given = check_in.answer(visit.id)
    return Prompt(
        step_id=visit.id,
        kind=step.kind,
        turn_no=check_in.turn_no,
        text=text,
        lead=before,
        help=help_,
        low=asked.low,
        high=asked.high,
        choices=asked.choices,
        typed=asked.typed or asked.choices,
        can_skip=step.optional,
        can_go_back=way.question_before(visit) is not None,
        given=shown_answer(step, given.value, language) if given else None,
        picked=check_in.picked,
        can_finish=can_finish(drawn, check_in.picked),
        can_withhold=step.rather_not_say,
        can_add=_follows_words(way, check_in),
        progress=progress_at(way, check_in),
        is_first=not check_in.answers,
        reader=_reader(check_in, before),
    )


def _reader(check_in: CheckIn, before: tuple[str, ...]) -> str:
    name = dict(check_in.names.by_placeholder).get("therapist", "")
    return "" if any(name in words for words in before) else name


def _follows_words(way: Way, check_in: CheckIn) -> bool:
    """True if the answer that led to the open question is in the client's own words."""
    before = check_in.answer(check_in.reflecting or "")
    return own_words(way.scope.flow, before) is not None


def wording(check_in: CheckIn, step: Step) -> Words:
    """The wording that was drawn for a step, or its only one."""
    (place,) = dict(check_in.drawn).get(wording_slot(step.id), (0,))
    return (step.ask, *step.wordings)[place]


def _fitted(
    ask: Words, step: Step, lead: list[str], scope: Scope, language: Language
) -> tuple[str, str | None, tuple[str, ...]]:
    """Text, help and lead within ``MAX_TEXT``: the question first, then its help, then the lead."""
    text = cut(written(ask, scope, language), MAX_TEXT)
    room = MAX_TEXT - length(text)
    help_ = cut(written(step.help, scope, language), room) if step.help else ""
    room -= length(help_)
    return text, help_ or None, _fitting(lead, room)


def _fitting(texts: list[str], room: int) -> tuple[str, ...]:
    kept = []
    for text in texts:
        shown = cut(text, room)
        room -= length(shown)
        if shown:
            kept.append(shown)
    return tuple(kept)
