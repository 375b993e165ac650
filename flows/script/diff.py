"""Tells in words how two versions of a flow differ, as its author and its clients meet it.

Used by ``interlude flows diff`` and before publishing. It compares what the files mean, not how
they are written: comments and the order of keys are no difference. It must never decide whether
to publish.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from flows.authoring.words import Condition
from flows.kinds import bounds
from flows.kinds.registry import asks
from flows.kinds.step import Step
from flows.languages import Language, in_english
from flows.script.condition_words import condition_in_words
from flows.script.diff_steps import step_changes
from flows.script.flow import Flow
from flows.script.outline import block_in_words, score_in_words, value_in_words
from flows.script.schedule_words import schedule_in_words
from flows.script.structure import Score

Weight = Literal["cut", "measured", "plain"]
"""``cut``: it parts a client's history in two. ``measured``: later answers may not compare with
earlier ones. ``plain``: all other changes."""

ALIKE = 0.75
"""The share of wording from which on one step is taken for another one renamed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: how much it weighs, the step it is about (if one), a sentence."""

    weight: Weight
    step_id: str | None
    sentence: str

    def __str__(self) -> str:
        mark = {"cut": "!! ", "measured": "!  ", "plain": "   "}[self.weight]
        return f"{mark}{self.sentence}"


def diff(before: Flow, after: Flow) -> tuple[Change, ...]:
    """Every difference, those that cut a history first. ValueError: they are different flows."""
    if before.id != after.id:
        raise ValueError(f"{before.id} and {after.id} are different flows")
    found = [
        *_head(before, after),
        *_schedule(before, after),
        *_steps(before, after),
        *_beside(before, after),
    ]
    order: tuple[Weight, ...] = ("cut", "measured", "plain")
    return tuple(sorted(found, key=lambda change: order.index(change.weight)))


def _plain(sentence: str, step_id: str | None = None) -> Change:
    return Change("plain", step_id, sentence)


def _head(before: Flow, after: Flow) -> Iterator[Change]:
    for language in after.languages:
        if language not in before.languages:
            yield _plain(f"It is now also written in {in_english(language)}.")
        elif before.title.say(language) != after.title.say(language):
            old, new = before.title.say(language), after.title.say(language)
            yield _plain(f"The title is “{new}”, was “{old}” ({in_english(language)}).")
    for language in before.languages:
        if language not in after.languages:
            name = in_english(language)
            yield _plain(f"It is no longer written in {name}: clients who read it get nothing.")
    if before.default != after.default:
        begins = "begin" if after.default else "no longer begin"
        yield _plain(f"New clients {begins} with it. Clients who are in it now stay in it.")
    if before.priority != after.priority:
        yield _plain(f"Its priority is {after.priority}, was {before.priority}.")


def _schedule(before: Flow, after: Flow) -> Iterator[Change]:
    old, new = schedule_in_words(before.schedule), schedule_in_words(after.schedule)
    yield from (_plain(f"Schedule, new: {one}") for one in new if one not in old)
    yield from (_plain(f"Schedule, no longer: {one}") for one in old if one not in new)


def _steps(before: Flow, after: Flow) -> Iterator[Change]:
    old = {step.id: step for step in before.steps}
    new = {step.id: step for step in after.steps}
    renamed = _renamed(
        [s for s in before.steps if s.id not in new], [s for s in after.steps if s.id not in old]
    )
    yield from _gone(old, new, renamed)
    for step in after.steps:
        if step.id not in old and step.id not in renamed.values():
            yield _plain(f"New step {step.id}: “{_said(step)}”", step.id)
    for step_id in (one for one in old if one in new):
        for weight, sentence in step_changes(old[step_id], new[step_id]):
            yield Change(weight, step_id, sentence)
        yield from _way(before, after, old[step_id], new[step_id])
    kept_before = [step.id for step in before.steps if step.id in new]
    kept_after = [step.id for step in after.steps if step.id in old]
    if kept_before != kept_after:
        yield _plain(f"The order of the steps is now: {', '.join(kept_after)}.")


def _renamed(gone: list[Step], come: list[Step]) -> dict[str, str]:
    """Old ids to new ones, for steps of one kind that ask nearly the same."""
    pairs: dict[str, str] = {}
    for old in gone:
        rest = [new for new in come if new.kind == old.kind and new.id not in pairs.values()]
        best = max(rest, key=lambda new: _likeness(old, new), default=None)
        if best is not None and _likeness(old, best) >= ALIKE:
            pairs[old.id] = best.id
    return pairs


def _likeness(old: Step, new: Step) -> float:
    if old.measures is not None and old.measures == new.measures:
        return 1.0
    return SequenceMatcher(None, _said(old), _said(new)).ratio()


def _gone(old: dict[str, Step], new: dict[str, Step], renamed: dict[str, str]) -> Iterator[Change]:
    for step_id, step in old.items():
        if step_id in new:
            continue
        if not asks(step):
            yield _plain(f"The message {step_id} is gone: “{_said(step)}”", step_id)
        elif step_id in renamed:
            yield Change("cut", step_id, _renaming(step_id, renamed[step_id]))
        else:
            said = (
                f"The step {step_id} is gone: “{_said(step)}” Each client's history of it ENDS "
                f"here; what was answered stays. If it is only renamed, keep the id {step_id}."
            )
            yield Change("cut", step_id, said)


def _renaming(old: str, new: str) -> str:
    return (
        f"The step {old} is called {new} now. That CUTS each client's history in two: what was "
        f"answered to {old} does not count as an answer to {new}. Keep the id {old} unless it "
        "asks something else."
    )


def _way(before: Flow, after: Flow, old: Step, new: Step) -> Iterator[Change]:
    """Say what changed in when the step is asked and where it leads."""
    was, now = (_asked(flow, step.condition) for flow, step in ((before, old), (after, new)))
    if was != now:
        yield _plain(f"{new.id} is asked {now}; before, {was}.", new.id)
    if _onward(before, old) != _onward(after, new):
        yield _plain(f"{new.id}: {'; '.join(_onward(after, new)) or 'no jump any more'}.", new.id)
    if old.reflections != new.reflections:
        yield _plain(f"{new.id}: the replies to its answers have changed.", new.id)


def _asked(flow: Flow, condition: Condition | None) -> str:
    if condition is None:
        return "always"
    return f"only if {condition_in_words(flow, condition, _language(flow))}"


def _onward(flow: Flow, step: Step) -> list[str]:
    said = []
    for jump in step.jumps:
        when = ""
        if jump.condition is not None:
            when = f"if {condition_in_words(flow, jump.condition, _language(flow))}, "
        said.append(f"{when}it goes on at {jump.to}")
    return said


def _danger_of(score: Score) -> str:
    return bounds.danger_in_words(score.risk_at_least, score.risk_at_most)


def _beside(before: Flow, after: Flow) -> Iterator[Change]:
    """Blocks, computed values and scores."""
    old_scores, new_scores = ({s.id: s for s in flow.scores} for flow in (before, after))
    for score_id, score in old_scores.items():
        if score_id not in new_scores:
            yield Change("cut", None, f"The score {score_id} is gone; its history ENDS here.")
        elif score_in_words(score) != (now := score_in_words(new_scores[score_id])):
            said = f"The score is made in another way, so it may not compare with earlier: {now}."
            yield Change("measured", None, said)
        elif (danger := _danger_of(new_scores[score_id])) != _danger_of(score):
            said = danger or " (none)"
            yield _plain(f"What is a sign of danger in the score {score_id} has changed:{said}.")
        elif score != new_scores[score_id]:
            yield _plain(f"The words for the score {score_id} have changed.")
    fresh = [score for score_id, score in new_scores.items() if score_id not in old_scores]
    yield from (_plain(f"New score {score_in_words(score)}.") for score in fresh)
    yield from _listed(
        "block",
        *(
            [block_in_words(flow, b, _language(flow)) for b in flow.blocks]
            for flow in (before, after)
        ),
    )
    yield from _listed(
        "computed value",
        *(list(map(value_in_words, flow.values)) for flow in (before, after)),
    )


def _listed(what: str, old: list[str], new: list[str]) -> Iterator[Change]:
    yield from (_plain(f"New {what}: {one}.") for one in new if one not in old)
    yield from (_plain(f"No longer a {what}: {one}.") for one in old if one not in new)


def _language(flow: Flow) -> Language:
    return flow.languages[0]


def _said(step: Step) -> str:
    return step.ask.by_language[0][1]
