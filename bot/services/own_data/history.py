"""Shows a client what they answered and wrote, a week at a time, newest first.

It shows their own words to themselves and nothing else: no rule, no flag, no figure made of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.messages import Button, Rows
from bot.services.own_data import own_chart
from bot.services.own_data.readable import note_text, round_text
from bot.services.own_data.what_is_kept import everyones_cares
from bot.services.work import speak, with_whom
from bot.services.work.buttons import data
from bot.services.work.lengths import LONGEST
from bot.services.work.unit_of_work import Work
from flows.engine.cut import cut
from flows.schedule.zones import zone
from storage import check_ins, notes
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.notes import StoredNote

_MARGIN = 400
"""For the heading and the line that the rest is in the copy."""


@dataclass(frozen=True, slots=True)
class _Told:
    """Something that the client told, and when; it becomes words only where it is shown."""

    at: datetime
    care: Care
    what: StoredCheckIn | StoredNote


def show(work: Work, care: Care) -> None:
    """Answer with the newest week in which the client told anything."""
    text, rows = _page(work, care, 0)
    speak.reply(work, care.client_id, text, key="history", rows=rows, protected=True)


def turn_to(work: Work, care: Care, page: int, message_id: int) -> None:
    """The message shows that week; the newest has the number 0."""
    text, rows = _page(work, care, page)
    speak.edit(work, care.client_id, message_id, text, key="history", rows=rows)


def _page(work: Work, care: Care, page: int) -> tuple[str, Rows]:
    everything = sorted(_told(work, care), key=lambda each: each.at)
    if not everything:
        return work.say(care.language, "history_none"), ()
    weeks = _weeks(care, everything)
    page = min(page, len(weeks) - 1)
    monday, told = weeks[page]
    sunday = monday + timedelta(days=6)
    title = work.say(care.language, "history_week", monday=monday, sunday=sunday)
    text = "\n\n".join([title, *(_text(work, each) for each in told)])
    shown = cut(text, LONGEST - _MARGIN)
    if shown != text:
        shown = f"{shown}\n\n{work.say(care.language, 'history_cut')}"
    turns = []
    if page + 1 < len(weeks):
        label = work.say(care.language, "button_week_before")
        turns.append(Button(label, data("history_page", care.id, page + 1)))
    if page > 0:
        label = work.say(care.language, "button_week_after")
        turns.append(Button(label, data("history_page", care.id, page - 1)))
    rows = speak.row(*turns) if turns else ()
    checked_in = (each.what.state for each in everything if isinstance(each.what, StoredCheckIn))
    if own_chart.is_any(work, care, checked_in):
        label = work.say(care.language, "button_history_chart")
        rows = (*rows, *speak.row(Button(label, data("history_chart", care.id))))
    return shown, rows


def _weeks(care: Care, everything: Iterable[_Told]) -> list[tuple[date, list[_Told]]]:
    """The Monday of each week by the client's clock with what was told in it, newest first."""
    local = zone(care.zone)
    found: dict[date, list[_Told]] = {}
    for told in everything:
        on = told.at.astimezone(local).date()
        found.setdefault(on - timedelta(days=on.weekday()), []).append(told)
    return sorted(found.items(), reverse=True)


def _told(work: Work, care: Care) -> Iterator[_Told]:
    with_others = {each.therapist_id for each in with_whom.others(work, care)}
    for each in everyones_cares(work, care.client_id):
        if each.therapist_id in with_others:
            continue
        for stored in check_ins.list_for_care(work.tx, each.id):
            if any(answer.value is not None for answer in stored.state.answers):
                yield _Told(stored.state.opened_at, each, stored)
        since, until = each.created_at, work.until_now
        for note in notes.list_kept(work.tx, each.id, since=since, until=until):
            yield _Told(note.written_at, each, note)


def _text(work: Work, told: _Told) -> str:
    if isinstance(told.what, StoredNote):
        return note_text(work, told.care, told.what)
    return round_text(work, told.care, told.what)
