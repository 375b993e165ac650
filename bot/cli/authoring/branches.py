"""The branches of a tried check-in: one sentence for each condition that was decided on its way.

Used by ``interlude flows try``. The engine decides; here it is only worded, in English, with the
answers as the client sees them. It must never evaluate a condition.
"""

from __future__ import annotations

from bot.cli.authoring.kept import in_words
from flows.engine.check_in import CheckIn
from flows.engine.decisions import About, Decision
from flows.engine.piping import shown_answer
from flows.engine.walk import decisions_of
from flows.kinds.step import END
from flows.languages import Language
from flows.script.condition_words import condition_in_words
from flows.script.flow import Flow

_WENT: dict[tuple[About, bool], str] = {
    ("ask", True): "{of} comes, because {wanted}.",
    ("ask", False): "{of} is left out: it comes only if {wanted}.",
    ("reply", True): "{of} gets this reply, because {wanted}.",
    ("reply", False): "One reply to {of} is not said: it comes only if {wanted}.",
    ("jump", True): "After {of} it goes on at {to}, because {wanted}.",
    ("jump", False): "After {of} it does not go on at {to}: only if {wanted}.",
    ("again", True): "{of} comes once more, because {wanted}.",
    ("again", False): "{of} does not come again: only if {wanted}.",
}


def branches(flow: Flow, check_in: CheckIn) -> tuple[str, ...]:
    """A sentence for each condition on the way so far, in order: which way it went, and why."""
    return tuple(
        _sentence(flow, decision, check_in.language) for decision in decisions_of(flow, check_in)
    )


def _sentence(flow: Flow, decision: Decision, language: Language) -> str:
    to = "the end" if decision.leads_to == END else f"`{decision.leads_to}`"
    wanted = condition_in_words(flow, decision.condition, language)
    went = _WENT[decision.about, decision.held].format(of=f"`{decision.of}`", to=to, wanted=wanted)
    names = sorted(decision.condition.names)
    looked_at = "; ".join(f"{name}: {_seen(flow, decision, name, language)}" for name in names)
    return f"{went} ({looked_at})" if looked_at else went


def _seen(flow: Flow, decision: Decision, name: str, language: Language) -> str:
    """The answer under a name as the condition saw it."""
    value = dict(decision.seen).get(name)
    step = next((step for step in flow.steps if step.id == name), None)
    if step is None or name not in dict(decision.seen):
        return "no answer" if value is None else in_words(value)
    shown = shown_answer(step, value, language)
    return in_words(value) if shown in (None, str(value)) else f"“{shown}”"
