"""Opens from a client's card: what will come to the client in the next two weeks, and what not.

It reads plans only, nothing of what was answered, so it is no reading of the client's words.
"""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Button
from bot.services.planning import outlook
from bot.services.planning.outlook import Coming
from bot.services.work import speak
from bot.services.work.buttons import Toast, data
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage.cares import Care
from storage.people import Person

DAYS = 14
MOST = 40
"""The lines that one message holds with ease; three a day come to nobody."""


def show(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Put it into the place of the card, with the way back."""
    language = therapist.language
    until = work.now + timedelta(days=DAYS)
    found = outlook.coming(work, care, until=until, language=language)[:MOST]
    lines = [_line(work, therapist, each) for each in found]
    if care.paused_at is not None:
        lines.insert(0, work.tell(language, "card_paused", alias=care.alias))
    elif not lines:
        lines.append(work.tell(language, "coming_nothing"))
    title = work.tell(language, "coming_title", alias=care.alias, days=DAYS)
    back = Button(work.tell(language, "button_back"), data("card", care.id))
    text = "\n".join([f"{title}\n", *lines])
    speak.edit(work, therapist.id, message_id, text, key="coming", rows=((back,),))
    return None


def _line(work: Work, therapist: Person, each: Coming) -> str:
    values = {"at": each.at, "title": each.title, "rule": each.rule}
    key, local = outlook.LINES[each.verdict], zone(therapist.zone)
    return work.practice.texts.schedule(therapist.language, key, zone=local, **values)
