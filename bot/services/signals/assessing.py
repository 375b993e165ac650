"""Reads what the answers of a check-in may signal and keeps it with its reasons: a flag is a
possible strain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.services.planning import following
from bot.services.work.unit_of_work import Work
from flows.kinds.kind import Value
from flows.kinds.step import RATHER_NOT_SAY
from flows.script.measures import is_read_rightly, range_needed
from flows.signals.assess import Assessment, after_rating, assess
from flows.signals.baseline import WINDOW, Episode
from flows.signals.flags import (
    FlagChange,
    after_repair,
    after_settling,
    after_therapy_sessions,
)
from flows.signals.reason import Evidence, evidence_from_json, evidence_to_json
from flows.signals.series import SessionRating, session_rating
from storage import answers, cares, digests, flags, therapy_sessions
from storage.answers import StoredAnswer
from storage.check_ins import StoredCheckIn
from storage.flags import Flag
from storage.flags import Reason as StoredReason

RATED = ("alliance.", "strain")
"""Measures that tell how the client found the work together; only such check-ins form the series.
"""
MOMENTS = frozenset({"rated_at", "since"})
"""Facts of a reason that move with every further answer."""
SERIES = 2 * WINDOW
"""So many check-ins are looked at: what is usual is said by 10 of them, and a flag, whose ratings
do not count, is stale after 6 therapy sessions.
"""


def tells(measures: str | None) -> bool:
    """True where an answer that measures this may raise or settle something."""
    return measures is not None and measures.startswith(RATED)


def assess_check_in(work: Work, stored: StoredCheckIn) -> None:
    """Compare the newest rating with the client's own usual ones: its reasons are those that its
    answers give now, and a flag is open where there is one.

    Done after each answer, because what was said counts when it is said; what was taken back takes
    its reasons along. Only an ended check-in settles a flag or plans what follows. A check-in
    without such questions changes nothing. Doing it again adds nothing twice.
    """
    series = rated_series(work, stored.care_id)
    said_before = flags.list_reasons_about(work.tx, stored.id)
    if series and series[-1].check_in_id == stored.id:
        _assess(work, stored, series, said_before)
    elif not any(rating.check_in_id == stored.id for rating in series):
        _take_back(work, stored, said_before, Assessment())


def _assess(
    work: Work,
    stored: StoredCheckIn,
    series: Sequence[SessionRating],
    said_before: Sequence[StoredReason],
) -> None:
    flag = flags.find_open(work.tx, stored.care_id)
    settled = settled_episodes(flags.list_for_care(work.tx, stored.care_id))
    is_own = flag is not None and _is_opened_by(work, flag, stored)
    standing = flag.opened_at if flag and not is_own else None
    found = assess(series, flag_open_since=standing, settled_episodes=settled)
    if flag is None and found.reasons and not said_before:
        # from the rating that raised it on, ratings say nothing about the usual
        flag = flags.open_(work.tx, stored.care_id, series[-1].rated_at)
    elif flag is not None and is_own:
        flags.begin_at(work.tx, flag.id, series[-1].rated_at)
    if flag is None and said_before:
        flag = flags.load(work.tx, said_before[0].flag_id)  # closed meanwhile: no second one opens
    if flag is not None:
        _keep(work, flag, stored, found, said_before)
    _take_back(work, stored, said_before, found)
    standing_flag = flags.find_open(work.tx, stored.care_id)
    if standing_flag is None or stored.state.status == "open":
        return
    # reasons join the open flag before the rating may settle it: "a little, and we talked" is one
    # episode that ends, not a second one that begins
    _follow(work, standing_flag, stored, found)
    since = series[-1].rated_at if is_own else standing_flag.opened_at
    settling = after_rating(series, flag_open_since=since, settled_episodes=settled)
    raised = bool(found.reasons)
    change = after_settling(settling, state=standing_flag.state, raised=raised)
    _apply(work, standing_flag, change)


def _is_opened_by(work: Work, flag: Flag, stored: StoredCheckIn) -> bool:
    """True where nothing but this check-in has given the flag its reasons."""
    given = flags.list_reasons(work.tx, flag.id)
    return bool(given) and all(reason.check_in_id == stored.id for reason in given)


def _apply(work: Work, flag: Flag, change: FlagChange | None) -> None:
    if change is not None:
        flags.mark(work.tx, flag.id, state=change.state, now=work.now, close=change.closes)


def _keep(
    work: Work,
    flag: Flag,
    stored: StoredCheckIn,
    found: Assessment,
    said_before: Sequence[StoredReason],
) -> None:
    """New reasons join the flag; a reason that rests on more than before says so. Where a digest
    has told it already, it counts as raised anew, so that the next one tells what was added.
    """
    before = {reason.rule: reason for reason in said_before}
    for reason in found.reasons:
        evidence = evidence_to_json(reason.evidence)
        kept = before.get(reason.rule)
        if kept is None:
            flags.add_reason(
                work.tx,
                flag=flag,
                client_id=stored.client_id,
                rule=reason.rule,
                rule_version=reason.version,
                check_in_id=reason.check_in_id,
                evidence=evidence,
                now=work.now,
            )
        elif _facts(evidence_from_json(kept.evidence)) != _facts(reason.evidence):
            raised_at = work.now if _is_told(work, kept) else kept.raised_at
            flags.change_reason(
                work.tx, kept, client_id=stored.client_id, evidence=evidence, raised_at=raised_at
            )


def _facts(evidence: Evidence) -> dict[str, Value | None]:
    """What a reason rests on; the moment of the newest answer alone is no news."""
    return {name: value for name, value in evidence if name not in MOMENTS}


def _take_back(
    work: Work,
    stored: StoredCheckIn,
    said_before: Sequence[StoredReason],
    found: Assessment,
) -> None:
    """Reasons that the answers no longer give go, and with the last one its flag: a mis-tap was
    never there. What a digest has told, or a therapist has taken up, stays.
    """
    rules = {reason.rule for reason in found.reasons}
    for reason in said_before:
        if reason.rule in rules or _is_told(work, reason):
            continue
        flags.remove_reason(work.tx, reason.id)
        flag = flags.load(work.tx, reason.flag_id)
        if flag.closed_at is None and not flags.list_reasons(work.tx, flag.id):
            nothing_there = FlagChange("something_else", closes=True)
            _apply(work, flag, nothing_there)


def _is_told(work: Work, reason: StoredReason) -> bool:
    if flags.list_acknowledgements(work.tx, reason.flag_id):
        return True
    care = cares.load(work.tx, reason.care_id)
    newest = digests.find_latest(work.tx, care.therapist_id)
    return newest is not None and reason.raised_at < newest.cut_off_at


def _follow(work: Work, flag: Flag, stored: StoredCheckIn, found: Assessment) -> None:
    """Plan what follows what was said; whoever would rather leave it for now is not asked again a
    week later.
    """
    for reason in found.reasons:
        if reason.rule == "said_so" and reason.fact("who_raises") != "leave_it":
            following.after_flag(work, stored.care_id, flag.id, "said_so")


def hear_repair(work: Work, stored: StoredCheckIn) -> None:
    """What a client says became of a strain ends its flag or keeps it open: their newest word,
    where it was asked in several rounds.
    """
    flag = flags.find_open(work.tx, stored.care_id)
    if flag is None:
        return
    said = [
        answer.value
        for answer in answers.list_for_check_in(work.tx, stored.id)
        if answer.measures == "repair" and isinstance(answer.value, str) and not answer.off_path
    ]
    if said:
        _apply(work, flag, after_repair(said[-1], state=flag.state))


def age_flag(work: Work, care_id: int) -> None:
    """A flag that has been open over several therapy sessions is stale.

    A planned one whose time has passed counts: nobody said that it did not take place.
    """
    flag = flags.find_open(work.tx, care_id)
    if flag is None:
        return
    happened = [
        session
        for session in therapy_sessions.list_for_care(work.tx, care_id)
        if session.state in ("planned", "happened")
        and session.starts_at > flag.opened_at
        and session.ends_at <= work.now
    ]
    _apply(work, flag, after_therapy_sessions(len(happened), state=flag.state))


def settled_episodes(kept: Iterable[Flag]) -> tuple[Episode, ...]:
    """The spans of flags that were settled: what was rated then says nothing about the usual."""
    return tuple(Episode(f.opened_at, f.closed_at) for f in kept if f.state == "closed")


def rated_series(work: Work, care_id: int) -> Sequence[SessionRating]:
    """The latest after-session ratings of a care, oldest first, that of an open check-in too."""
    by_check_in: dict[int, dict[str, Value | None]] = {}
    rated_at: dict[int, datetime] = {}
    for answer in answers.list_measured(work.tx, care_id, *RATED, newest=SERIES):
        if answer.measures is None or not means_what_is_read(work, answer):
            continue
        # "rather not say" is nobody's words; to the strain question it is an answer like the others
        if answer.value != RATHER_NOT_SAY or answer.measures == "strain":
            by_check_in.setdefault(answer.check_in_id, {})[answer.measures] = answer.value
            rated_at[answer.check_in_id] = answer.given_at
    series = [session_rating(i, rated_at[i], rated) for i, rated in by_check_in.items()]
    return sorted(series, key=lambda rating: (rating.rated_at, rating.check_in_id))


def means_what_is_read(work: Work, answer: StoredAnswer) -> bool:
    """Whether the answer was asked in the range, and after the event, by which it is judged.

    Publishing refuses other flows; this holds for what was published before it did.
    """
    if answer.measures is None or range_needed(answer.measures) is None:
        return True
    flow = work.practice.shelf.find(work.tx, answer.version)
    return flow is not None and is_read_rightly(flow, answer.measures)
