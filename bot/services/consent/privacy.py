"""/privacy: who reads what and how it is kept, how each agreement stands, and the buttons that
change one alone.

Used by the entries of clients. A question that is opened here takes the place of the message and
leads back to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages import Button, Rows
from bot.services.consent import item_questions, items, tidy_chat
from bot.services.consent.items import WORDS, Apart
from bot.services.work import from_before, speak, with_whom
from bot.services.work.button_forms import Name
from bot.services.work.buttons import STALE, Press, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from storage import audit, handovers
from storage.cares import Care
from storage.handovers import Handover

TAPS: tuple[Name, ...] = (
    "item_ask",
    "item_yes",
    "item_yes_alone",
    "item_no",
    "item_leave",
    "item_take_back",
)
"""The buttons that ``press`` takes."""


def show(work: Work, care: Care) -> None:
    """Answer with all of it; with two therapists one message for each of them."""
    several = with_whom.among(work, care)
    for each in several:
        text, rows = _card(work, each)
        key = "privacy" if len(several) == 1 else f"privacy{each.id}"
        speak.insist(work, care.client_id, text, key=key, rows=rows)


def _card(work: Work, care: Care) -> tuple[str, Rows]:
    policy = policy_of(work)
    parts = [work.say(care.language, "privacy", **names_for(work, care)), _ways(work, care)]
    if policy:
        parts.append(work.say(care.language, "privacy_policy", url=policy))
    shown = items.shown(work, care)
    parts += [items.standing(work, care, item) for item in shown]
    buttons = [_change(work, care, item) for item in shown]
    for said, takes_back in _before(work, care):
        parts.append(said)
        buttons.append(takes_back)
    if care.state == "active":
        tidy, choice = tidy_chat.standing(work, care)
        parts.append(tidy)
        buttons.append(choice)
        label = work.say(care.language, "button_stop_ask")
        buttons.append(Button(label, data("stop_ask", care.id)))
    parts.append(with_whom.changes_only_here(work, care))
    return "\n\n".join(filter(None, parts)), speak.column(*buttons)


def policy_of(work: Work) -> str:
    """The address of the practice's own privacy policy; empty where it has none."""
    return work.practice.settings.practice.privacy_url


def _ways(work: Work, care: Care) -> str:
    """The ways that a client has; who does not take part has nothing to skip or pause."""
    data_ways = work.say(care.language, "privacy_data")
    if care.state != "active":
        return data_ways
    return f"{work.say(care.language, 'privacy_can')} {data_ways}"


def _before(work: Work, care: Care) -> Iterator[tuple[str, Button]]:
    """Say what of before may be read, each with the button that takes it back."""
    names = names_for(work, care)
    for each in from_before.readable(work, care):
        before = from_before.name_before(work, each)
        label = work.say(care.language, "button_hand_reads_not")
        said = work.say(care.language, "hand_reads_before", before=before, **names)
        yield said, Button(label, data("hand_reads_not", each.id, care.id))


def close_before(work: Work, care: Care, handover: Handover, message_id: int) -> Toast:
    """All that came before a handover cannot be read any more; the card says how all stands."""
    if handover.lets_read_at is None:
        return STALE
    handovers.stop_reading(work.tx, handover)
    code = care.client_code
    audit.add(work.tx, now=work.now, actor=code, action="handover.reading_ended", subject=code)
    return show_again(work, care, message_id, work.say(care.language, "toast_hand_reads_not"))


def _change(work: Work, care: Care, item: Apart) -> Button:
    words = WORDS[item]
    if items.is_agreed(work, care, item):
        back = data("item_take_back", care.id, word=item)
        return Button(work.say(care.language, words.take_back), back)
    return Button(work.say(care.language, words.offer), data("item_ask", care.id, word=item))


def press(work: Work, care: Care, tapped: Press, update_id: int, message_id: int) -> Toast:
    """Act on a tap about one matter, here or in a round of questions."""
    item = items.find(tapped.word)
    if item is None:
        return STALE
    if tapped.name == "item_ask":
        return item_questions.ask_again(work, care, item, 0, message_id)
    if tapped.name == "item_take_back":
        item_questions.take_back(work, care, item)
        return show_again(work, care, message_id, work.say(care.language, "toast_item_off"))
    return _answer(work, care, item, tapped, update_id, message_id)


def _answer(
    work: Work, care: Care, item: Apart, tapped: Press, update_id: int, message_id: int
) -> Toast:
    place, toast = _place(tapped), None
    if tapped.name in ("item_yes", "item_yes_alone"):
        if not items.is_offered(work, care, item):
            return STALE
        shown = tapped.number("version")
        if not item_questions.agree(work, care, item, shown=shown, update_id=update_id):
            return item_questions.ask_again(work, care, item, place, message_id)
        toast = work.say(care.language, "toast_item_on")
    elif tapped.name == "item_no":
        item_questions.take_back(work, care, item)
        toast = work.say(care.language, "toast_item_off")
    if place == item_questions.IN_ROUND:
        item_questions.go_on(work, care, item, message_id)
        return toast
    return show_again(work, care, message_id, toast)


def _place(tapped: Press) -> int:
    if tapped.name in ("item_yes", "item_yes_alone"):  # a third number would not fit
        return item_questions.IN_ROUND if tapped.name == "item_yes" else 0
    return tapped.number("place")


def show_again(work: Work, care: Care, message_id: int, toast: Toast = None) -> Toast:
    """Show the card as things stand now in place of that message."""
    text, rows = _card(work, care)
    speak.edit(work, care.client_id, message_id, text, key="privacy", rows=rows)
    return toast
