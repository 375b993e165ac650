"""Reads a client's ratings out of stored answers, and what of them may be compared.

Used by hearing, the digest and the planning of what follows. It changes nothing but the age of a
flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.services.work.unit_of_work import Work
from flows.kinds.kind import Value
from flows.kinds.step import RATHER_NOT_SAY
from flows.script.measures import range_needed
from flows.signals.baseline import COURSE, Episode
from flows.signals.flags import STALE_AFTER, after_therapy_sessions
from flows.signals.rules import ALWAYS
from flows.signals.series import SessionRating, session_rating
from storage import answers, cares, digests, flags, therapy_sessions
from storage.answers import StoredAnswer
from storage.flags import Flag

RATED = ("alliance.", "strain")
"""Measures that tell how the client found the work together; only such check-ins form the series.
"""
REPAIR = "repair"
"""Measures what became of a strain, by the client's own word."""
SERIES = COURSE + 2
"""So many check-ins are looked at: the usual of this time and of the last is said by 20 of them.
"""


def tells(measures: str | None) -> bool:
    """True where an answer that measures this may raise or settle something."""
    return measures is not None and (measures.startswith(RATED) or measures == REPAIR)


def age_flag(work: Work, care_id: int, *, by: datetime) -> None:
    """A flag that had been open over several therapy sessions by then is stale, since the last of
    them, but never since a week that is frozen: the next digest tells it, once.

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
        and session.ends_at <= by
    ]
    change = after_therapy_sessions(len(happened), state=flag.state)
    if change is not None:
        newest = digests.find_latest(work.tx, cares.load(work.tx, care_id).therapist_id)
        last = max(happened[:STALE_AFTER], key=lambda session: session.ends_at).ends_at
        at = last if newest is None else max(last, newest.cut_off_at)
        flags.mark(work.tx, flag.id, state=change.state, at=at, close=change.closes)


def chosen_rules(work: Work) -> tuple[str, ...]:
    """The rules that the practice has chosen, and the client's own word, which is always shown."""
    return (*ALWAYS, *work.practice.settings.signals.rules)


def settled_episodes(kept: Iterable[Flag]) -> tuple[Episode, ...]:
    """The spans of flags that were settled: what was rated then says nothing about the usual."""
    return tuple(Episode(f.opened_at, f.closed_at) for f in kept if f.state == "closed")


def rated_series(
    work: Work, care_id: int, *, newest: int | None = SERIES
) -> Sequence[SessionRating]:
    """The latest after-session ratings of a care, oldest first, that of an open check-in too; with
    ``newest`` None all of them.
    """
    by_check_in: dict[int, dict[str, Value | None]] = {}
    rated_at: dict[int, datetime] = {}
    for answer in answers.list_measured(work.tx, care_id, *RATED, newest=newest):
        if answer.measures is None or not means_what_is_read(work, answer):
            continue
        # "rather not say" is nobody's words; to the strain question it is an answer like the others
        if answer.value != RATHER_NOT_SAY or answer.measures == "strain":
            by_check_in.setdefault(answer.check_in_id, {})[answer.measures] = answer.value
            rated_at[answer.check_in_id] = answer.given_at
    series = [session_rating(i, rated_at[i], rated) for i, rated in by_check_in.items()]
    return sorted(series, key=lambda rating: (rating.rated_at, rating.check_in_id))


def means_what_is_read(work: Work, answer: StoredAnswer) -> bool:
    """True if the answer was asked in the range, and after the event, by which it is judged.

    Publishing refuses other flows; this holds for what was published before it did.
    """
    if answer.measures is None or range_needed(answer.measures) is None:
        return True
    return work.practice.shelf.reads_rightly(work.tx, answer.version, answer.measures)
