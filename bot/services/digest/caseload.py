"""Gathers what a digest says about each client, from stored facts only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypedDict

from bot.services.consent import stepwise
from bot.services.digest.reporting import reported_of
from bot.services.outages.outages import KEPT
from bot.services.safety.heard_words import words_of
from bot.services.signals import assessing, swing_learning
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import BotAway
from flows.digest.heard import CALM_AFTER, Cause, Heard, together
from flows.digest.leaving import Left
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
from flows.signals.engagement import Asked, Engagement, Outcome, engagement
from flows.signals.reason import Reason, evidence_from_json
from storage import (
    answers,
    cares,
    check_ins,
    flag_words,
    flags,
    held_back,
    notes,
    occurrences,
    risk_cases,
    therapy_sessions,
    uptimes,
)
from storage.answers import StoredAnswer
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.occurrences import Occurrence
from storage.risk_cases import RiskStep
from storage.uptimes import Away

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
LOOK_BACK = timedelta(days=120)
"""The time back for which check-ins tell what is usual for a client."""


def sections_of(
    work: Work, therapist_id: int, *, from_at: datetime, cut_off_at: datetime
) -> Iterator[tuple[Care, ClientSection]]:
    """The section of each client of the digest, for ``from_at`` <= t < ``cut_off_at``."""
    for care in cares_of(work, therapist_id, from_at=from_at, cut_off_at=cut_off_at):
        yield care, section_of(work, care, from_at=from_at, cut_off_at=cut_off_at)


def section_of(work: Work, care: Care, *, from_at: datetime, cut_off_at: datetime) -> ClientSection:
    """The section of one client, for ``from_at`` <= t < ``cut_off_at``."""
    facts = _facts(work, care, from_at, cut_off_at)
    return compose_section(facts, from_at=from_at, cut_off_at=cut_off_at)


def away_in(work: Work, from_at: datetime, cut_off_at: datetime) -> list[BotAway]:
    """The outages between these moments that a digest tells of."""
    found = uptimes.list_away(work.tx, from_at, cut_off_at)
    return [BotAway(each.from_at, each.until_at) for each in found if each.lasted >= TOLD_FROM]


def cares_of(
    work: Work, therapist_id: int, *, from_at: datetime, cut_off_at: datetime
) -> Iterator[Care]:
    """Whom a digest speaks of: who takes part, who left in its time or answered before they did,
    and who has a risk case that nobody has closed.
    """
    for care in cares.list_for_therapist(work.tx, therapist_id, states=("active", *cares.OVER)):
        if speaks_of(work, care, from_at=from_at, cut_off_at=cut_off_at):
            yield care


def speaks_of(work: Work, care: Care, *, from_at: datetime, cut_off_at: datetime) -> bool:
    """True where the digest of that time has a section about a client who takes part or did."""
    return (
        care.state == "active"
        or _left(care, from_at, cut_off_at) is not None
        or _wrote(work, care, from_at, cut_off_at)
        or risk_cases.find_open(work.tx, care.id) is not None
    )


def _left(care: Care, from_at: datetime, cut_off_at: datetime) -> Left | None:
    """The client's leaving, or the therapy's end, in the one digest into whose time it falls."""
    if care.ended_at is None or care.ended_by is None:
        return None
    if not from_at <= care.ended_at < cut_off_at:
        return None
    if care.ended_by == "therapist":
        return Left(care.ended_at, "therapy_ended")
    return Left(care.ended_at, "declined" if care.state == "declined" else "stopped")


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


def _facts(work: Work, care: Care, from_at: datetime, cut_off_at: datetime) -> ClientFacts:
    kept = flags.list_for_care(work.tx, care.id)
    newest = _newest_flag(work, kept, cut_off_at)
    measured = _measured(work, care, from_at, cut_off_at)
    return ClientFacts(
        care_id=care.id,
        alias=care.alias,
        code=care.client_code,
        flag=None if newest is None else _as_it_stood(work, newest, cut_off_at),
        raised=tuple(_raised(work, kept, newest, from_at)),
        statements=_statements(work, care, kept, cut_off_at) if _has_rated(measured) else (),
        topics=_texts(measured, "topic"),
        changes=_texts(measured, "change"),
        went_well=_texts(measured, "well"),
        hard=_texts(measured, "hard"),
        week=_week(measured),
        repair=_newest(measured, "repair"),
        reported=tuple(reported_of(work, care, from_at=from_at, cut_off_at=cut_off_at)),
        notes=_notes(work, care, from_at, cut_off_at),
        **_risk(work, care, from_at, cut_off_at),
        engagement=_engagement(work, care, from_at, cut_off_at),
        left=_left(care, from_at, cut_off_at),
        unmet=tuple(
            Unmet(session.starts_at, session.unmet)
            for session in therapy_sessions.list_unmet(
                work.tx, care.id, since=from_at, until=cut_off_at
            )
            if session.unmet is not None
        ),
    )


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


def _newest_flag(work: Work, kept: list[flags.Flag], cut_off_at: datetime) -> flags.Flag | None:
    """The newest flag that had a reason by then: what was taken back again was never there."""
    for flag in sorted(kept, key=lambda flag: flag.id, reverse=True):
        given = flags.list_reasons(work.tx, flag.id)
        if any(reason.raised_at < cut_off_at for reason in given):
            return flag
    return None


def _as_it_stood(work: Work, flag: flags.Flag, cut_off_at: datetime) -> FlagFacts:
    """Return the flag as it stood at the cut-off; the next digest has what was said later."""
    word = flag_words.find_first_since(work.tx, flag.id, cut_off_at)
    if word is not None and word.changed_before_at < cut_off_at:
        return FlagFacts(flag.id, word.state_before, flag.opened_at, word.changed_before_at)
    return FlagFacts(
        flag.id, flag.state, flag.opened_at, flag.changed_at, flag.closed_at is not None
    )


def _raised(
    work: Work, kept: list[flags.Flag], newest: flags.Flag | None, from_at: datetime
) -> Iterator[Raised]:
    for flag in kept:
        if flag is not newest and flag.changed_at < from_at:
            continue
        for stored in flags.list_reasons(work.tx, flag.id):
            if flag is newest or stored.raised_at >= from_at:
                evidence = evidence_from_json(stored.evidence)
                reason = Reason(stored.rule, stored.rule_version, stored.check_in_id, evidence)
                yield Raised(stored.raised_at, reason)


def _has_rated(measured: list[StoredAnswer]) -> bool:
    """Statements are about the newest rating; about one before the period they were made before."""
    return any((answer.measures or "").startswith(assessing.RATED) for answer in measured)


def _statements(
    work: Work, care: Care, kept: list[flags.Flag], cut_off_at: datetime
) -> tuple[Reason, ...]:
    series = [r for r in assessing.rated_series(work, care.id) if r.rated_at < cut_off_at]
    standing = next((flag for flag in kept if flag.closed_at is None), None)
    found = assess(
        series,
        flag_open_since=standing.opened_at if standing else None,
        settled_episodes=assessing.settled_episodes(kept),
        spreads=swing_learning.spreads_at(work, cut_off_at),
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


def _engagement(work: Work, care: Care, from_at: datetime, cut_off_at: datetime) -> Engagement:
    since = cut_off_at - LOOK_BACK
    stored = {
        found.occurrence_id: found
        for found in check_ins.list_for_care(work.tx, care.id, opened_since=since)
    }
    planned = occurrences.list_for_care(work.tx, care.id, since=since, until=cut_off_at)
    outages = uptimes.list_away(work.tx, since, work.now)
    away = held_back.list_for_care(work.tx, care.id)
    counted = {o_id: each for o_id, each in stored.items() if not _looks_unasked(each, away)}
    unasked = stored.keys() - counted.keys()
    outcomes = (
        (o, _outcome(o, counted.get(o.id), outages, cut_off_at))
        for o in planned
        if o.id not in unasked
    )
    return engagement(
        [Asked(o.due_at, outcome) for o, outcome in outcomes if outcome is not None],
        from_at=from_at,
        cut_off_at=cut_off_at,
        under_way=_under_way(counted.values(), cut_off_at),
        is_paused=care.paused_at is not None,
        is_unreachable=care.unreachable_at is not None,
        is_asked_anew=stepwise.is_outdated(work, care),
    )


def _looks_unasked(stored: StoredCheckIn, away: Mapping[int, frozenset[str]]) -> bool:
    """True where all that was answered is held back: it looks as if it had never been asked."""
    held = away.get(stored.id, frozenset())
    given = [answer for answer in stored.state.answers if answer.value is not None]
    return bool(held) and all(answer.step_id in held for answer in given)


def _under_way(
    stored: Iterable[StoredCheckIn], cut_off_at: datetime
) -> Literal["asked", "begun"] | None:
    """Say whether a check-in that had reached the client was open then."""
    for each in stored:
        sent_at, ended_at = each.state.first_sent_at, each.ended_at
        if sent_at is None or sent_at >= cut_off_at:
            continue
        if each.state.status == "open" or (ended_at is not None and ended_at >= cut_off_at):
            return "begun" if _had_answered(each, cut_off_at) else "asked"
    return None


def _had_answered(stored: StoredCheckIn, by: datetime) -> bool:
    given = (answer for answer in stored.state.answers if answer.value is not None)
    return any(answer.given_at < by for answer in given)


def _had_skipped_all(stored: StoredCheckIn, by: datetime) -> bool:
    """Say whether the check-in was gone through without an answer."""
    is_over = stored.ended_at is not None and stored.ended_at < by
    return is_over and stored.state.status == "finished"


def _outcome(
    occurrence: Occurrence,
    stored: StoredCheckIn | None,
    outages: Sequence[Away],
    cut_off_at: datetime,
) -> Outcome | None:
    """Find what had become of a due check-in by then; None where nothing can be said (yet)."""
    if occurrence.state == "paused":
        return "paused"
    if occurrence.state == "missed":
        if occurrence.reason in ("another_open", "after_card", "quiet", "not_consented"):
            return None
        missed = any(_overlaps(away, occurrence.due_at, occurrence.until_at) for away in outages)
        return "away" if missed else "undelivered"
    if stored is None:
        return None
    if _had_answered(stored, cut_off_at):
        return "answered"
    if _had_skipped_all(stored, cut_off_at):
        return "blank"
    if stored.ended_at is None or stored.ended_at >= cut_off_at:
        return None
    if stored.state.status != "expired":
        return None
    if stored.state.first_sent_at is None:
        return "undelivered"
    if stored.state.snoozed_until is not None:
        return "snoozed"
    until = stored.ended_at or stored.state.first_sent_at
    lost = [away for away in outages if away.lasted > KEPT]
    could_not = any(_overlaps(away, stored.state.first_sent_at, until) for away in lost)
    return "away" if could_not else "unanswered"


def _overlaps(away: Away, since: datetime, until: datetime) -> bool:
    return away.from_at < until and away.until_at > since
