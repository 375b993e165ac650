"""Writes the master keys, which the running process has in memory, back to their file when an admin
taps for it.

It must never write over a file: another key may be the only one that opens another database.
"""

from __future__ import annotations

from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage import alarms, audit
from storage.errors import KeyFileProblem
from storage.key_file import load_key_file
from storage.people import Person


def write(work: Work, person: Person) -> None:
    """The file is there again, or the admin reads why not. It is a few bytes, and quicker than the
    write in which this happens.
    """
    path = work.practice.settings.database.key_file
    is_new = not path.exists()
    try:
        if is_new:
            work.tx.write_key_file(path)
        is_ours = work.tx.has_keys(load_key_file(path))
    except KeyFileProblem:
        is_ours = False
    said: StaffKey = "key_not_written" if is_new else "key_there_already"
    if is_ours and is_new:
        said = "key_written"
        audit.add(work.tx, now=work.now, actor=person.code, action="key.written_back", subject="")
    elif not is_ours and not is_new:
        said = "key_is_another"
    if is_ours:
        _settle(work, person)
    speak.to_therapist(work, person, said)


def _settle(work: Work, person: Person) -> None:
    """The alarm is over, which whoever tapped has just read."""
    opened = [each for each in alarms.list_open(work.tx) if each.kind == "key_file_lost"]
    alarms.end(work.tx, "key_file_lost", now=work.now)
    for alarm in opened:
        alarms.mark_told(work.tx, alarm, person.id, times=2, now=work.now, is_end=True)
