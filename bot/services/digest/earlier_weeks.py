"""Shows a digest of an earlier week as it was sent, asked for by its week or from a list.

Used by ``/digest WEEK`` and a button under the draft. It must never put an earlier week together
anew: it shows what was kept, without clients whose data were erased since.
"""

from __future__ import annotations

import re

from bot.messages import Button, Rows
from bot.services.digest import shown_digests
from bot.services.digest.shown_digests import ShownDigest
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from storage import digests
from storage.digests import DigestRow
from storage.people import Person

MOST = 12
"""The weeks that the list offers, newest first; an older one is asked for by its number."""
_WEEK = re.compile(r"(?:(\d{4})-?)?[wW]?(\d{1,2})", re.ASCII)


def names_one(typed: str) -> bool:
    """True where what was typed stands for a week."""
    return _WEEK.fullmatch(typed) is not None


def ask(work: Work, person: Person, typed: str) -> None:
    """Show the digest of the week that was typed; else say which weeks there are."""
    found = _find(work, person, typed)
    if found is not None:
        show(work, person, shown_digests.of_row(work, found))
        return
    rows = week_rows(work, person)
    speak.reply(
        work,
        person.id,
        work.tell(person.language, "week_unknown" if rows else "week_none"),
        key="weeks",
        rows=rows,
    )


def offer(work: Work, person: Person) -> None:
    """Show the list of earlier weeks."""
    rows = week_rows(work, person)
    text = work.tell(person.language, "weeks" if rows else "week_none")
    speak.reply(work, person.id, text, key="weeks", rows=rows)


def show(work: Work, person: Person, shown: ShownDigest) -> None:
    """Send the digest of an earlier week again, with its buttons."""
    shown_digests.show(work, person, shown, key=f"week{shown.id}:")
    shown_digests.record_told(work, person, shown.digest, "client.earlier")


def week_rows(work: Work, person: Person) -> Rows:
    """One button a week that there is a digest of, newest first."""
    newest = digests.list_for_therapist(work.tx, person.id)[::-1][:MOST]
    return speak.grid([_button(work, person, row) for row in newest])


def _button(work: Work, person: Person, row: DigestRow) -> Button:
    year, _, week = row.week.partition("-W")
    label = work.tell(person.language, "button_week", week=week.lstrip("0"), year=year)
    return Button(label, data("week", row.id))


def _find(work: Work, person: Person, typed: str) -> DigestRow | None:
    """Find the digest of "47", "W47" or "2026-W47"; without a year, the newest of that number."""
    match = _WEEK.fullmatch(typed)
    if match is None:
        return None
    year, week = match[1], f"W{int(match[2]):02d}"
    ending = f"{year}-{week}" if year else f"-{week}"
    rows = digests.list_for_therapist(work.tx, person.id)
    return next((row for row in reversed(rows) if row.week.endswith(ending)), None)
