"""Gives a client a copy of everything that is kept of them: a text to read, JSON, lossless, and
tables for a spreadsheet.

The files go to their chat and leave it again after a day; the practice may write the same files for
them from the command line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from bot.messages import File
from bot.services.own_data.codebook import codebook
from bot.services.own_data.readable import readable
from bot.services.own_data.sheets import zipped
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.schedule.zones import zone
from storage import audit, cares, flow_versions, own_rows, people, sent_files
from storage.audit import AuditRow
from storage.cares import Care
from storage.people import Person
from storage.sent_files import SentFile

FORMAT = 1
"""Raised whenever the shape of the JSON changes."""
STAYS = timedelta(hours=24)
"""For so long the files stay in the chat; Telegram deletes messages for 48 hours."""
DELETABLE = timedelta(hours=48)
End = Literal["txt", "json", "zip"]
_CAPTIONS: dict[End, ClientKey] = {"txt": "copy_txt", "json": "copy_json", "zip": "copy_zip"}
_KEY = "own-copy-"
_ACTION = "client.exported"


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything that is kept of a client, in three files of the same day."""

    code: str
    """The code of whom it is about."""
    by: str
    """The code or role of whoever asked for it."""
    stem: str
    """The name of each file, without its end; it says nothing of whom they are about."""
    as_json: str = field(repr=False)
    as_text: str = field(repr=False)
    as_zip: bytes = field(repr=False)

    def files(self) -> tuple[tuple[End, bytes], ...]:
        """Each file by the end of its name, in the order in which they are handed out."""
        text, lossless = self.as_text.encode(), self.as_json.encode()
        return ("txt", text), ("json", lossless), ("zip", self.as_zip)


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of a client: under the present link, then under each earlier one."""

    each: tuple[Copy, ...]


def make_all(work: Work, care: Care) -> Copies:
    """Make everything that ``send`` sends; writing years of answers out takes longer than a write
    may, so it is done in a read.
    """
    person = people.load(work.tx, care.client_id)
    of = (person, *people.list_earlier(work.tx, person.id))
    return Copies(tuple(copy_of(work, each, by=person.code) for each in of))


def send(work: Work, care: Care) -> None:
    """Send the files to the client who asked; as many for each earlier link of the same chat."""
    made = work.ahead if isinstance(work.ahead, Copies) else make_all(work, care)
    for number, copy in enumerate(made.each, 1):
        note(work, copy)
        part = "" if number == 1 else f"-{number}"
        for end, content in copy.files():
            caption = work.say(care.language, _CAPTIONS[end])
            file = File(f"{copy.stem}{part}.{end}", content)
            speak.file(work, care.client_id, caption, file=file, key=f"{_KEY}{end}{part}")


def copy_of(work: Work, person: Person, *, by: str) -> Copy:
    """Make the copy of everything that is kept of a person; see ``note``."""
    local = zone(person.zone)
    stem = f"my-data-{work.now.astimezone(local).date().isoformat()}"
    body = _body(work, person, by)
    sheets = zipped(body, own_rows.list_instants(), local)
    return Copy(person.code, by, stem, _lossless(body), readable(work, person), sheets)


def note(work: Work, copy: Copy) -> None:
    """Note in the audit trail that the copy was made, before it is handed out."""
    audit.add(work.tx, now=work.now, actor=copy.by, action=_ACTION, subject=copy.code)


def list_in_chat(work: Work, person_id: int) -> list[SentFile]:
    """The person's files that the bot can still take out of their chat."""
    since = work.now - DELETABLE
    return sent_files.list_sent(work.tx, key=_KEY, since=since, until=work.now, person_id=person_id)


def list_due(work: Work) -> list[SentFile]:
    """Everybody's files whose day is over."""
    since, until = work.now - DELETABLE, work.now - STAYS
    return sent_files.list_sent(work.tx, key=_KEY, since=since, until=until)


def take_out(work: Work, sent: Iterable[SentFile]) -> None:
    """Take these files out of their chats, each once."""
    for each in sent:
        speak.delete(work, each.person_id, each.message_id, key=f"gone{each.id}")


def _body(work: Work, person: Person, by: str) -> dict[str, Any]:
    rows = own_rows.list_all(work.tx, person.id)
    noted = ((row.at, row.action, row.actor) for row in _trail(work, person))
    versions = {row["fingerprint"] for row in rows["check_ins"]}
    return {
        "format": FORMAT,
        "made_at": work.now.isoformat(),
        "practice": work.practice.settings.practice.name,
        "therapists": {
            str(care.id): people.name_of(work.tx, care.therapist_id).name
            for care in cares.list_for_client(work.tx, person.id)
        },
        "codebook": codebook(),
        "tables": rows,
        "flows": {each: flow_versions.load_text(work.tx, each) for each in sorted(versions)},
        "audit": [
            {"at": at.isoformat(), "action": action, "by": _by(work, person, actor)}
            for at, action, actor in (*noted, (work.now, _ACTION, by))
        ],
    }


def _lossless(body: dict[str, Any]) -> str:
    return (
        "{\n"
        + ",\n".join(f"{_line(key)}: {_lines(value)}" for key, value in body.items())
        + "\n}\n"
    )


def _lines(value: Any) -> str:
    """A value as JSON, a row a line: ``json``'s own indenting takes ten times as long."""
    if isinstance(value, dict):
        inner = (f"{_line(key)}: {_lines(each)}" for key, each in value.items())
        return "{\n" + ",\n".join(inner) + "\n}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_line, value)) + "\n]"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _trail(work: Work, person: Person) -> list[AuditRow]:
    """The audit trail of the client, under their code and under that of each second care."""
    found = [
        row
        for code in _codes(work, person)
        for row in audit.list_about(work.tx, code, since=person.created_at)
    ]
    return sorted(found, key=lambda row: (row.at, row.id))


def _codes(work: Work, person: Person) -> set[str]:
    """The client's code, and that of each second care."""
    return {person.code, *(care.client_code for care in cares.list_for_client(work.tx, person.id))}


def _by(work: Work, person: Person, actor: str) -> str:
    """Return who did it: the client, or somebody by role."""
    if actor in _codes(work, person):
        return "you"
    known = people.find_by_code(work.tx, actor)
    return actor if known is None else known.role
