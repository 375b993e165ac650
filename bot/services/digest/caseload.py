"""Gathers what a digest says about each client, from stored facts only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from bot.services.consent import stepwise
from bot.services.digest import rated_weeks
from bot.services.digest.due_check_ins import LOOK_BACK, DueCheckIns, due_of
from bot.services.digest.own_goals import goals_of, steps_of
from bot.services.digest.rated_weeks import Kept
from bot.services.digest.reporting import reported_of
from bot.services.digest.span import Span, span_of
from bot.services.planning import following
from bot.services.safety.heard_words import words_of
from bot.services.signals import assessing
from bot.services.work import from_before
from bot.services.work.unit_of_work import Work
from flows.digest.heard import CALM_AFTER, Cause, Heard, together
from flows.digest.leaving import Came, Left
from flows.digest.section import (
    ClientFacts,
    ClientSection,
    FlagFacts,
    Note,
    Raised,
    compose_section,
)
from flows.digest.unmet import Unmet
from flows.kinds.step import RATHER_NOT_SAY
from flows.signals.assess import assess
from flows.signals.engagement import Agreed, Asked, Engagement, engagement
from flows.signals.gaps import BotAway, Series
from flows.signals.reason import Reason, evidence_from_json
from storage import (
    answers,
    cares,
    flag_words,
    flags,
    handovers,
    notes,
    risk_cases,
    therapy_sessions,
    uptimes,
)
from storage.answers import StoredAnswer
from storage.cares import Care
from storage.risk_cases import RiskStep
from storage.therapy_sessions import TherapySession

NOBODY_SAYS = frozenset({"open", "will_raise", "not_this_time"})
"""The states of a flag that do not say whether it was talked about."""
TOLD_FROM = timedelta(hours=1)
"""A shorter outage is not worth a line: what it held up came a little later."""
HEARD_AS: dict[str, Cause] = {
    "likely": "words",
    "explicit": "words",
    "others": "others",
    "flow": "flow",
    "tell": "tell",
}
"""The digest's name for what was heard: it tells likely and explicit words alike."""


def sections_of(
    work: Work, therapist_id: int, *, from_at: datetime, cut_off_at: datetime
) -> Iterator[tuple[Care, ClientSection]]:
    """The section of each client of the digest, for ``from_at`` <= t < ``cut_off_at``."""
    found = cares_of(work, therapist_id, from_at=from_at, cut_off_at=cut_off_at)
    yield from sections_among(work, found, from_at=from_at, cut_off_at=cut_off_at)


def sections_among(
    work: Work, found: Iterable[Care], *, from_at: datetime, cut_off_at: datetime
) -> Iterator[tuple[Care, ClientSection]]:
    """The section of each of these clients, for ``from_at`` <= t < ``cut_off_at``."""
    span = span_of(work, from_at, cut_off_at)
    for care in found:
        facts = _facts(work, care, span)
        yield care, compose_section(facts, from_at=from_at, cut_off_at=cut_off_at)


def section_of(work: Work, care: Care, *, from_at: datetime, cut_off_at: datetime) -> ClientSection:
    """The section of one client, for ``from_at`` <= t < ``cut_off_at``."""
    ((_, section),) = sections_among(work, [care], from_at=from_at, cut_off_at=cut_off_at)
    return section


def away_in(work: Work, from_at: datetime, cut_off_at: datetime) -> list[BotAway]:
    """The outages between these moments that a digest tells of."""
    found = uptimes.list_away(work.tx, from_at, cut_off_at)
    return [each for each in found if each.lasted >= TOLD_FROM]


def cares_of(
    work: Work, therapist_id: int, *, from_at: datetime, cut_off_at: datetime
) -> Iterator[Care]:
    """Whom a digest speaks of: who takes part, who left in its time or answered before they did,
    and who has a risk case that nobody has closed.
    """
    for care in cares.list_told_of(work.tx, therapist_id, ("active", *cares.OVER)):
        if speaks_of(work, care, from_at=from_at, cut_off_at=cut_off_at):
            yield care


def speaks_of(work: Work, care: Care, *, from_at: datetime, cut_off_at: datetime) -> bool:
    """True where the digest of that time has a section about a client who takes part or did."""
    return (
        care.state == "active"
        or _left(work, care, from_at, cut_off_at) is not None
        or _wrote(work, care, from_at, cut_off_at)
        or risk_cases.find_open(work.tx, care.id) is not None
    )


def _left(work: Work, care: Care, from_at: datetime, cut_off_at: datetime) -> Left | None:
    """The client's leaving, or the therapy's end, in the one digest into whose time it falls."""
    if care.ended_at is None or care.ended_by is None:
        return None
    if not from_at <= care.ended_at < cut_off_at:
        return None
    if care.ended_by == "therapist":
        return Left(care.ended_at, "therapy_ended")
    if care.ended_by == "handover":
        return Left(care.ended_at, "handed_over", to=from_before.name_after(work, care))
    return Left(care.ended_at, "declined" if care.state == "declined" else "stopped")


