"""The choice of a tidy chat, under /privacy: off until a client chooses it, and off again any time.

Used by the entries of clients. What it does to the chat is in ``check_in.tidying``.
"""

from __future__ import annotations

from bot.messages import Button
from bot.services.work import speak, with_whom
from bot.services.work.buttons import Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from storage import cares
from storage.cares import Care


def standing(work: Work, care: Care) -> tuple[str, Button]:
    """Say how it stands now, for /privacy, with the button that leads to a change."""
    if cares.is_tidy(work.tx, care.id):
        off = Button(work.say(care.language, "button_tidy_off"), data("tidy_off", care.id))
        return work.say(care.language, "privacy_tidy_on"), off
    about = Button(work.say(care.language, "button_tidy_ask"), data("tidy_ask", care.id))
    return work.say(care.language, "privacy_tidy_off"), about


def ask(work: Work, care: Care) -> None:
    """Say what a tidy chat is and what it cannot do; a tap chooses."""
    rows = speak.column(
        Button(work.say(care.language, "button_tidy_on"), data("tidy_on", care.id)),
        Button(work.say(care.language, "button_tidy_not"), data("tidy_not", care.id)),
    )
    text = work.say(care.language, "tidy_ask", **names_for(work, care))
    speak.reply(work, care.client_id, _about_one(work, care, text), key="tidy", rows=rows)


def turn_on(work: Work, care: Care, message_id: int) -> Toast:
    """From now on the chat is kept tidy."""
    if not cares.is_tidy(work.tx, care.id):
        cares.set_tidy(work.tx, care.id, work.now)
    speak.edit(work, care.client_id, message_id, None, key="settled")
    said = _about_one(work, care, work.say(care.language, "tidy_on"))
    speak.reply(work, care.client_id, said, key="tidy_on")
    return None


def turn_off(work: Work, care: Care) -> None:
    """From now on answers stay in the chat."""
    cares.set_tidy(work.tx, care.id, None)
    said = _about_one(work, care, work.say(care.language, "tidy_off"))
    speak.reply(work, care.client_id, said, key="tidy_off")


def leave(work: Work, care: Care, message_id: int) -> Toast:
    """Everything stays as it is; the question goes."""
    speak.edit(work, care.client_id, message_id, None, key="settled")
    return work.say(care.language, "toast_kept")


def _about_one(work: Work, care: Care, said: str) -> str:
    """With a second therapist: questions of the other one stay as they are."""
    return "\n\n".join(filter(None, (said, with_whom.changes_only_here(work, care))))
