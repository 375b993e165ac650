"""The cause for which an answer or a rating is not there: decided here, and nowhere else.

Used by engagement, by the picture, the paper and the details of a digest, out of facts that the
bot's services have read. It must never take what could not reach a client, or what they keep to
themselves, for silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flows.signals.series import SessionRating

Outcome = Literal[
    "answered",
    "blank",
    "unanswered",
    "snoozed",
    "paused",
    "unreachable",
    "undelivered",
    "away",
]
"""The outcome of a due check-in: "blank" where every question was skipped, which is neither an
answer nor silence; "unreachable" where Telegram delivers nothing to the client (they blocked the
bot, or left); "undelivered" where it did not get through for another reason; "away" where the bot
was off, so that it was not asked or an answer could not arrive.
"""
Cause = Literal[
    "blank",
    "unanswered",
    "snoozed",
    "paused",
    "unreachable",
    "undelivered",
    "away",
    "no_session",
]
"""The reason why a rating is not there: any outcome but an answer, or no therapy session."""
NOBODY_S_DOING = frozenset({"another_open", "after_card", "quiet", "not_consented"})
"""Reasons for which a check-in was left out that say nothing about the client."""
KEPT = timedelta(hours=24)
"""Telegram keeps what was written so long; a shorter outage loses no answer."""


@dataclass(frozen=True, slots=True)
class BotAway:
    """The bot was off between these moments: nobody was asked."""

    from_at: datetime
    until_at: datetime

    @property
    def lasted(self) -> timedelta:
        """Return how long that was."""
        return self.until_at - self.from_at

    def overlaps(self, since: datetime, until: datetime) -> bool:
        """True where any of that time lies in it."""
        return self.from_at < until and self.until_at > since


@dataclass(frozen=True, slots=True)
class Begun:
    """The check-in that came of it."""

    status: str
    first_sent_at: datetime | None = None
    """The time when its first question had arrived."""
    first_answered_at: datetime | None = None
    ended_at: datetime | None = None
    is_snoozed: bool = False
    is_refused: bool = False
    """Its first question was refused, because nothing is delivered to the client."""
    is_held_back: bool = False
    """All that was answered is held back: it looks as if it had never been asked."""

    def answered_by(self, at: datetime) -> bool:
        """True where an answer was given before that moment."""
        return self.first_answered_at is not None and self.first_answered_at < at


@dataclass(frozen=True, slots=True)
class Due:
    """One check-in that was due, as far as it is known."""

    due_at: datetime
    until_at: datetime
    """It was worth asking up to then."""
    state: str
    """The occurrence's: "opened", "missed", "paused" and so on."""
    reason: str | None = None
    """The reason why nothing came of it, or why what was put off did not come up again."""
    about_no_session: bool = False
    """It asks about a therapy session that was not held."""
    begun: Begun | None = None


def outcome_of(due: Due, outages: Sequence[BotAway], cut_off_at: datetime) -> Outcome | None:
    """The outcome of a due check-in by the cut-off; None where nothing can be said of it (yet).

    An answer counts whatever came later. Of a therapy session that was not held nobody owes one;
    otherwise the client's own break comes first, then what kept it from them, then what they did.
    """
    begun = due.begun
    if begun is not None and begun.is_held_back:
        return None
    if begun is not None and begun.answered_by(cut_off_at):
        return "answered"
    if due.about_no_session:
        return None
    if due.state == "paused":
        return "paused"
    if due.state == "missed":
        return _missed(due, outages)
    if begun is None or begun.ended_at is None or begun.ended_at >= cut_off_at:
        return None
    if begun.status == "finished":
        return "blank"
    return _expired(due, begun, outages) if begun.status == "expired" else None


def _missed(due: Due, outages: Sequence[BotAway]) -> Outcome | None:
    if due.reason in NOBODY_S_DOING:
        return None
    if due.reason == "unreachable":
        return "unreachable"
    was_off = any(away.overlaps(due.due_at, due.until_at) for away in outages)
    return "away" if was_off else "undelivered"


def _expired(due: Due, begun: Begun, outages: Sequence[BotAway]) -> Outcome:
    if begun.first_sent_at is None:
        return "unreachable" if begun.is_refused else "undelivered"
    if begun.is_snoozed:
        return "paused" if due.reason == "paused" else "snoozed"
    until = begun.ended_at or begun.first_sent_at
    lost = (away for away in outages if away.lasted > KEPT)
    could_not = any(away.overlaps(begun.first_sent_at, until) for away in lost)
    return "away" if could_not else "unanswered"


@dataclass(frozen=True, slots=True)
class Missing:
    """A moment at which a rating might have been given."""

    at: datetime
    cause: Cause


@dataclass(frozen=True, slots=True)
class Series:
    """A client's after-session ratings, oldest first, and why others are not there."""

    ratings: tuple[SessionRating, ...] = ()
    missing: tuple[Missing, ...] = ()


def series_of(
    ratings: Iterable[SessionRating],
    asked: Iterable[tuple[datetime, Outcome]],
    not_held: Iterable[datetime],
) -> Series:
    """The ratings and what is missing, each in order of time. ``asked``: the check-ins about
    therapy sessions and what became of each; ``not_held``: the beginnings of therapy sessions that
    did not take place.
    """
    missing = [
        *(Missing(at, outcome) for at, outcome in asked if outcome != "answered"),
        *(Missing(at, "no_session") for at in not_held),
    ]
    return Series(
        tuple(sorted(ratings, key=lambda rating: (rating.rated_at, rating.check_in_id))),
        tuple(sorted(missing, key=lambda each: (each.at, each.cause))),
    )
