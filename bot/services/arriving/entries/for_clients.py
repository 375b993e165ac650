"""The entries of clients, in the order in which menu and /help name them."""

from __future__ import annotations

from bot.services.arriving import check_in_taps, hard_words, note_taps, tidy_taps
from bot.services.arriving.entries.entry import (
    ALWAYS,
    ASKED,
    IN_A_DIGEST,
    TAKING_PART,
    UNRECOGNISED,
    Asked,
    Command,
    Table,
    Tap,
    Touched,
    alone,
    standing_of,
    with_words,
)
from bot.services.arriving.entries.for_handover import CLIENTS_TAPS
from bot.services.arriving.entries.ownership import (
    NOTHING,
    OWN_CARE,
    OWN_CHECK_IN,
    OWN_ENROLMENT,
    OWN_NOTE,
    OWN_WORDS,
    Words,
)
from bot.services.care import consents, own_help, own_language, pausing
from bot.services.check_in import asked_for, noting, topics
from bot.services.consent import privacy, stepwise
from bot.services.digest import preview
from bot.services.own_data import (
    copying,
    erasing,
    history,
    new_chat,
    own_chart,
    what_is_kept,
)
from bot.services.planning import own_place, own_times
from bot.services.safety import card, cases
from bot.services.therapy_sessions import not_met
from bot.services.work import own_menu, speak
from bot.services.work.buttons import STALE, Press, Toast
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from storage import people
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.enrolments import Enrolment
from storage.notes import StoredNote
from storage.people import Person


