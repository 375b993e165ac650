"""The clients who answer, who went quiet, and who could not: never a strain by itself.

Used by ``flows.digest``. It must never look at how fast, how long or at what hour somebody
answers, nor at skipped questions, and never take "could not be reached" for silence.

Source: non-response is compared with the client's own; two in a row, never one alone. Sessions to
which a client did not come tell of engagement, those that were called off do not (5,253 clients,
https://doi.org/10.1037/pst0000103), the first ones most: so they need no history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.signals.gaps import Outcome

IN_A_ROW = 2
LOOK_BACK = 6
USUAL_NEEDED = 2
"""Fewer earlier check-ins say nothing about what somebody usually does."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One check-in that was due and has ended, and what became of it."""

    due_at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Agreed:
    """One therapy session whose time has come."""

    starts_at: datetime
    came: bool | None
    """False: the client did not come, by the therapist's word. None: it was called off, or there
    was none by the client's word, which says nothing of whose doing it was."""
    noted_at: datetime | None = None
    """The time when the therapist said so."""

    @property
    def known_at(self) -> datetime:
        """The moment from which a digest may tell of it."""
        return max(self.starts_at, self.noted_at or self.starts_at)


@dataclass(frozen=True, slots=True)
class Engagement:
    """A client's check-ins in one period, counted, and whether they have gone quiet."""

    answered: int = 0
    unanswered: int = 0
    snoozed: int = 0
    """The client put it off, and it lapsed: no silence."""
    paused: int = 0
    unreachable: int = 0
    """Telegram did not deliver to the client."""
    undelivered: int = 0
    away: int = 0
    blank: int = 0
    """Every question was skipped."""
    quiet_for: int = 0
    """The number of latest check-ins in a row without an answer, earlier periods included."""
    answered_before: int = 0
    """The number of answered check-ins among up to 6 before that row."""
    asked_before: int = 0
    gone_quiet: bool = False
    not_come: int = 0
    """The therapy sessions of the period to which the client did not come."""
    not_come_for: int = 0
    """The number of latest ones in a row, earlier periods included."""
    stayed_away: bool = False
    under_way: Literal["asked", "begun"] | None = None
    """A check-in is open now: nothing has been answered yet, or not all of it."""
    is_paused: bool = False
    """The client has paused the check-ins now."""
    is_unreachable: bool = False
    """Telegram does not deliver to the client now."""
    is_asked_anew: bool = False
    """Nothing is asked until the client has answered a changed text of the consent."""

    @property
    def waned(self) -> bool:
        """True where the client has gone quiet, or did not come: a line of its own, no strain."""
        return self.gone_quiet or self.stayed_away

    @property
    def none_shown(self) -> bool:
        """True where no check-in of the period is told of: none was due, or all that was answered
        is held back. Nobody can tell which.
        """
        counts = (
            self.answered,
            self.unanswered,
            self.snoozed,
            self.paused,
            self.unreachable,
            self.undelivered,
            self.away,
            self.blank,
        )
        return not any(counts)


def engagement(
    asked: Sequence[Asked],
    agreed: Sequence[Agreed] = (),
    *,
    from_at: datetime,
    cut_off_at: datetime,
    under_way: Literal["asked", "begun"] | None = None,
    is_paused: bool = False,
    is_unreachable: bool = False,
    is_asked_anew: bool = False,
) -> Engagement:
    """The engagement of ``from_at`` <= due < ``cut_off_at``, with what came before as background.

    Gone quiet: the last two or more check-ins in a row are unanswered, one of them in this period,
    at least half of the last 6 before them (at least 2) were answered, and the client has neither
    paused nor become unreachable. Stayed away: they did not come to the last two or more therapy
    sessions in a row, which is known since this period; a break from check-ins changes nothing.
    """
    past = sorted((a for a in asked if a.due_at < cut_off_at), key=lambda a: a.due_at)
    heard = [a.outcome == "answered" for a in past if a.outcome in ("answered", "unanswered")]
    row = _unanswered_row(heard)
    before = heard[: len(heard) - row][-LOOK_BACK:]
    counts = [a.outcome for a in past if a.due_at >= from_at]
    usually = len(before) >= USUAL_NEEDED and 2 * sum(before) >= len(before)
    quiet = row >= IN_A_ROW and usually and "unanswered" in counts
    not_come_for, not_come = _not_come(agreed, from_at, cut_off_at)
    return Engagement(
        answered=counts.count("answered"),
        unanswered=counts.count("unanswered"),
        snoozed=counts.count("snoozed"),
        paused=counts.count("paused"),
        unreachable=counts.count("unreachable"),
        undelivered=counts.count("undelivered"),
        away=counts.count("away"),
        blank=counts.count("blank"),
        quiet_for=row,
        answered_before=sum(before),
        asked_before=len(before),
        gone_quiet=quiet and not is_paused and not is_unreachable,
        not_come=not_come,
        not_come_for=not_come_for,
        stayed_away=not_come_for >= IN_A_ROW and not_come > 0,
        under_way=under_way,
        is_paused=is_paused,
        is_unreachable=is_unreachable,
        is_asked_anew=is_asked_anew,
    )


def _not_come(agreed: Sequence[Agreed], from_at: datetime, cut_off_at: datetime) -> tuple[int, int]:
    """Count the latest therapy sessions in a row to which the client did not come, and all those
    that are known since this period.
    """
    by_then = sorted(
        (each for each in agreed if each.known_at < cut_off_at and each.came is not None),
        key=lambda each: each.starts_at,
    )
    row = _unanswered_row([each.came is True for each in by_then])
    new = sum(each.came is False and each.known_at >= from_at for each in by_then)
    return row, new


def _unanswered_row(heard: Sequence[bool]) -> int:
    """Count the False values at the end."""
    row = 0
    for answered in reversed(heard):
        if answered:
            break
        row += 1
    return row
