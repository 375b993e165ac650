"""Tells which rounds of questions nobody may see, or change, in a chat that is new.

As long as nobody has said that the right person is there, what was given before is not shown. Used
by everything that finds a round for what a client does.
"""

from __future__ import annotations

from datetime import datetime

from bot.services.work.unit_of_work import Work
from storage import check_ins
from storage.cares import Care
from storage.check_ins import StoredCheckIn


def is_locked(care: Care, stored: StoredCheckIn) -> bool:
    """True where the round holds something from before the client's chat was a new one."""
    since = care.unrecognised_since
    if since is None:
        return False
    names = stored.state.names
    return is_answered_before(stored, since) or bool(names.past or names.goals or names.topics)


def is_answered_before(stored: StoredCheckIn, since: datetime) -> bool:
    """True where an answer of the round is from before then. A round that began later has none:
    Telegram tells the time of words in whole seconds, which may be a little before.
    """
    began_before = stored.state.opened_at < since
    return began_before and any(answer.given_at <= since for answer in stored.state.answers)


def find_open(work: Work, care: Care) -> StoredCheckIn | None:
    """The care's open round, as far as the client may see it."""
    stored = check_ins.find_open(work.tx, care.id)
    return None if stored is None or is_locked(care, stored) else stored


def find_open_of(work: Work, care: Care) -> StoredCheckIn | None:
    """The client's open round in whichever of their cares, as far as they may see it."""
    stored = check_ins.find_open_of(work.tx, care.client_id)
    return None if stored is None or is_locked(care, stored) else stored
