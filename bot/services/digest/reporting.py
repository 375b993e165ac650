"""Puts the answers of flows that the digest has no section for into words of the flow itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.services.check_in.keeping import SCORE
from bot.services.signals import assessing
from bot.services.work.unit_of_work import Work
from flows.authoring.words import Words
from flows.digest.reported import ByLanguage, Reply, Reported, Total
from flows.engine.check_in import Answer
from flows.engine.scores import range_of
from flows.kinds.registry import kind_of
from flows.kinds.step import RATHER_NOT_SAY, Step
from flows.languages import Language, tongues
from flows.script.flow import Flow
from flows.script.structure import OWN_GOALS, OWN_TOPICS, Repeat, Score
from storage import answers, held_back
from storage import check_ins as stored_check_ins
from storage.cares import Care
from storage.check_ins import StoredCheckIn

GOAL_PROGRESS = "goal_progress"
"""Measures where the client is with a goal of their own."""
AGREED_STEP = ("step", "step_words", "step_fit")
"""Measures of what became of the step that the two agreed on."""
SPOKEN_FOR = frozenset(
    {"week", "well", "hard", "topic", "change", "repair", "goal", GOAL_PROGRESS, *AGREED_STEP}
)
"""Measures that have their own place in the digest, besides those of the work together."""
SCORES = 30
"""Among so many of the latest check-ins with a score the one before is looked for."""


def reported_of(
    work: Work, care: Care, *, from_at: datetime, cut_off_at: datetime
) -> Iterator[Reported]:
    """List what was answered in the period and is said nowhere else, oldest first; of a check-in
    that is still open, too: what was said counts when it is said.
    """
    away = held_back.list_for_care(work.tx, care.id)
    for stored in stored_check_ins.list_for_care(work.tx, care.id, lasted_until=from_at):
        flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
        held = away.get(stored.id, frozenset())
        replies = () if flow.scores else replies_of(flow, stored, held)
        found = Reported(
            _in_all(flow.title),
            tuple(
                reply
                for at, measures, reply in replies
                if from_at <= at < cut_off_at and _is_said_nowhere_else(measures)
            ),
            tuple(t for at, t in _totals(work, care, flow, stored) if from_at <= at < cut_off_at),
        )
        if found.replies or found.totals:
            yield found


def _is_said_nowhere_else(measures: str) -> bool:
    return measures not in SPOKEN_FOR and not measures.startswith(assessing.RATED)


def replies_of(
    flow: Flow, stored: StoredCheckIn, away: frozenset[str]
) -> Iterator[tuple[datetime, str, Reply]]:
    """Every answer of a check-in that measures something and is not held back: when it was given,
    what it measures, and the answer.
    """
    for answer in stored.state.answers:
        step = flow.step(answer.of_step)
        if answer.off_path or answer.step_id in away:
            continue
        if answer.value in (None, RATHER_NOT_SAY):
            continue
        if step.measures is not None:
            yield answer.given_at, step.measures, _reply(flow, stored, step, answer)


def _reply(flow: Flow, stored: StoredCheckIn, step: Step, answer: Answer) -> Reply:
    about = _about(flow, stored, answer)
    if kind_of(step).is_free:
        return Reply(words=str(answer.value), about=about)
    shown = ((language, _shown(step, answer, language)) for language in _spoken(flow))
    return Reply(label=tuple(shown), about=about)


def _shown(step: Step, answer: Answer, language: Language) -> str:
    if answer.value is None:
        raise ValueError("a declined answer is not shown")
    return kind_of(step).report(step, answer.value, language)


def _about(flow: Flow, stored: StoredCheckIn, answer: Answer) -> str:
    """The client's own goal or topic that a repeated step was asked about; else nothing."""
    _, _, key = answer.step_id.partition("@")
    for block in flow.blocks:
        if not key or answer.of_step not in block.steps or not isinstance(block.manner, Repeat):
            continue
        names = stored.state.names
        own = {OWN_GOALS: names.goals, OWN_TOPICS: names.topics}.get(block.manner.over, ())
        place = int(key[1:]) - 1 if key[1:].isdigit() else len(own)
        return own[place] if place < len(own) else ""
    return ""


def _totals(
    work: Work, care: Care, flow: Flow, stored: StoredCheckIn
) -> Iterator[tuple[datetime, Total]]:
    for score in flow.scores:
        if score.measures is None:
            continue
        kept = [
            answer
            for answer in answers.list_measured(
                work.tx, care.id, measure=score.measures, newest=SCORES
            )
            if answer.step_id == f"{SCORE}{score.id}"
        ]
        values = {a.check_in_id: float(a.value) for a in kept if isinstance(a.value, int | float)}
        if stored.id in values:
            earlier = [v for check_in_id, v in values.items() if check_in_id < stored.id]
            (at,) = (answer.given_at for answer in kept if answer.check_in_id == stored.id)
            before = earlier[-1] if earlier else None
            yield at, Total(values[stored.id], most_of(flow, score), before)


def most_of(flow: Flow, score: Score) -> float:
    """The highest value that a score can take."""
    highest = [float(ends[1]) for item in score.of if (ends := range_of(flow, item)) is not None]
    return sum(highest) if score.method == "sum" else max(highest, default=0.0)


def _spoken(flow: Flow) -> tuple[Language, ...]:
    return tuple(tongue.plain for tongue in tongues() if tongue.plain in flow.languages)


def _in_all(words: Words) -> ByLanguage:
    plain = [tongue.plain for tongue in tongues()]
    return tuple((language, text) for language, text in words.by_language if language in plain)
