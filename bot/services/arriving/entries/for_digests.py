"""The buttons of therapists below a digest: its flags, its clients, its weeks, its day and hour.

Part of the table of therapists' entries.
"""

from __future__ import annotations

from bot.services.arriving.entries.entry import Tap, Touched, to_message
from bot.services.arriving.entries.ownership import DIGEST, FLAG, ONE, OWN
from bot.services.digest import (
    acknowledging,
    earlier_weeks,
    for_supervision,
    own_hour,
    shown_digests,
)
from bot.services.digest.acknowledging import ShownClient, ShownFlag
from bot.services.digest.shown_digests import ShownDigest
from bot.services.work.buttons import Press, Toast
from bot.services.work.unit_of_work import Work
from storage.people import Person


def _flag(work: Work, person: Person, about: ShownFlag, tapped: Touched) -> Toast:
    acknowledging.show_actions(work, person, about, tapped.message_id)
    return None


def _flags(work: Work, person: Person, shown: ShownDigest, tapped: Touched) -> Toast:
    acknowledging.show_digest(work, person, shown, tapped.message_id)
    return None


def _acknowledge(work: Work, person: Person, about: ShownFlag, tapped: Touched) -> Toast:
    return acknowledging.acknowledge(work, person, about, tapped.press.word, tapped.message_id)


def _details(work: Work, person: Person, about: ShownFlag, tapped: Touched) -> Toast:
    return acknowledging.details(work, person, about)


def _whole(work: Work, person: Person, shown: ShownDigest, tapped: Touched) -> Toast:
    return acknowledging.whole(work, person, shown, tapped.press.number("place"))


def _rest(work: Work, person: Person, shown: ShownDigest, tapped: Touched) -> Toast:
    return acknowledging.rest(work, person, shown, tapped.press.number("page"))


def _weeks(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    earlier_weeks.offer(work, person)
    return None


def _digest_hours(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    own_hour.ask_day(work, person)
    return None


def _mornings(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    return own_hour.switch_mornings(work, person, tapped.message_id)


def _digest_day(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    return own_hour.ask_hour(work, person, tapped.press.number("weekdays"), tapped.message_id)


def _digest_hour(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    day, minute = tapped.press.number("weekdays"), tapped.press.number("minute")
    return own_hour.choose(work, person, day, minute, tapped.message_id)


def _week(work: Work, person: Person, shown: ShownDigest, tapped: Touched) -> Toast:
    earlier_weeks.show(work, person, shown)
    return None


def _one_by_one(work: Work, person: Person, shown: ShownDigest, tapped: Touched) -> Toast:
    page = tapped.press.number("page")
    acknowledging.show_names(work, person, shown, page, tapped.message_id)
    return None


def _one(work: Work, person: Person, one: ShownClient, tapped: Touched) -> Toast:
    acknowledging.show_one(work, person, one)
    return None


def _pictures(work: Work, person: Person, shown: ShownDigest, tapped: Touched) -> Toast:
    on = tapped.press.number("on") == 1
    return acknowledging.switch_pictures(work, person, shown, tapped.message_id, on=on)


def _paper_ahead(work: Work, person: Person, press: Press) -> ShownDigest | None:
    return shown_digests.look_ahead_on_paper(work, person, press.number("digest"))


def _paper(work: Work, person: Person, shown: ShownDigest, tapped: Touched) -> Toast:
    return acknowledging.paper(work, person, shown, tapped.message_id)


DIGEST_TAPS = (
    Tap("flag", FLAG, _flag),
    Tap("flags", DIGEST, _flags),
    Tap("acknowledge", FLAG, _acknowledge),
    Tap("take_back", FLAG, to_message(acknowledging.take_back)),
    Tap("details", FLAG, _details),
    Tap("read", DIGEST, to_message(acknowledging.read)),
    Tap("whole", DIGEST, _whole),
    Tap("weeks", OWN, _weeks),
    Tap("digest_hours", OWN, _digest_hours),
    Tap("mornings", OWN, _mornings),
    Tap("digest_day", OWN, _digest_day),
    Tap("digest_hour", OWN, _digest_hour),
    Tap("week", DIGEST, _week),
    Tap("rest", DIGEST, _rest),
    Tap("one_by_one", DIGEST, _one_by_one),
    Tap("one", ONE, _one),
    Tap("paper", DIGEST, _paper, ahead=_paper_ahead),
    Tap("pictures", DIGEST, _pictures),
    Tap("supervision_copy", DIGEST, to_message(for_supervision.send)),
)
