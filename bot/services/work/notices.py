"""Everything that a therapist, or an admin, is told unasked: when it leaves, whether with a sound,
and why.

The one door for it. Quiet hours are kept by all of it but what risk demands, what the therapist put
at an hour of their own, and what cannot wait. Alerts about hard words go their own way
(``safety.alerting``): they must arrive, at any hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.messages import Rows
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage.people import Person

Kind = Literal[
    "left_in_danger",
    "came",
    "joined",
    "phone_opened",
    "phone_stop",
    "out_of_reach",
    "bot_was_away",
    "words_lost",
    "digest_uncertain",
    "handover",
    "cover",
    "supervision",
    "digest",
    "evening",
    "morning",
    "back",
    "kept_until",
    "alarm",
    "alarm_at_once",
    "alarm_over",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
When = Literal["at_once", "by_day", "own_hour"]


@dataclass(frozen=True, slots=True)
class Notice:
    """The way in which one kind leaves."""

    when: When
    """``by_day``: not in quiet hours, by the therapist's clock. ``own_hour``: at the hour that the
    therapist or the practice chose for it, and only then.
    """
    silent: bool
    why: str


NOTICES: dict[Kind, Notice] = {
    "left_in_danger": Notice(
        "at_once", False, "a risk case is open, and nobody is told of hard words any more"
    ),
    "came": Notice("by_day", False, "a stranger may have opened the link"),
    "joined": Notice("by_day", False, "an invitation was accepted: someone waits to be met"),
    "phone_opened": Notice("by_day", False, "a stranger may have opened the link"),
    "phone_stop": Notice("by_day", True, "nothing is asked any more; it is settled in the room"),
    "out_of_reach": Notice("by_day", True, "whoever blocked the bot reads no question and no card"),
    "bot_was_away": Notice("by_day", True, "it is over; what it cost stands in the digest, too"),
    "words_lost": Notice("by_day", True, "it is over; what is gone can be asked for in the room"),
    "digest_uncertain": Notice("by_day", True, "the digest is there for the asking"),
    "handover": Notice("by_day", True, "a matter of days"),
    "cover": Notice("by_day", True, "a matter of days"),
    "supervision": Notice("by_day", True, "a matter of days"),
    "digest": Notice("own_hour", False, "what the therapist opens this for, once a week"),
    "evening": Notice("own_hour", True, "whoever does nothing has said that all is right"),
    "morning": Notice("own_hour", True, "read when the day begins, not at a sound"),
    "back": Notice("own_hour", True, "what waits has waited"),
    "kept_until": Notice("by_day", True, "there is a month to take out what is still needed"),
    "alarm": Notice("by_day", False, "the machine needs a hand, and the day will do"),
    "alarm_at_once": Notice(
        "at_once", False, "what clients write goes elsewhere, or is lost at the next restart"
    ),
    "alarm_over": Notice("by_day", True, "nothing is to be done any more"),
}


def tell(
    work: Work,
    therapist: Person,
    kind: Kind,
    text: str,
    *,
    key: str,
    rows: Rows = (),
    not_before: datetime | None = None,
    protected: bool = False,
    digest_id: int | None = None,
) -> None:
    """Say it as its kind is said, and not before that moment, where one is given."""
    notice = NOTICES[kind]
    if notice.when == "by_day":
        at = not_before or work.now
        not_before = next_allowed(at, zone(therapist.zone), work.practice.quiet)
    speak.notify(
        work,
        therapist.id,
        text,
        key=key,
        rows=rows,
        digest_id=digest_id,
        not_before=not_before,
        silent=notice.silent,
        protected=protected,
    )
