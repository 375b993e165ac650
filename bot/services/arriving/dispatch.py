"""One inbox row handled: whose it is decides who answers. The row is done in the same
transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import assert_never

from bot.services.arriving import (
    client_words,
    former_chat,
    hard_words,
    menus,
    of_staff,
    opened_links,
    whose_care,
)
from bot.services.arriving.entries.entry import (
    TAKING_PART,
    Asked,
    is_taking_part,
    standing_of,
)
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.services.care import invitations, out_of_reach
from bot.services.digest import digests
from bot.services.planning import own_place
from bot.services.safety import card, escalating, holding, quiet_line
from bot.services.work import speak, tapped_message
from bot.services.work.button_forms import FORMS
from bot.services.work.buttons import STALE
from bot.services.work.incoming import (
    BlockedBot,
    Commanded,
    EditedMessage,
    Forwarded,
    Incoming,
    NothingForUs,
    Pressed,
    Received,
    Said,
    SentMore,
    SentSomething,
    Started,
    UnblockedBot,
    read_text,
)
from bot.services.work.unit_of_work import Work
from flows.engine.remarks import asks_to_stop
from storage import deliveries, inbox, outbox, people, restores
from storage.cares import Care
from storage.inbox import InboxRow
from storage.outbox_rows import ANSWERS, caused_by
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Handled:
    """The things shown at once for an update, beside the messages that were queued."""

    toast: str | None = field(default=None, repr=False)
    """The words for a tap, if any."""
    is_typing: bool = False
    """True where what follows waits a little for more words: the chat shows "typing"."""


def handle(work: Work, row: InboxRow, received: Received) -> Handled:
    """Act on one update of a known person and mark its row done."""
    mine = _caused_by(work, row, ANSWERS)
    person = people.find_by_chat(work.tx, received.chat_id)
    handled = Handled()
    if person is None:
        act_then = partial(_take, mine, row, received)
        handled = Handled(former_chat.handle(mine, row, received, act_then))
    else:
        toast = _receive(mine, person, row, received)
        wrote = isinstance(received.incoming, Said | SentSomething | SentMore)
        is_typing = wrote and deliveries.waits_for_more(work.tx, person.id, work.now)
        handled = Handled(toast, is_typing)
    if inbox.is_kept(work.tx, row.id):  # erasing its sender takes it along
        inbox.mark_done(work.tx, row.id)
    return handled


def _take(work: Work, row: InboxRow, received: Received, person: Person) -> str | None:
    return _receive(work, person, row, received)


def looks_ahead(incoming: Incoming) -> bool:
    """True for what needs more read than a write has time for, whoever does it."""
    meant = _meant(incoming)
    of_anybody = (
        FOR_CLIENTS.ahead(meant),
        *(each.ahead(meant) for each in of_staff.OF_ADMINS.values()),
    )
    return any(look is not None for look in of_anybody)


def look_ahead(work: Work, chat_id: int, incoming: Incoming) -> object:
    """Read what the update of this chat needs, to be handed to ``handle`` as ``work.ahead``."""
    person, meant = people.find_by_chat(work.tx, chat_id), _meant(incoming)
    if person is None:
        return None
    table = of_staff.table_of(person)
    if table is not None:
        look = table.ahead(meant)
        return None if look is None else look(work, person)
    of_client = FOR_CLIENTS.ahead(meant)
    own = [] if of_client is None else whose_care.list_own(work, person.id)
    if of_client is None or not own:
        return None
    care = whose_care.find(work, own, meant)
    # it is for nobody whom ``act`` would refuse, and long work for nothing
    return of_client(work, care) if FOR_CLIENTS.allows(meant, standing_of(care)) else None


def _meant(incoming: Incoming) -> Incoming:
    return read_text(incoming.text) if isinstance(incoming, EditedMessage) else incoming


def _caused_by(work: Work, row: InboxRow, what: str) -> Work:
    """Key what is said for this row by it."""
    return replace(work, origin=caused_by(what, row.id, row.received_at))


def _receive(work: Work, person: Person, row: InboxRow, received: Received) -> str | None:
    incoming = received.incoming
    if isinstance(incoming, BlockedBot):
        out_of_reach.mark(work, person.id)
        outbox.drop_for_person(work.tx, person.id, reason="blocked", now=work.now)
        escalating.pass_over(work, person.id)
        return None
    if person.unreachable_at is not None:
        people.mark_reachable(work.tx, person.id)
        if person.role == "therapist":
            escalating.come_back(work, person)
            digests.send_unseen(work, person)
    if isinstance(incoming, Pressed) and not tapped_message.may_count(work, person, incoming):
        return _of_no_message(work, person, incoming)
    if isinstance(incoming, Started):
        invite = invitations.find_valid(work.tx, incoming.token, work.now)
        led = (
            person
            if invite is None
            else opened_links.follow(work, person, invite, received.chat_id)
        )
        if led is None:
            return None
        # the token of a good link is no words of anybody's
        person, incoming = led, incoming if invite is None else Started("")
        menus.follow(work, person)
    return act(work, person, incoming, update_id=row.update_id)


def _of_no_message(work: Work, person: Person, pressed: Pressed) -> str:
    say = work.say if person.role == "client" else work.tell
    is_lost = restores.is_lost_time(work.tx, pressed.shown_at)
    return say(person.language, "toast_before_restore" if is_lost else "toast_stale")


def act(work: Work, person: Person, incoming: Incoming, *, update_id: int) -> str | None:
    """Let what a person did lead to what it means; the toast for a tap, if any.

    Everything that a client writes is screened here, before anything else is done with it.
    """
    asked = hard_words.as_command(incoming)
    table = of_staff.table_of(person)
    if table is not None:
        return of_staff.act(work, person, table, asked or incoming, update_id)
    own = whose_care.list_own(work, person.id)
    verdict = hard_words.find_hard_words(work.practice, incoming)
    if not own:
        is_hard = hard_words.needs_card(verdict)
        if is_hard or asked is not None:
            card.hand_out(work, person, is_hard=is_hard)
        return None
    care = whose_care.find(work, own, incoming)
    verdict = hard_words.find_in_burst(work, care, incoming, verdict)
    if hard_words.needs_card(verdict):
        hard_words.respond(work, care, incoming, verdict)
        return None
    toast = _of_client(work, care, asked or incoming, update_id)
    if asked is None:  # the card says more than the line
        quiet_line.follow(work, care, verdict)
        if _leaves_room_to_ask(work, care, incoming):
            # what they did may have begun another care, or erased everything
            whose_care.follow_with_consent(work, care, whose_care.list_own(work, person.id))
    return toast


def _leaves_room_to_ask(work: Work, care: Care, incoming: Incoming) -> bool:
    """False where nothing may follow: a client who wants to stop is not asked to agree, and after a
    crisis card there is quiet.
    """
    if isinstance(incoming, BlockedBot | UnblockedBot | NothingForUs):
        return False
    if isinstance(incoming, Commanded) and incoming.name == "stop":
        return False
    return not _asks_to_stop(care, incoming) and holding.until(work, care.id) is None


def _of_client(work: Work, care: Care, incoming: Incoming, update_id: int) -> str | None:
    if _asks_to_stop(care, incoming):
        incoming = Commanded("stop", "")
    if isinstance(incoming, Commanded | SentSomething | Pressed):
        outbox.hasten(work.tx, care.client_id, work.now)  # a question waits for words only
    if _goes_on(incoming):
        holding.go_on(work, care.id)
    match incoming:
        case Started():
            client_words.start(work, care)
        case Commanded():
            _command_of_client(work, care, incoming)
        case Said():
            client_words.say(work, care, incoming.text)
        case Forwarded():
            client_words.forward(work, care)
        case SentSomething():
            _send_something(work, care, incoming)
        case SentMore():
            client_words.send_more(work, care, incoming.caption)
        case EditedMessage():
            meant = read_text(incoming.text)
            if isinstance(meant, Commanded) and FOR_CLIENTS.command(meant.name) is not None:
                _changed_to_command(work, care, meant)
            else:
                client_words.edit(work, care, incoming.text)
        case Pressed():
            toast = FOR_CLIENTS.answer(work, care, standing_of(care), incoming, update_id)
            return work.say(care.language, "toast_stale") if toast is STALE else toast
        case BlockedBot() | UnblockedBot() | NothingForUs():
            pass
        case _:
            assert_never(incoming)
    return None


def _asks_to_stop(care: Care, incoming: Incoming) -> bool:
    """True where somebody who takes part writes nothing but "stop". They are asked first, as after
    the command, and the word joins no answer in silence.
    """
    if not isinstance(incoming, Said) or not is_taking_part(care):
        return False
    return asks_to_stop(incoming.text, care.language)


def _goes_on(incoming: Incoming) -> bool:
    """True where a client goes on with questions after a crisis card."""
    match incoming:
        case Started():
            return True
        case Commanded():
            return incoming.name == "checkin"
        case Pressed():
            press = incoming.press
            if press is None:
                return False
            return press.name == "begin" or "check_in" in FORMS[press.name].things
        case Said() | Forwarded() | SentSomething() | SentMore() | EditedMessage():
            return False
        case BlockedBot() | UnblockedBot() | NothingForUs():
            return False
        case _:
            assert_never(incoming)


def _command_of_client(work: Work, care: Care, command: Commanded) -> None:
    """A command that is not for now, or not known, is answered by how things stand."""
    entry = FOR_CLIENTS.command(command.name)
    if entry is not None and entry.of == "care":
        among = whose_care.choices(work, care, entry.name, entry.when)
        if len(among) > 1:
            whose_care.ask(work, care, entry.name, command.rest, among)
            return
        care = among[0] if among else care
    standing = standing_of(care)
    if entry is not None and standing in entry.when:
        entry.act(work, care, Asked(command.rest))
    elif standing in TAKING_PART:
        speak.to_client(work, care, "unknown_command")
    else:
        client_words.start(work, care)


def _changed_to_command(work: Work, care: Care, command: Commanded) -> None:
    """A command that was mended acts, unless doing it once more would keep something twice."""
    entry = FOR_CLIENTS.command(command.name)
    keeps = entry is not None and entry.edited == "to_send_anew" and command.rest
    if keeps and standing_of(care) in TAKING_PART:
        speak.to_client(work, care, "edited_topic")
    else:
        _command_of_client(work, care, command)


def _send_something(work: Work, care: Care, sent: SentSomething) -> None:
    """A shared place is a wish for its clock, where no crisis card asks for something else."""
    is_wish = sent.spot is not None and standing_of(care) in TAKING_PART
    if sent.spot is not None and is_wish and holding.find(work, care.id) is None:
        own_place.ask(work, care, sent.spot)
    else:
        client_words.send_something(work, care, sent.caption, sent.sort)


def set_aside(work: Work, row: InboxRow, error: str, incoming: Incoming | None) -> None:
    """A row whose handling failed for good is kept, its sender is told, and the chat goes on.
    ``incoming`` where it could be read: hard words get their card all the same.
    """
    inbox.quarantine(work.tx, row.id, error=error, now=work.now)
    person = people.find(work.tx, row.person_id) if row.person_id is not None else None
    if person is None:
        return
    aside = _caused_by(work, row, "aside")
    is_client = person.role == "client"
    if is_client and incoming is not None and hard_words.respond_aside(aside, person, incoming):
        return
    text = (work.say if is_client else work.tell)(person.language, "kept_aside")
    speak.reply(aside, person.id, text, key="aside")
