"""Asks a client whether a clock is theirs, after they shared where they are.

The spot is used to find the nearest place of the tz database, and never stored or passed on.
"""

from __future__ import annotations

from bot.messages import Button
from bot.services.planning import own_times
from bot.services.planning.spoken_times import city
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data, number_for
from bot.services.work.unit_of_work import Work
from flows.schedule.nearest_place import Spot, nearest_zone
from flows.schedule.zones import zone, zone_names
from storage.cares import Care


def ask(work: Work, care: Care, spot: Spot) -> None:
    """Say which place is nearest and what time it is there, and ask whether that is theirs."""
    name = nearest_zone(spot)
    text = work.say(
        care.language,
        "place_nearest",
        place=city(name, care.language),
        at=work.now,
        zone=zone(name),
    )
    yes = Button(work.say(care.language, "button_my_time"), data("live_by", number_for(name)))
    no = Button(work.say(care.language, "button_other_time"), data("live_elsewhere"))
    speak.reply(work, care.client_id, text, key="place", rows=speak.column(yes, no))


def take(work: Work, care: Care, number: int, message_id: int) -> Toast:
    """From now on the client's times go by that clock."""
    name = next((each for each in zone_names() if number_for(each) == number), None)
    if name is None:
        return STALE
    speak.edit(work, care.client_id, message_id, None, key="place")
    own_times.live_by(work, care, name)
    return None


def elsewhere(work: Work, care: Care) -> Toast:
    """Say how to name another place."""
    speak.to_client(work, care, "place_other")
    return None
