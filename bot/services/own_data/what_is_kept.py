"""Says to a client what is kept of them, with whom, since when, and on which days it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.messages import Button
from bot.services.own_data.readings import readings_of
from bot.services.work import from_before, speak
from bot.services.work.buttons import data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.schedule.zones import zone
from storage import cares, consents, handovers, holdings, moves, people
from storage.cares import Care
from storage.consents import Item
from storage.holdings import Holdings
from storage.people import Person

MOST_DAYS = 14
"""So many of the newest days are named; of earlier ones it is said how many there are."""

AGREED: dict[Item, ClientKey] = {
    "answers": "mydata_agreed.answers",
    "alerts": "mydata_agreed.alerts",
    "deputy": "mydata_agreed.deputy",
    "supervisor": "mydata_agreed.supervisor",
    "supervisor_view": "mydata_agreed.supervisor_view",
    "deputy_view": "mydata_agreed.deputy_view",
    "receipts": "mydata_agreed.receipts",
}
"""The line of each matter that a client may have agreed to."""


def show(work: Work, care: Care) -> None:
    """Answer with everything that is kept of the client, by kind and count, and who read it."""
    own = everyones_cares(work, care.client_id)
    lines, read = "\n".join(kept_lines(work, own)), "\n".join(read_lines(work, own))
    text = work.say(care.language, "mydata", kept=lines, read=read)
    rows = speak.column(
        Button(work.say(care.language, "button_export"), data("export", care.id)),
        Button(work.say(care.language, "button_erase"), data("erase", care.id)),
    )
    speak.reply(work, care.client_id, text, key="mydata", rows=rows)


def everyones_cares(work: Work, client_id: int) -> list[Care]:
    """Every care of a client, those under earlier links of the same chat first."""
    earlier = reversed(people.list_earlier(work.tx, client_id))
    return own_cares(work, (*earlier, people.load(work.tx, client_id)))


def own_cares(work: Work, clients: Iterable[Person]) -> list[Care]:
    """Every care of these, in their order."""
    return [care for each in clients for care in cares.list_for_client(work.tx, each.id)]


def kept_lines(work: Work, own: list[Care]) -> Iterator[str]:
    """One line a care and one a kind of which there is anything."""
    care = own[-1]
    for each in own:
        yield _with_line(work, each, care)
        yield from _agreed_lines(work, each, care)
        yield from _before_lines(work, each, care)
    moved = moves.find_newest(work.tx, care.client_id)
    if moved is not None and moved.opened_at is not None and moved.ended == "recognised":
        on = moved.opened_at.astimezone(zone(care.zone)).date()
        yield work.say(care.language, "mydata_moved", on=on)
    clients = list(dict.fromkeys(each.client_id for each in own))
    yield from counts(work, care, holdings.count_all(work.tx, clients))
    yield work.say(care.language, "mydata_around")


def _with_line(work: Work, care: Care, spoken_to: Care) -> str:
    """Say with whom the care is, since when, and of one that ended or was handed over until when;
    who is asked whether to begin again has not yet.
    """
    local, names = zone(spoken_to.zone), names_for(work, care, spoken_to.language)
    since = care.created_at.astimezone(local).date()
    colleague = from_before.name_after(work, care)
    until = None if care.ended_at is None else care.ended_at.astimezone(local).date()
    if until is not None and care.ended_by == "therapist":
        values = {"since": since, "until": until}
        return work.say(spoken_to.language, "mydata_with_ended", **values, **names)
    if until is None or care.ended_by != "handover" or not colleague:
        return work.say(spoken_to.language, "mydata_with", since=since, **names)
    handed = {"since": since, "until": until, "colleague": colleague}
    return work.say(spoken_to.language, "mydata_with_until", **handed, **names)


def _before_lines(work: Work, care: Care, spoken_to: Care) -> Iterator[str]:
    """Say of each handover that led here whether what was before may be read."""
    for each in handovers.list_before(work.tx, care.id):
        before = from_before.name_before(work, each)
        is_open = each.lets_read_at is not None
        key: ClientKey = "mydata_reads_before" if is_open else "mydata_reads_not"
        yield work.say(spoken_to.language, key, before=before)


def _agreed_lines(work: Work, care: Care, spoken_to: Care) -> Iterator[str]:
    """One line for each agreement that is in force in a care, with its day and its text."""
    found = [consents.find_in_force(work.tx, care.id, item) for item in AGREED]
    for item, given in zip(AGREED, found, strict=True):
        if given is not None:
            on = given.given_at.astimezone(zone(spoken_to.zone)).date()
            version = given.version.partition("+")[0]
            yield work.say(spoken_to.language, AGREED[item], on=on, version=version)
    if not any(found):
        yield work.say(spoken_to.language, "mydata_agreed_none")


def counts(work: Work, care: Care, kept: Holdings) -> Iterator[str]:
    """One line a kind of which there is anything."""
    if kept.check_ins:
        values = {"check_ins": kept.check_ins, "answers": kept.answers}
        yield work.say(care.language, "mydata_check_ins", **values)
    lines: tuple[tuple[ClientKey, str, int], ...] = (
        ("mydata_notes", "notes", kept.notes),
        ("mydata_sessions", "sessions", kept.therapy_sessions),
        ("mydata_flags", "flags", kept.flags),
        ("mydata_cards", "cards", kept.cards),
        ("mydata_memos", "memos", kept.memos),
        ("mydata_sections", "sections", kept.sections),
    )
    for key, name, count in lines:
        if count:
            yield work.say(care.language, key, **{name: count})


def read_lines(work: Work, own: list[Care]) -> Iterator[str]:
    """One line a therapist with the days on which they read, one for deputies and one for whoever
    runs the bot.
    """
    care, found = own[-1], readings_of(work, own)
    told: set[int] = set()
    for each in own:
        if each.therapist_id in told:
            continue
        told.add(each.therapist_id)
        names, days = names_for(work, each), found.by_therapist.get(each.therapist_id, ())
        if days:
            listed = _days(work, care, days)
            yield work.say(care.language, "mydata_read", days=listed, **names)
        else:
            yield work.say(care.language, "mydata_unread", **names)
    if found.by_deputies:
        listed = _days(work, care, found.by_deputies)
        yield work.say(care.language, "mydata_deputy", days=listed)
    if found.by_reading_deputies:
        listed = _days(work, care, found.by_reading_deputies)
        yield work.say(care.language, "mydata_deputy_read", days=listed)
    if found.by_supervisors:
        listed = _days(work, care, found.by_supervisors)
        yield work.say(care.language, "mydata_supervisor", days=listed)
    if found.by_practice:
        listed = _days(work, care, found.by_practice)
        yield work.say(care.language, "mydata_practice", days=listed)


def _days(work: Work, care: Care, days: Sequence[date]) -> str:
    newest = [work.say(care.language, "mydata_day", on=on) for on in days[-MOST_DAYS:]]
    listed, left = ", ".join(newest), len(days) - MOST_DAYS
    if left <= 0:
        return listed
    return work.say(care.language, "mydata_earlier", days=listed, count=left)