def _came_from(work: Work, care: Care, from_at: datetime, cut_off_at: datetime) -> Came | None:
    """The client's coming from a colleague, in the one digest into whose time it falls."""
    for handover in handovers.list_before(work.tx, care.id):
        at = handover.closed_at
        if at is not None and from_at <= at < cut_off_at:
            therapist = from_before.name_before(work, handover)
            return Came(at, therapist, len(from_before.list_weeks(work, care)))
    return None


def _wrote(work: Work, care: Care, from_at: datetime, cut_off_at: datetime) -> bool:
    noted = _notes(work, care, from_at, cut_off_at)
    heard = risk_cases.list_heard(work.tx, care.id, since=from_at, until=cut_off_at)
    return bool(noted or heard or _measured(work, care, from_at, cut_off_at))


def _notes(work: Work, care: Care, from_at: datetime, cut_off_at: datetime) -> tuple[Note, ...]:
    kept = notes.list_kept(work.tx, care.id, since=from_at, until=cut_off_at)
    return tuple(Note(note.words, note.question) for note in kept if note.held_back_at is None)


def has_news(work: Work, therapist_id: int, *, from_at: datetime, cut_off_at: datetime) -> bool:
    """True if there is anybody to speak of who took part, or said no, before the cut-off."""
    found = cares_of(work, therapist_id, from_at=from_at, cut_off_at=cut_off_at)
    return any(
        care.state == "declined"
        or (care.active_since is not None and care.active_since < cut_off_at)
        for care in found
    )


def _measured(
    work: Work, care: Care, from_at: datetime, cut_off_at: datetime
) -> list[StoredAnswer]:
    found = answers.list_measured(work.tx, care.id, since=from_at, until=cut_off_at)
    return [answer for answer in found if assessing.means_what_is_read(work, answer)]


def _facts(work: Work, care: Care, span: Span) -> ClientFacts:
    from_at, cut_off_at = span.from_at, span.cut_off_at
    kept = _kept_flags(work, care)
    newest = _newest_flag(kept, cut_off_at)
    measured = _measured(work, care, from_at, cut_off_at)
    sessions = therapy_sessions.list_for_care(work.tx, care.id, since=cut_off_at - LOOK_BACK)
    due = due_of(work, care, sessions, span.outages, cut_off_at)
    series = rated_weeks.series(work, care, due, sessions, span)
    return ClientFacts(
        care_id=care.id,
        alias=care.alias,
        code=care.client_code,
        flag=None if newest is None else _as_it_stood(work, newest, cut_off_at),
        raised=tuple(_raised(kept, newest, from_at)),
        statements=_statements(work, series, kept, span) if _has_rated(measured) else (),
        topics=_texts(measured, "topic"),
        changes=_texts(measured, "change"),
        went_well=_texts(measured, "well"),
        hard=_texts(measured, "hard"),
        week=_week(measured),
        repair=_newest(measured, assessing.REPAIR) or _unknown(work, newest, cut_off_at),
        goals=goals_of(work, care, measured, from_at=from_at, cut_off_at=cut_off_at),
        steps=steps_of(work, measured, from_at=from_at, cut_off_at=cut_off_at),
        reported=tuple(reported_of(work, care, from_at=from_at, cut_off_at=cut_off_at)),
        notes=_notes(work, care, from_at, cut_off_at),
        **_risk(work, care, from_at, cut_off_at),
        engagement=_engagement(work, care, due, sessions, span),
        left=_left(work, care, from_at, cut_off_at),
        came=_came_from(work, care, from_at, cut_off_at),
        unmet=tuple(
            Unmet(session.starts_at, session.unmet)
            for session in therapy_sessions.list_unmet(
                work.tx, care.id, since=from_at, until=cut_off_at
            )
            if session.unmet is not None
        ),
        levels=rated_weeks.levels(work, care, kept, series, span),
        next_session_at=_next_session(sessions, cut_off_at),
    )


def _next_session(sessions: Sequence[TherapySession], cut_off_at: datetime) -> datetime | None:
    """Return when they meet next, as far as it is known."""
    planned = (s.starts_at for s in sessions if s.state == "planned" and s.starts_at >= cut_off_at)
    return next(planned, None)


class _Risk(TypedDict):
    """The part of the facts that the digest tells first."""

    heard: tuple[Heard, ...]
    heard_before: Heard | None
    case_id: int | None


