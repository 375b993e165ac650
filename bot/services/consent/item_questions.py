"""Asks about each matter apart from the consent: once by itself, one after another in one message;
and keeps what the client decides.

Whoever leaves a question open, or says no, is not asked again by itself, unless they had agreed to
other words. Under /privacy each can be given and taken back alone.
"""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services.consent import deputy_reading, items, stepwise
from bot.services.consent.items import WORDS, Apart
from bot.services.safety import holding
from bot.services.work import speak
from bot.services.work.button_forms import Name
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from flows.languages import languages
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import audit, cares, check_ins, consent_questions, consents, deliveries
from storage.cares import Care
from storage.consent_questions import Asked

IN_ROUND = 1
"""In a button: others may follow. 0: asked for under /privacy, to which the answer leads back."""


def follow(work: Work, care_id: int) -> bool:
    """Begin a round with a client who is there, where something is to be asked about by itself and
    nothing else is under way; True where one begins now.
    """
    care = cares.find(work.tx, care_id)
    if care is None or care.state != "active" or care.paused_at is not None:
        return False
    if care.unrecognised_since is not None:
        return False  # a chat that may be anybody's decides nothing
    if stepwise.is_outdated(work, care):
        return False
    if check_ins.find_open_of(work.tx, care.client_id) is not None:
        return False
    if deliveries.waits_for_more(work.tx, care.client_id, work.now):
        return False
    to_ask = _to_ask(work, care)
    for item in to_ask:
        current = items.version(work, care, care.language, item)
        consent_questions.save(work.tx, care.id, Asked(item, current, work.now))
    if to_ask:
        text, rows = _in_round(work, care, to_ask[0])
        # it stands below what is said before it, and overtakes nothing
        speak.reply(work, care.client_id, text, key="items", rows=rows)
    return bool(to_ask)


def _to_ask(work: Work, care: Care) -> list[Apart]:
    """List what was never asked about, and what was agreed to in other words than today."""
    asked = {each.item: each for each in consent_questions.list_(work.tx, care.id)}
    found: list[Apart] = []
    for item in items.APART:
        if not items.is_offered(work, care, item):
            continue
        before = asked.get(item)
        if item == "deputy_view" and not _is_calm(work, care):
            continue
        if before is None:
            is_due = not items.is_agreed(work, care, item) or items.is_outdated(work, care, item)
        else:
            # other days, or another deputy, are another matter, also after a no
            is_other = item == "deputy_view" or items.is_outdated(work, care, item)
            is_due = is_other and not _is_present(work, care, before, item)
        if is_due:
            found.append(item)
    return found


def _is_calm(work: Work, care: Care) -> bool:
    """True by day, where no crisis card was shown just now."""
    by_day = next_allowed(work.now, zone(care.zone), work.practice.quiet) == work.now
    return by_day and holding.until(work, care.id) is None


def _is_present(work: Work, care: Care, asked: Asked, item: Apart) -> bool:
    """True where it was asked in the present words, in whatever language."""
    return any(asked.version == items.version(work, care, each, item) for each in languages())


def _round_of(work: Work, care: Care, item: Apart) -> list[Apart]:
    """The matters of the round in which it was asked about, in order."""
    asked = {each.item: each.asked_at for each in consent_questions.list_(work.tx, care.id)}
    began = asked.get(item)
    return [each for each in items.APART if each == item or (began and asked.get(each) == began)]


def _in_round(work: Work, care: Care, item: Apart) -> tuple[str, Rows]:
    everything, language = _round_of(work, care, item), care.language
    parts = []
    if everything[0] == item and len(everything) > 1:
        parts.append(work.say(language, "items_lead"))
    parts.append(_question(work, care, item))
    if len(everything) > 1:
        number = everything.index(item) + 1
        parts.append(work.say(language, "item_place", number=number, count=len(everything)))
    later = work.say(language, "button_item_later")
    leave = Button(later, data("item_leave", care.id, IN_ROUND, word=item))
    return "\n\n".join(parts), _rows(work, care, item, IN_ROUND, leave)


def _question(work: Work, care: Care, item: Apart) -> str:
    asked = items.question(work, care, item)
    if not items.is_outdated(work, care, item):
        return asked
    return f"{work.say(care.language, 'item_again')}\n\n{asked}"


def _rows(work: Work, care: Care, item: Apart, place: int, leave: Button) -> Rows:
    words, shown = WORDS[item], items.number(work, care, care.language, item)
    name: Name = "item_yes" if place == IN_ROUND else "item_yes_alone"
    yes = data(name, care.id, shown, word=item)
    no = data("item_no", care.id, place, word=item)
    agree = Button(work.say(care.language, words.yes), yes)
    decline = Button(work.say(care.language, words.no), no)
    return speak.column(agree, decline, leave)


def ask(work: Work, care: Care, item: Apart) -> tuple[str, Rows]:
    """The question by itself, for a client who wants to decide it under /privacy."""
    label = work.say(care.language, "button_item_back")
    leave = Button(label, data("item_leave", care.id, 0, word=item))
    return _question(work, care, item), _rows(work, care, item, 0, leave)


def agree(work: Work, care: Care, item: Apart, *, shown: int, update_id: int) -> bool:
    """Keep that the client agrees; False, and nothing is kept, where they read other words."""
    if shown != items.number(work, care, care.language, item):
        return False
    if items.is_agreed(work, care, item) and not items.is_outdated(work, care, item):
        return True  # a second tap is the same yes
    consents.add(
        work.tx,
        care_id=care.id,
        item=item,
        version=items.version(work, care, care.language, item),
        text_hash=items.hash_of(work, care, item),
        language=care.language,
        update_id=update_id,
        now=work.now,
    )
    _record(work, care, f"{item}.agreed")
    return True


def take_back(work: Work, care: Care, item: Apart) -> None:
    """Keep that the client does not agree, or no longer does."""
    if item == "deputy_view":
        deputy_reading.take_out(work, care)
    consents.revoke(work.tx, care.id, work.now, item=item)
    _record(work, care, f"{item}.declined")


def go_on(work: Work, care: Care, item: Apart, message_id: int) -> Toast:
    """Show the next question of the round in place of this one; after the last, how all stand."""
    everything = _round_of(work, care, item)
    left = everything[everything.index(item) + 1 :]
    following = next((each for each in left if items.is_offered(work, care, each)), None)
    if following is not None:
        text, rows = _in_round(work, care, following)
    else:
        text, rows = _done(work, care, everything), ()
    speak.edit(work, care.client_id, message_id, text, key="items", rows=rows)
    return None


def ask_again(work: Work, care: Care, item: Apart, place: int, message_id: int) -> Toast:
    """Show the question in its present words in place of older ones."""
    if not items.is_offered(work, care, item):
        return STALE
    text, rows = _in_round(work, care, item) if place == IN_ROUND else ask(work, care, item)
    speak.edit(work, care.client_id, message_id, text, key="items", rows=rows)
    return None


def _done(work: Work, care: Care, everything: list[Apart]) -> str:
    lines = [
        work.say(care.language, "item_line", line=items.standing(work, care, each))
        for each in everything
    ]
    return work.say(care.language, "items_done", lines="\n".join(lines))


def _record(work: Work, care: Care, action: str) -> None:
    audit.add(
        work.tx, now=work.now, actor=care.client_code, action=action, subject=care.client_code
    )
