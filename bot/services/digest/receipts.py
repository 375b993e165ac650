"""Tells a client who agreed to that when their therapist has read what a digest says of them.

Used by the ticker. One quiet note a week at most, never in quiet hours, and only about a part in
which something stands that the client told and did not hold back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.consent import items
from bot.services.digest.own_answers import list_own
from bot.services.safety import holding
from bot.services.work import speak
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.digest.section_json import section_from_json
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import cares, check_ins, consents, digests
from storage.cares import Care
from storage.digests import ReadSection

FRESH = timedelta(days=2)
"""A reading of longer ago is not told any more: /mydata shows the day."""
ON_ITS_WAY = timedelta(minutes=30)
"""A note that could not leave within so long does not leave."""


def tell(work: Work) -> bool:
    """Tell one client for whom it is time; False where there is none now."""
    for read in digests.list_untold_readings(work.tx, since=work.now - FRESH):
        care = cares.load(work.tx, read.care_id)
        if not _may_be_told(work, care, read):
            continue
        digests.mark_receipts(work.tx, care.id, until=read.cut_off_at, now=work.now)
        if _told_something(work, care, read):
            _tell(work, care, read)
        return True
    return False


def _may_be_told(work: Work, care: Care, read: ReadSection) -> bool:
    """True where the client agreed before it was read, is there, and nothing else is under way."""
    given = consents.find_in_force(work.tx, care.id, "receipts")
    if given is None or given.given_at >= read.read_at:
        return False
    if not items.is_offered(work, care, "receipts") or care.paused_at is not None:
        return False
    if care.unrecognised_since is not None:
        return False
    if care.unreachable_at is not None or not _is_day(work, care):
        return False
    if check_ins.find_open_of(work.tx, care.client_id) is not None:
        return False
    if holding.until(work, care.id) is not None:
        return False
    last = digests.last_receipt_at(work.tx, care.id)
    return last is None or _week(care, last) != _week(care, work.now)


def _is_day(work: Work, care: Care) -> bool:
    """True where it is not quiet, and will not be before the note has left."""
    local, quiet = zone(care.zone), work.practice.quiet
    return all(next_allowed(at, local, quiet) == at for at in (work.now, work.now + ON_ITS_WAY))


def _week(care: Care, at: datetime) -> tuple[int, int]:
    year, week, _ = at.astimezone(zone(care.zone)).isocalendar()
    return year, week


def _told_something(work: Work, care: Care, read: ReadSection) -> bool:
    """True where something stands in it that the client told and did not hold back."""
    stored = digests.load_section(work.tx, read.digest_id, read.care_id)
    section = section_from_json(stored.body)
    own = list_own(work, care, section, from_at=read.from_at, until_at=read.cut_off_at)
    return any(not each.is_held_back for each in own)


def _tell(work: Work, care: Care, read: ReadSection) -> None:
    local = zone(care.zone)
    text = work.say(
        care.language,
        "receipt",
        at=read.cut_off_at,
        on=read.read_at,
        zone=local,
        **names_for(work, care),
    )
    key = f"receipt{read.digest_id}:{care.id}"
    until = work.now + ON_ITS_WAY
    speak.notify(work, care.client_id, text, key=key, expires_at=until, silent=True)