def _risk(work: Work, care: Care, from_at: datetime, cut_off_at: datetime) -> _Risk:
    """Return what led to the crisis card; of an open case, however long ago it was."""
    case = risk_cases.find_open(work.tx, care.id)
    if case is not None and case.opened_at >= cut_off_at:
        case = None
    since = cut_off_at - CALM_AFTER
    since = since if case is None else min(since, case.opened_at)
    steps = risk_cases.list_heard(work.tx, care.id, since=since, until=cut_off_at)
    now = [_heard(work, step) for step in steps if step.at >= from_at]
    before = [_heard(work, step) for step in steps if step.at < from_at]
    return _Risk(
        heard=together(now),
        heard_before=before[-1] if before else None,
        case_id=None if case is None else case.id,
    )


def _heard(work: Work, step: RiskStep) -> Heard:
    return Heard(
        step.said_at or step.at,
        HEARD_AS[step.what],
        words_of(work, step),
        is_reworded=step.reworded_at is not None,
    )


def _kept_flags(work: Work, care: Care) -> Kept:
    return [
        (flag, [_as_raised(stored) for stored in flags.list_reasons(work.tx, flag.id)])
        for flag in flags.list_for_care(work.tx, care.id)
    ]


def _as_raised(stored: flags.Reason) -> Raised:
    evidence = evidence_from_json(stored.evidence)
    reason = Reason(stored.rule, stored.rule_version, stored.check_in_id, evidence)
    return Raised(stored.raised_at, reason)


def _newest_flag(kept: Kept, cut_off_at: datetime) -> flags.Flag | None:
    """The newest flag that had a reason by then: what was taken back again was never there."""
    had_one = [flag for flag, raised in kept if any(r.raised_at < cut_off_at for r in raised)]
    return max(had_one, key=lambda flag: flag.id, default=None)


def _as_it_stood(work: Work, flag: flags.Flag, cut_off_at: datetime) -> FlagFacts:
    """Return the flag as it stood at the cut-off; the next digest has what was said later."""
    word = flag_words.find_first_since(work.tx, flag.id, cut_off_at)
    if word is not None and word.changed_before_at < cut_off_at:
        return FlagFacts(flag.id, word.state_before, flag.opened_at, word.changed_before_at)
    return FlagFacts(
        flag.id, flag.state, flag.opened_at, flag.changed_at, flag.closed_at is not None
    )


def _raised(kept: Kept, newest: flags.Flag | None, from_at: datetime) -> Iterator[Raised]:
    for flag, raised in kept:
        if flag is not newest and flag.changed_at < from_at:
            continue
        yield from (each for each in raised if flag is newest or each.raised_at >= from_at)


def _has_rated(measured: list[StoredAnswer]) -> bool:
    """Statements are about the newest rating; about one before the period they were made before."""
    return any((answer.measures or "").startswith(assessing.RATED) for answer in measured)


def _unknown(work: Work, flag: flags.Flag | None, cut_off_at: datetime) -> str | None:
    """Say that it is not known what became of a strain: they were, or would have been, asked by
    then. Whether they were asked, or did not answer, or hold it back, makes no difference.
    """
    if flag is None or flag.state not in NOBODY_SAYS:
        return None
    return "unknown" if following.is_over(work, flag, cut_off_at) else None


def _statements(work: Work, series: Series, kept: Kept, span: Span) -> tuple[Reason, ...]:
    every = [flag for flag, _ in kept]
    standing = next((flag for flag in every if flag.closed_at is None), None)
    found = assess(
        series.ratings,
        flag_open_since=standing.opened_at if standing else None,
        settled_episodes=assessing.settled_episodes(every),
        spreads=span.spreads,
        rules=assessing.chosen_rules(work),
    )
    return found.statements


def _texts(measured: list[StoredAnswer], measure: str) -> tuple[str, ...]:
    return tuple(
        answer.value
        for answer in measured
        if answer.measures == measure
        and isinstance(answer.value, str)
        and answer.value != RATHER_NOT_SAY
    )


def _newest(measured: list[StoredAnswer], measure: str) -> str | None:
    texts = _texts(measured, measure)
    return texts[-1] if texts else None


def _week(measured: list[StoredAnswer]) -> int | None:
    rated = [a.value for a in measured if a.measures == "week" and isinstance(a.value, int)]
    return rated[-1] if rated else None


def _engagement(
    work: Work,
    care: Care,
    due: DueCheckIns,
    sessions: Sequence[TherapySession],
    span: Span,
) -> Engagement:
    return engagement(
        [Asked(o.due_at, outcome) for o, outcome in due.outcomes],
        [
            Agreed(session.starts_at, _came(session), session.by_hand_at)
            for session in sessions
            if session.ends_at <= span.cut_off_at or not session.counts
        ],
        from_at=span.from_at,
        cut_off_at=span.cut_off_at,
        under_way=due.under_way,
        is_paused=care.paused_at is not None,
        is_unreachable=care.unreachable_at is not None,
        is_asked_anew=stepwise.is_outdated(work, care),
    )


def _came(session: TherapySession) -> bool | None:
    """Say whether the client came, as far as the therapist noted: who noted nothing, met."""
    if session.counts:
        return True
    return False if session.state == "no_show" and session.unmet is None else None
