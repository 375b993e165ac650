"""By which clock a client lived on a day: what is said of a past day is said of the day they had.

Used by what explains a day. The changes stand in the audit trail; it must never guess where one of
them does not say what was before.
"""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import audit, people
from storage.cares import Care

ACTION = "zone"
"""The name of a change of zone in the audit trail."""
NOON = time(12)
_TO = " > "


def change_in_words(was: str, becomes: str) -> str:
    """The detail of the change in the audit trail."""
    return f"{was}{_TO}{becomes}"


def zone_on(work: Work, care: Care, on: date) -> ZoneInfo:
    """The zone whose clock was the client's at noon of that day; later on, the present one."""
    person = people.load(work.tx, care.client_id)
    rows = audit.list_about(work.tx, person.code, since=person.created_at)
    name = care.zone
    for row in reversed([row for row in rows if row.action == ACTION]):
        was, is_told, _ = row.detail.partition(_TO)
        if not is_told or row.at < at_local(on, NOON, zone(was)):
            break
        name = was
    return zone(name)
