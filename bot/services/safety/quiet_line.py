"""The quiet line: words that may be more than a hard week get no card and no interruption, but one
line under the next message that says where the card is. Once a day at most, with whomever.

Used by dispatch, after everything else. It must never say what it was about the words.
"""

from __future__ import annotations

from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from flows.safety import Verdict
from flows.schedule.zones import zone
from storage import cares, check_ins, quiet_lines
from storage.cares import Care


def follow(work: Work, care: Care, verdict: Verdict) -> None:
    """Put the line below what was said in answer, if it is owed: for these words, or for earlier
    ones of today whose message never left.
    """
    today = work.now.astimezone(zone(care.zone)).date()
    own = cares.list_for_client(work.tx, care.client_id)
    found = [quiet_lines.find(work.tx, each.id) for each in own]
    of_today = [line for line in found if line is not None and line.owed_on == today]
    if any(line.is_given for line in of_today):
        return
    if verdict.risk != "maybe" and not of_today:
        return
    stored = check_ins.find_open(work.tx, care.id)
    language = care.language if stored is None else stored.state.language
    line = work.say(language, "quiet_line")
    row_id = speak.add_line(work, care.client_id, line)
    quiet_lines.save(work.tx, care.id, owed_on=today, outbox_id=row_id)
