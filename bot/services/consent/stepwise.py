"""Asks for the consent, a step at a time in one message, and asks anew where the text has changed.

A changed text is shown at the next contact: when the client writes or taps something, or in place
of the next questions. Nothing new is asked until they answer; what is under way may be finished.
"""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services.consent import agreed_text
from bot.services.consent.items import APART
from bot.services.work import speak, with_whom
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from storage import beginnings, cares, check_ins, consents, deliveries
from storage.cares import Care


def show(work: Work, care: Care, *, opening: str = "", key: str = "consent") -> None:
    """Show the first step, below an ``opening``; of a changed text it is kept that it was shown,
    and of beginning again that the client was asked.
    """
    step, rows = _step(work, care, 0)
    text = "\n\n".join(filter(None, (opening, step)))
    if care.state == "active":
        cares.mark_consent_asked(work.tx, care.id, agreed_text.version(work, care.language))
        # it stands below what is said before it, and overtakes nothing
        speak.reply(work, care.client_id, text, key=f"consent{care.id}", rows=rows)
    else:
        if care.again_look_at is not None:
            beginnings.mark_shown(work.tx, care.id, work.now)
        speak.insist(work, care.client_id, text, key=key, rows=rows)


def turn(work: Work, care: Care, *, shown: int, place: int, message_id: int) -> Toast:
    """Show another step in place of the one in the message; of an older text, the present one from
    its beginning.
    """
    if not waits(work, care) or not 0 <= place < agreed_text.COUNT:
        return STALE
    if shown != agreed_text.number(work, care.language):
        speak.edit(work, care.client_id, message_id, None, key="settled")
        show(work, care)
        return None
    text, rows = _step(work, care, place)
    speak.edit(work, care.client_id, message_id, text, key="consent", rows=rows)
    return None


def waits(work: Work, care: Care) -> bool:
    """True where a yes or no is waited for: the first one, or the one to a changed text or to
    beginning again, which nobody can give in a chat that may be anybody's.
    """
    if care.state == "asked" and care.again_at is None:
        return True
    is_asked = care.state == "asked" or is_outdated(work, care)
    return is_asked and care.unrecognised_since is None


def asks_again(work: Work, care: Care) -> str:
    """Say who would like to go on after an ending, and what becomes of all from before; empty
    where that is not so.
    """
    if care.state != "asked" or care.again_at is None:
        return ""
    parts = [work.say(care.language, "again", **names_for(work, care))]
    if any(consents.is_in_force(work.tx, care.id, item) for item in APART):
        parts.append(work.say(care.language, "again_agreed"))
    parts.append(with_whom.others_go_on(work, care))
    return "\n\n".join(filter(None, parts))


def is_outdated(work: Work, care: Care) -> bool:
    """True where somebody takes part who agreed to a text that reads differently now."""
    if care.state != "active":
        return False
    given = consents.find_in_force(work.tx, care.id, "answers")
    return given is not None and given.version != agreed_text.version(work, given.language)


def follow(work: Work, care_id: int) -> bool:
    """Show the changed text once to a client who is there, unless they are amid questions or the
    last words of some are still to come; True where it is shown now.
    """
    care = cares.find(work.tx, care_id)
    if care is None or check_ins.find_open_of(work.tx, care.client_id) is not None:
        return False  # what they did may have been to erase everything
    if deliveries.waits_for_more(work.tx, care.client_id, work.now):
        return False
    if not is_outdated(work, care) or care.unrecognised_since is not None:
        return False
    return _once(work, care)


def stands_in_for_questions(work: Work, care: Care) -> bool:
    """True where questions that are due must wait for a yes; the text was shown by then."""
    if not is_outdated(work, care):
        return False
    if care.unrecognised_since is None:  # in a chat that may be anybody's nobody can agree anew
        _once(work, care)
    return True


def is_being_read(work: Work, care: Care) -> bool:
    """True where the changed text has been shown and waits for an answer."""
    is_shown = care.consent_asked == agreed_text.version(work, care.language)
    return is_shown and is_outdated(work, care)


def _once(work: Work, care: Care) -> bool:
    if care.consent_asked == agreed_text.version(work, care.language):
        return False
    show(work, care)
    return True


def _step(work: Work, care: Care, place: int) -> tuple[str, Rows]:
    at = work.say(care.language, "consent_place", number=place + 1, count=agreed_text.COUNT)
    of_one = with_whom.only_here(work, care) if care.state == "active" else ""
    again = "" if place else asks_again(work, care)
    text = "\n\n".join(filter(None, (again, agreed_text.steps(work, care)[place], of_one, at)))
    return text, _rows(work, care, place)


def _rows(work: Work, care: Care, place: int) -> Rows:
    """Go on above all others, or yes and no; back below. A no needs no reading to the end."""
    shown = agreed_text.number(work, care.language)

    def to(label: str, step: int) -> Button:
        return Button(label, data("consent_step", care.id, shown, step))

    is_last = place + 1 == agreed_text.COUNT
    agree = Button(work.say(care.language, "button_agree"), data("consent", care.id, shown))
    decline = Button(work.say(care.language, "button_decline"), data("decline", care.id))
    on = to(work.say(care.language, "button_next_step"), place + 1)
    buttons = [agree if is_last else on]
    if is_last or place == 0:
        buttons.append(decline)
    if place == agreed_text.WATCHED:
        buttons.append(Button(work.say(care.language, "button_numbers"), data("numbers")))
    if place:
        buttons.append(to(work.say(care.language, "button_step_back"), place - 1))
    return speak.column(*buttons)
