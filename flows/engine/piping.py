"""Putting names, earlier answers and worked-out values into a flow's texts.

Used when a prompt or a message is written out. What is put in stands there literally: it is never
read again, whatever braces it holds.
"""

from __future__ import annotations

from flows.authoring.words import Words
from flows.engine.cut import ELLIPSIS, cut
from flows.engine.scope import Scope
from flows.kinds import withheld
from flows.kinds.kind import Value
from flows.kinds.registry import kind_of
from flows.kinds.spoken import in_figures, in_hours, in_words
from flows.kinds.step import Step
from flows.languages import Language, button
from flows.script.conditions import EACH, past_of
from flows.script.placeholders import Piece, StrayBrace, pieces
from flows.script.structure import OWN_GOALS, OWN_TOPICS

MAX_PIPED = 200
"""The most of one answer or name that is put into a text, in UTF-16 units."""
DECIMALS = 2
"""To how many places a mean or another worked-out number is rounded for reading."""


def written(words: Words, scope: Scope, language: Language) -> str:
    """A text of the flow with everything put in that can be seen from ``scope``.

    A name comes before a step of the same id. What is not known, such as a question that was not
    asked or was declined, becomes an ellipsis. A stray brace stays as it is.
    """

    def put_in(piece: Piece) -> str:
        if isinstance(piece, str):
            return piece
        if isinstance(piece, StrayBrace):
            return piece.brace
        return cut(_known(piece.name, scope, language) or ELLIPSIS, MAX_PIPED)

    return "".join(map(put_in, pieces(words.say(language))))


def shown_answer(step: Step, value: Value | None, language: Language) -> str | None:
    """An answer to the step as the client sees it, cut; None where it was declined."""
    if value is None:
        return None
    return cut(shown_whole(step, value, language), MAX_PIPED)


def shown_whole(step: Step, value: Value, language: Language) -> str:
    """An answer to the step as the client sees it, uncut."""
    if withheld.is_withheld(step, value) and not withheld.has_option(step):
        return withheld.label(language)
    return kind_of(step).show(step, value, language)


def _known(name: str, scope: Scope, language: Language) -> str | None:
    """Return what stands for a placeholder; None where nothing does."""
    names = dict(scope.names.by_placeholder)
    if name in names:
        return names[name]
    if name == EACH:
        return _label(scope, language)
    if name == OWN_GOALS:
        return in_words(scope.names.goals, language)
    if name == OWN_TOPICS:
        return in_words(scope.names.topics, language)
    if name in scope.values:
        return shown_answer(scope.flow.step(name), scope.values[name], language)
    if past_of(name) is not None:
        return _past(name, scope, language)
    value = scope.worked_out(name)
    if isinstance(value, int | float) and scope.flow.time_between(name) is not None:
        return in_hours(value, language)
    return _plain(value, language)


def _label(scope: Scope, language: Language) -> str | None:
    label = scope.round.label if scope.round else None
    return label.say(language) if isinstance(label, Words) else label


def _past(name: str, scope: Scope, language: Language) -> str | None:
    """An earlier answer as its own step shows it, where this flow asks for the same again."""
    past, value = past_of(name), scope.past(name)
    if past is None or value is None:
        return None
    step = next((s for s in scope.flow.steps if s.measures == past.measure), None)
    if step is None or past.how == "mean":
        return _plain(value, language)
    return shown_answer(step, value, language)


def _plain(value: Value | None, language: Language) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return button(language, "yes" if value else "no")
        case tuple():
            return in_words(value, language)
        case _:
            return in_figures(round(value, DECIMALS), language)
