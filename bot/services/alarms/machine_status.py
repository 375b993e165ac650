"""Shows an admin how the machine is, with /status: up since, when Telegram was heard, the clock,
what waits, backup, disk, and what needs a hand.

It counts messages and names nobody. What the operating system is asked is read before the write.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.machine import Room, own_version, room_of
from bot.services.alarms.wording import rows_below, text_of
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import alarms, backups, inbox, undelivered, uptimes
from storage.alarms import Alarm
from storage.people import Person

IN_FULL = 3
"""So many alarms stand there with what to do; two screens of a phone hold no more."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The disk and the newest backup, as far as there are some."""

    room: Room | None
    backup_at: datetime | None


def look_ahead(work: Work, person: Person) -> Looked:
    """Ask the operating system; it may take its time."""
    folder = work.practice.settings.backup.folder
    made = [] if folder is None else backups.list_in(folder)
    return Looked(room_of(work.practice.settings), made[-1].made_at if made else None)


def show(work: Work, person: Person) -> None:
    """Reply with how the machine is."""
    looked = work.ahead if isinstance(work.ahead, Looked) else look_ahead(work, person)
    lines = [*_waiting(work, person), *_kept(work, person, looked)]
    found = alarms.list_open(work.tx)
    text = "\n\n".join(["\n".join(lines), *_open(work, person, found)])
    rows = rows_below(work, person, found)
    speak.reply(work, person.id, text, key="status", rows=rows)


def _waiting(work: Work, person: Person) -> list[str]:
    since = uptimes.find_up_since(work.tx)
    late = undelivered.overdue(work.tx, made_before=work.now, due_before=work.now)
    aside = len(inbox.list_set_aside(work.tx))
    said = [_tell(work, person, "status_version", version=own_version())]
    if since is not None:
        said.append(_tell(work, person, "status_up", since=since))
    said += _heard(work, person)
    # the message that asks for this is being handled itself
    said.append(_tell(work, person, "status_in", count=max(inbox.count_new(work.tx) - 1, 0)))
    said.append(_tell(work, person, "status_out", count=late.count if late else 0))
    if aside:
        said.append(_tell(work, person, "status_aside", count=aside))
    return said


def _heard(work: Work, person: Person) -> list[str]:
    """Telegram's last answer, and what it showed of the machine's clock."""
    if work.practice.clock is None:
        return []
    heard = work.practice.clock.heard()
    said = []
    if heard.seconds_ago is not None:
        said.append(_tell(work, person, "status_heard", count=round(heard.seconds_ago)))
    if heard.standing == "wrong":
        key: StaffKey = "status_clock_ahead" if heard.is_ahead else "status_clock_behind"
        said.append(_tell(work, person, key, minutes=heard.minutes_off))
    elif heard.standing == "unchecked":
        said.append(_tell(work, person, "status_clock_unchecked"))
    else:
        said.append(_tell(work, person, "status_clock_right"))
    return said


def _kept(work: Work, person: Person, looked: Looked) -> list[str]:
    said = []
    if work.practice.settings.backup.folder is None:
        said.append(_tell(work, person, "status_no_backups"))
    elif looked.backup_at is None:
        said.append(_tell(work, person, "status_no_backup"))
    else:
        said.append(_tell(work, person, "status_backup", at=looked.backup_at))
    if looked.room is not None:
        room = {"free": looked.room.free, "wanted": looked.room.wanted}
        said.append(_tell(work, person, "status_disk", **room))
    return said


def _open(work: Work, person: Person, found: list[Alarm]) -> list[str]:
    if not found:
        return [_tell(work, person, "status_well")]
    said = [_tell(work, person, "status_open", count=len(found))]
    for alarm in found[:IN_FULL]:
        since = _tell(work, person, "status_since", since=alarm.begun_at)
        said.append(f"{since} {text_of(work, person, alarm)}")
    more = len(found) - IN_FULL
    return [*said, _tell(work, person, "status_more", count=more)] if more > 0 else said


def _tell(work: Work, person: Person, key: StaffKey, **values: object) -> str:
    return work.tell(person.language, key, zone=zone(person.zone), **values)
