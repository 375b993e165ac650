"""Reads what an ended check-in may signal and keeps it with its reasons: a flag is a possible
strain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.services.planning import following
from bot.services.work.practice import Work
from flows.kinds.kind import Value
from flows.kinds.step import RATHER_NOT_SAY
from flows.signals.assess import Assessment, after_rating, assess
from flows.signals.baseline import WINDOW, Episode
from flows.signals.flags import (
    FlagChange,
    after_repair,
    after_settling,
    after_therapy_sessions,
)
from flows.signals.reason import evidence_to_json
from flows.signals.series import SessionRating, session_rating
from storage import answers, check_ins, flags, therapy_sessions
from storage.check_ins import StoredCheckIn
from storage.flags import Flag

RATED = ("alliance.", "strain")
"""Measures that tell how the client found the work together; only such check-ins form the series.
"""
SERIES = 2 * WINDOW
"""So many check-ins are looked at: what is usual is said by 10 of them, and a flag, whose ratings
do not count, is stale after 6 therapy sessions.
"""


def assess_check_in(work: Work, stored: StoredCheckIn) -> None:
    """Compare the newest rating with the client's own usual ones, and open, keep or settle the
    flag.

    A check-in without such questions changes nothing. Doing it again adds nothing twice.
    """
    series = rated_series(work, stored.care_id)
    if not series or series[-1].check_in_id != stored.id:
        return
    flag = flags.find_open(work.tx, stored.care_id)
    settled = settled_episodes(flags.list_for_care(work.tx, stored.care_id))
    found = assess(
        series, flag_open_since=flag.opened_at if flag else None, settled_episodes=settled
    )
    if flag is None:
        if found.reasons:
            _keep(work, _open(work, stored, series), stored, found)
        return
    # reasons join the open flag before the rating may settle it: "a little, and we talked" is one
    # episode that ends, not a second one that begins
    _keep(work, flag, stored, found)
    settling = after_rating(series, flag_open_since=flag.opened_at, settled_episodes=settled)
    _apply(work, flag, after_settling(settling, state=flag.state, raised=bool(found.reasons)))


def _open(work: Work, stored: StoredCheckIn, series: Sequence[SessionRating]) -> Flag:
    """A flag begins with the rating that raised it: from there on ratings say nothing about the
    usual.
    """
    return flags.open_(work.tx, stored.care_id, series[-1].rated_at)


def _apply(work: Work, flag: Flag, change: FlagChange | None) -> None:
    if change is not None:
        flags.mark(work.tx, flag.id, state=change.state, now=work.now, close=change.closes)


def _keep(work: Work, flag: Flag, stored: StoredCheckIn, found: Assessment) -> None:
    for reason in found.reasons:
        flags.add_reason(
            work.tx,
            flag=flag,
            client_id=stored.client_id,
            rule=reason.rule,
            rule_version=reason.version,
            check_in_id=reason.check_in_id,
            evidence=evidence_to_json(reason.evidence),
            now=work.now,
        )
        # whoever would rather leave it for now is not asked again a week later
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
    """The latest after-session ratings of a care, oldest first."""
    by_check_in: dict[int, dict[str, Value | None]] = {}
    rated_at: dict[int, datetime] = {}
    for answer in answers.list_measured(work.tx, care_id, *RATED, newest=SERIES):
        if answer.measures is None:
            continue
        # "rather not say" is nobody's words; to the strain question it is an answer like the others
        if answer.value != RATHER_NOT_SAY or answer.measures == "strain":
            by_check_in.setdefault(answer.check_in_id, {})[answer.measures] = answer.value
            rated_at[answer.check_in_id] = answer.given_at
    under_way = check_ins.find_open(work.tx, care_id)
    if under_way is not None:
        by_check_in.pop(under_way.id, None)
    series = [session_rating(i, rated_at[i], rated) for i, rated in by_check_in.items()]
    return sorted(series, key=lambda rating: (rating.rated_at, rating.check_in_id))
