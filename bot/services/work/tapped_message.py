"""Tells whether a tap comes from a message that had its button.

Used where taps come in. A button names rows, and in a database that came back from a backup the
same numbers may be other rows. So a tap counts only from a message that is on record. Where nobody
could note the number of a message, it counts if a sending can have brought it: one whose outcome is
not known, at the time of that sending.

A button of a question counts only from a message that was recorded for that very turn. Every other
button that names something (when to put off to, how a session was missed, change, show the open
question; notes, digests, flags, lists, people) counts from any message of ours to that person.
That is enough: what is on record left before the backup, when its numbers meant what they mean now,
or after it was put back. One way leads around that, an older message that was made to name
something newer in the lost time. But ``restore`` gives no number of a check-in, note or calendar
out again, brings people, therapy sessions and digests back under theirs, and a flag stands under
its own digest only: what such a message names is what it was, or nothing.
Buttons that name nothing, as those for help in an emergency, count from anywhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.checked_clock import TOLERANCE
from bot.services.work.button_forms import FORMS
from bot.services.work.incoming import Pressed
from bot.services.work.unit_of_work import Work
from storage import restores, shown_messages
from storage.check_ins import StoredCheckIn
from storage.people import Person
from storage.shown_messages import Doubtful, Span

LOST: frozenset[str] = frozenset({"check_in", "flag", "note", "calendar"})
"""The things of which some went with the database; ``restore`` brings the others back as they were,
and a button of the lost time names them as before.
"""


def may_count(work: Work, person: Person, pressed: Pressed) -> bool:
    """True where the message is one of ours to this person, or may be; also where the button names
    nothing that could be something else by now.
    """
    press, message_id, shown_at = pressed.press, pressed.message_id, pressed.shown_at
    if press is None or message_id is None or not FORMS[press.name].things:
        return True
    if shown_messages.is_on_record(work.tx, person.id, message_id):
        return True
    if restores.is_lost_time(work.tx, shown_at):
        return not LOST & FORMS[press.name].things
    return shown_at is not None and shown_messages.may_have_brought(
        work.tx, person.id, _around(shown_at)
    )


def shows_question(
    work: Work, stored: StoredCheckIn, turn_no: int, message_id: int, shown_at: datetime | None
) -> bool:
    """True where the message is recorded as one with this turn's question, or where it can be one
    and is recorded as nothing else. ``shown_at`` is its time; None: Telegram does not say.

    The uncertain sending that it was is sent afterwards: the tap has proved that it arrived.
    """
    if shown_messages.is_asked_in(work.tx, stored.id, turn_no, message_id):
        return True
    if shown_at is None or shown_messages.is_on_record(work.tx, stored.client_id, message_id):
        return False
    doubtful = shown_messages.list_doubtful(work.tx, stored.id, turn_no, _around(shown_at))
    if not doubtful:
        return False
    nearest = min(doubtful, key=lambda each: _distance(work, each, shown_at))
    if nearest.is_uncertain:
        shown_messages.confirm(work.tx, nearest.id, message_id, work.now)
    return True


def _distance(work: Work, sending: Doubtful, shown_at: datetime) -> timedelta:
    return abs((sending.over_at or work.now) - shown_at)


def _around(shown_at: datetime) -> Span:
    """Telegram's clock and ours may differ so far before the bot holds still by itself."""
    return Span(shown_at - TOLERANCE, shown_at + TOLERANCE)
