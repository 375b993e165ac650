"""Lists what a client may hold back from the next digest: answers, totals and notes since the last
one.

Used by the preview. What the digest says nothing of is not listed, and neither is what a digest
has told already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.services.check_in.keeping import SCORE
from bot.services.digest.reporting import SPOKEN_FOR, most_of
from bot.services.signals.assessing import RATED
from bot.services.work.buttons import number_for
from bot.services.work.unit_of_work import Work
from flows.digest.section import ClientSection
from flows.engine.looking_back import given_in
from flows.kinds.spoken import in_figures
from flows.kinds.step import RATHER_NOT_SAY
from flows.script.flow import Flow
from storage import answers, check_ins, held_back, notes
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.notes import StoredNote


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """Something that a client told for the next digest, as they read it."""

    of: StoredCheckIn | StoredNote = field(repr=False)
    number: int
    """Names the answer within its check-in, in a button."""
    steps: frozenset[str]
    """The steps that are held back together with it; none for a note."""
    question: str = field(repr=False)
    shown: str = field(repr=False)
    given_at: datetime
    is_held_back: bool
    is_heard: bool = False
    """True for words that led to the crisis card: they cannot be held back."""


def list_own(
    work: Work, care: Care, section: ClientSection, *, from_at: datetime, until_at: datetime
) -> list[OwnAnswer]:
    """Everything that was told at ``from_at`` <= t < ``until_at``, oldest first.

    ``section`` is what the digest says of it, by which heard words are known.
    """
    heard = {words for each in section.heard for words in each.words}
    found: list[OwnAnswer] = []
    for stored in check_ins.list_for_care(work.tx, care.id, lasted_until=from_at):
        flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
        away = held_back.list_steps(work.tx, stored.id)
        found += _answers(flow, stored, away, heard)
        found += _totals(work, care, flow, stored, away)
    for note in notes.list_kept(work.tx, care.id, since=from_at, until=until_at):
        if note.words.strip():
            found.append(_note(note, heard))
    told = (each for each in found if from_at <= each.given_at < until_at)
    return sorted(told, key=lambda each: each.given_at)


def _answers(
    flow: Flow, stored: StoredCheckIn, away: frozenset[str], heard: set[str]
) -> Iterator[OwnAnswer]:
    for given in given_in(flow, stored.state):
        answer, measures = given.answer, given.step.measures
        if measures is None or (answer.value == RATHER_NOT_SAY and measures != "strain"):
            continue
        if flow.scores and measures not in SPOKEN_FOR and not measures.startswith(RATED):
            continue  # the digest has their total only
        yield OwnAnswer(
            of=stored,
            number=number_for(answer.step_id),
            steps=_with_scores(flow, answer.step_id, answer.of_step),
            question=given.question,
            shown=given.shown,
            given_at=answer.given_at,
            is_held_back=answer.step_id in away,
            is_heard=isinstance(answer.value, str) and answer.value in heard,
        )


def _with_scores(flow: Flow, step_id: str, of_step: str) -> frozenset[str]:
    """An answer that is held back counts in no score either."""
    resting = {f"{SCORE}{score.id}" for score in flow.scores if of_step in score.of}
    return frozenset({step_id, *resting})


def _totals(
    work: Work, care: Care, flow: Flow, stored: StoredCheckIn, away: frozenset[str]
) -> Iterator[OwnAnswer]:
    if not flow.scores:
        return
    kept = {each.step_id: each for each in answers.list_for_check_in(work.tx, stored.id)}
    for score in flow.scores:
        row = kept.get(f"{SCORE}{score.id}")
        if row is None or not isinstance(row.value, int | float):
            continue
        items = {step_id for step_id in kept if step_id.partition("@")[0] in score.of}
        value, most = (in_figures(n, care.language) for n in (row.value, most_of(flow, score)))
        yield OwnAnswer(
            of=stored,
            number=number_for(row.step_id),
            steps=frozenset({row.step_id, *items}),
            question=flow.title.say(care.language),
            shown=work.say(care.language, "preview_total", value=value, most=most),
            given_at=row.given_at,
            is_held_back=row.step_id in away,
        )


def _note(note: StoredNote, heard: set[str]) -> OwnAnswer:
    return OwnAnswer(
        of=note,
        number=note.id,
        steps=frozenset(),
        question=note.question,
        shown=note.words,
        given_at=note.kept_at or note.written_at,
        is_held_back=note.held_back_at is not None,
        is_heard=note.words in heard,
    )