def _history_page(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    history.turn_to(work, care, tapped.press.number("page"), tapped.message_id)
    return None


def _history_chart(work: Work, care: Care, _nothing: Care, tapped: Touched) -> Toast:
    return own_chart.send(work, care, tapped.message_id)


def _choose_language(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    toast = own_language.choose(work, care, tapped.press.word, tapped.message_id)
    person = people.load(work.tx, care.client_id)
    own_menu.show(work, person, menu_for(work, person))
    return toast


def menu_for(work: Work, person: Person) -> list[tuple[str, str]]:
    """A client's menu in their own language, which need not be their phone's."""
    return [(name, work.say(person.language, key)) for name, key in FOR_CLIENTS.menu()]


def _help(work: Work, care: Care, asked: Asked) -> None:
    standing = standing_of(care)
    own_help.show(work, care, FOR_CLIENTS.help(standing), is_over=standing == "over")


def _begin(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    return asked_for.press(work, care, tapped.press.number("flow"))


def _again(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    return asked_for.again(work, care, tapped.press.number("flow"), tapped.message_id)


def _own_times(work: Work, care: Care, enrolment: Enrolment, tapped: Touched) -> Toast:
    return own_times.press(work, care, enrolment, tapped.press, tapped.message_id)


def _live_by(work: Work, care: Care, _nothing: Care, tapped: Touched) -> Toast:
    return own_place.take(work, care, tapped.press.number("clock"), tapped.message_id)


def _live_elsewhere(work: Work, care: Care, _nothing: Care, tapped: Touched) -> Toast:
    return own_place.elsewhere(work, care)


def _ask_language(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    own_language.ask(work, care)
    return None


def _with_whom(work: Work, care: Care, of: Words, tapped: Touched) -> Toast:
    """Go on with a command as with one therapist, with the words that waited for the tap."""
    _, note = of
    entry = FOR_CLIENTS.command(tapped.press.word)
    if entry is None or entry.of == "person" or standing_of(care) not in entry.when:
        return STALE
    if note is not None and note.kept_at is not None:
        return STALE
    _settle(work, care, tapped)
    entry.act(work, care, Asked("" if note is None else noting.take_up(work, note)))
    return None


def _hold_back(work: Work, care: Care, of: StoredCheckIn | StoredNote, tapped: Touched) -> Toast:
    return preview.hold_back(work, care, of, tapped.press, tapped.message_id)


def _let_go(work: Work, care: Care, of: StoredCheckIn | StoredNote, tapped: Touched) -> Toast:
    return preview.let_go(work, care, of, tapped.press, tapped.message_id)


def _preview_page(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    preview.turn_to(work, care, tapped.press.number("page"), tapped.message_id)
    return None


def _preview_text(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    preview.show_text(work, care)
    return None


def _misunderstood(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    card.misunderstood(work, care, tapped.message_id)
    return None


def _step(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    shown, place = tapped.press.number("version"), tapped.press.number("place")
    return stepwise.turn(work, care, shown=shown, place=place, message_id=tapped.message_id)


def _numbers(work: Work, care: Care, _nothing: Care, tapped: Touched) -> Toast:
    hard_words.ask(work, care, "")
    return None


def _agree(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    if not stepwise.waits(work, care):
        return STALE
    _settle(work, care, tapped)
    shown = tapped.press.number("version")
    consents.give(work, care, shown=shown, update_id=tapped.update_id)
    return None


def _decline(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    if not stepwise.waits(work, care):
        return STALE
    _settle(work, care, tapped)
    if care.state == "asked":
        consents.decline(work, care)
    else:
        consents.confirm_stop(work, care)
    return None


def _end(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    _settle(work, care, tapped)
    if care.unrecognised_since is None:
        consents.withdraw(work, care)
    elif care.state == "active":
        new_chat.stop(work, care)
    return None


def _ask_to_stop(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    _ask_whether_to_stop(work, care)
    return None


def _ask_whether_to_stop(work: Work, care: Care) -> None:
    if care.unrecognised_since is None:
        consents.confirm_stop(work, care)
    elif care.state == "active":
        new_chat.confirm_stop(work, care)
    else:
        new_chat.say_how_it_stands(work, care)


def _keep(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    _settle(work, care, tapped)
    if stepwise.is_outdated(work, care):  # nothing goes on before they have answered that
        stepwise.show(work, care)
        return None
    return work.say(care.language, "toast_kept")


def _item(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    return privacy.press(work, care, tapped.press, tapped.update_id, tapped.message_id)


def _copies(work: Work, care: Care, press: Press) -> object:
    return copying.make_all(work, care)


def _send_copy(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    copying.send(work, care)
    return None


def _ask_to_erase(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    erasing.ask(work, care)
    return None


def _erase_next(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    erasing.ask_last(work, care, tapped.message_id)
    return None


def _erase_now(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    return erasing.confirm(
        work,
        care,
        minute=tapped.press.number("minute"),
        message_id=tapped.message_id,
        update_id=tapped.update_id,
    )


def _erase_keep(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    return erasing.keep(work, care, tapped.message_id)


def _unmet_how(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    return not_met.take(work, care, stored, tapped.press.word, tapped.message_id)


def _tell(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    cases.tell(work, care)
    return None


def _settle(work: Work, care: Care, tapped: Touched) -> None:
    """A question about the care itself is answered once: its message loses its buttons."""
    speak.edit(work, care.client_id, tapped.message_id, None, key="settled")


HERE = TAKING_PART | UNRECOGNISED
"""Also in a chat that may be anybody's: what it names is then of that chat only."""
EVERYWHERE = ALWAYS | UNRECOGNISED

FOR_CLIENTS: Table[Care, ClientKey] = Table(
    commands=(
        Command(
            "crisis",
            with_words(hard_words.ask),
            EVERYWHERE,
            menu="menu.crisis",
            help="help.crisis",
            of="person",
        ),
        Command("checkin", alone(asked_for.ask), HERE, "menu.checkin", "help.checkin"),
        Command(
            "topic",
            with_words(topics.command),
            TAKING_PART,
            "menu.topic",
            "help.topic",
            edited="to_send_anew",
        ),
        Command("history", alone(history.show), menu="menu.history", help="help.history"),
        Command("preview", alone(preview.show), IN_A_DIGEST, "menu.preview", "help.preview"),
        Command("when", with_words(own_times.command), TAKING_PART, "menu.when", "help.when"),
        Command(
            "language",
            alone(own_language.ask),
            TAKING_PART,
            "menu.language",
            "help.language",
            of="person",
        ),
        Command("pause", with_words(pausing.pause), TAKING_PART, "menu.pause", "help.pause"),
        Command("resume", alone(pausing.resume), TAKING_PART, "menu.resume", "help.resume"),
        Command(
            "privacy", alone(privacy.show), menu="menu.privacy", help="help.privacy", of="person"
        ),
        Command(
            "mydata", alone(what_is_kept.show), menu="menu.mydata", help="help.mydata", of="person"
        ),
        Command(
            "export", alone(copying.send), help="help.export", of="person", ahead=copying.make_all
        ),
        Command("erase", alone(erasing.ask), help="help.erase", of="person"),
        Command("help", _help, EVERYWHERE, menu="menu.help", of="person"),
        Command("stop", alone(_ask_whether_to_stop), HERE, "menu.stop", "help.stop"),
    ),
    taps=(
        Tap("answer", OWN_CHECK_IN, check_in_taps.answer, HERE),
        Tap("skip", OWN_CHECK_IN, check_in_taps.skip, HERE),
        Tap("back", OWN_CHECK_IN, check_in_taps.back, HERE),
        Tap("done", OWN_CHECK_IN, check_in_taps.done, HERE),
        Tap("withhold", OWN_CHECK_IN, check_in_taps.withhold, HERE),
        Tap("add", OWN_CHECK_IN, check_in_taps.add, HERE),
        Tap("recall", OWN_CHECK_IN, check_in_taps.recall, HERE),
        Tap("later", OWN_CHECK_IN, check_in_taps.later, HERE),
        Tap("snooze", OWN_CHECK_IN, check_in_taps.snooze, HERE),
        Tap("unmet", OWN_CHECK_IN, check_in_taps.unmet, TAKING_PART),
        Tap("unmet_how", OWN_CHECK_IN, _unmet_how, TAKING_PART),
        Tap("change", OWN_CHECK_IN, check_in_taps.change, HERE),
        Tap("begin", OWN_CARE, _begin, HERE),
        Tap("again", OWN_CARE, _again, TAKING_PART),
        Tap("own_times", OWN_ENROLMENT, _own_times, TAKING_PART),
        Tap("own_set", OWN_ENROLMENT, _own_times, TAKING_PART),
        Tap("own_reset", OWN_ENROLMENT, _own_times, TAKING_PART),
        Tap("own_language", OWN_CARE, _choose_language, TAKING_PART),
        Tap("live_by", NOTHING, _live_by, TAKING_PART),
        Tap("live_elsewhere", NOTHING, _live_elsewhere, TAKING_PART),
        Tap("times_keep", OWN_CARE, _keep, TAKING_PART),
        Tap("language_ask", OWN_CARE, _ask_language, TAKING_PART),
        Tap("note_pass", OWN_NOTE, note_taps.pass_on, HERE),
        Tap("topic_drop", OWN_NOTE, note_taps.drop_topic, TAKING_PART),
        Tap("note_drop", OWN_NOTE, note_taps.drop, HERE),
        Tap("note_pass_to", OWN_WORDS, note_taps.pass_to, HERE),
        Tap("with_whom", OWN_WORDS, _with_whom, EVERYWHERE),
        Tap("hold_back", OWN_CHECK_IN, _hold_back, IN_A_DIGEST),
        Tap("let_go", OWN_CHECK_IN, _let_go, IN_A_DIGEST),
        Tap("note_hold_back", OWN_NOTE, _hold_back, IN_A_DIGEST),
        Tap("note_let_go", OWN_NOTE, _let_go, IN_A_DIGEST),
        Tap("preview_page", OWN_CARE, _preview_page, IN_A_DIGEST),
        Tap("history_page", OWN_CARE, _history_page),
        Tap("history_chart", OWN_CARE, _history_chart),
        Tap("preview_text", OWN_CARE, _preview_text, IN_A_DIGEST),
        Tap("misunderstood", OWN_CARE, _misunderstood, HERE),
        Tap("tell", OWN_CARE, _tell, HERE),
        Tap("export", OWN_CARE, _send_copy, ahead=_copies),
        Tap("erase", OWN_CARE, _ask_to_erase),
        Tap("erase_next", OWN_CARE, _erase_next),
        Tap("erase_now", OWN_CARE, _erase_now),
        Tap("erase_keep", OWN_CARE, _erase_keep),
        Tap("consent_step", OWN_CARE, _step, ASKED | HERE),
        Tap("consent", OWN_CARE, _agree, ASKED | HERE),
        Tap("decline", OWN_CARE, _decline, ASKED | HERE),
        Tap("numbers", NOTHING, _numbers, EVERYWHERE),
        Tap("stop_ask", OWN_CARE, _ask_to_stop, TAKING_PART),
        Tap("stop", OWN_CARE, _end, HERE),
        Tap("keep", OWN_CARE, _keep, HERE),
        *(Tap(name, OWN_CARE, _item, TAKING_PART) for name in privacy.TAPS),
        *CLIENTS_TAPS,
        Tap("tidy_ask", OWN_CARE, tidy_taps.ask, TAKING_PART),
        Tap("tidy_on", OWN_CARE, tidy_taps.turn_on, TAKING_PART),
        Tap("tidy_off", OWN_CARE, tidy_taps.turn_off, TAKING_PART),
        Tap("tidy_not", OWN_CARE, tidy_taps.leave, TAKING_PART),
    ),
)
"""The things that a client may do in the chat."""
