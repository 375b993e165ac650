"""Says with the welcome when questions come, by which clock and in which language, with a button to
change each. Asked once: whoever leaves it as it is need do nothing.

Used by ``care``. It changes nothing itself; /when and /language do.
"""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services.planning import own_times
from bot.services.planning.spoken_times import city
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.languages import name_of
from flows.schedule.zones import zone
from storage.cares import Care


def offer(work: Work, care: Care) -> tuple[str, Rows]:
    """The words below the welcome, and the buttons."""
    lines, changes = own_times.coming(work, care)
    language = care.language
    clock = work.say(
        language,
        "times_clock",
        place=city(care.zone, language),
        zone=zone(care.zone),
        at=work.now,
        now=name_of(language, language),
    )
    parts = [work.say(language, "times_suit"), *lines] if lines else []
    text = "\n".join(parts) + ("\n\n" if parts else "") + clock
    keep = Button(work.say(language, "button_times_keep"), data("times_keep", care.id))
    elsewhere = Button(work.say(language, "button_other_time"), data("live_elsewhere"))
    other = Button(work.say(language, "button_other_language"), data("language_ask", care.id))
    return text, (*speak.row(keep), *changes, *speak.column(elsewhere, other))
