"""The entries of therapists, in the order in which /help names them."""

from __future__ import annotations

from collections.abc import Callable

from bot.services.arriving.entries import for_admins
from bot.services.arriving.entries.entry import (
    ALWAYS,
    Asked,
    Command,
    Table,
    Tap,
    Touched,
    alone,
    to_message,
    with_words,
)
from bot.services.arriving.entries.for_digests import DIGEST_TAPS
from bot.services.arriving.entries.for_endings import ENDING_TAPS
from bot.services.arriving.entries.for_handover import THERAPISTS_TAPS
from bot.services.arriving.entries.for_sessions import SESSION_TAPS
from bot.services.arriving.entries.for_supervisors import LOOKING
from bot.services.arriving.entries.ownership import (
    CARE,
    CASE,
    MEMO,
    OWN,
    SUPERVISED_BY,
)
from bot.services.care import (
    client_card,
    client_list,
    coming_up,
    inviting,
    memo_command,
    own_language,
    pausing_for,
)
from bot.services.consent import privacy
from bot.services.digest import (
    acknowledging,
    earlier_weeks,
    one_client,
    shown_digests,
)
from bot.services.handover import offering
from bot.services.own_data import new_phone, unused_invites, wrong_person
from bot.services.safety import card, case_view
from bot.services.safety.case_view import Opened
from bot.services.supervising import supervision_command
from bot.services.therapy_sessions import session_command
from bot.services.work import own_menu, speak
from bot.services.work.buttons import STALE, Toast
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage import people, supervisions
from storage.cares import Care
from storage.memos import Memo
from storage.people import Person
from storage.supervisions import Supervision


def _clients(work: Work, person: Person, asked: Asked) -> None:
    client_list.command(work, person)


def _digest(work: Work, person: Person, asked: Asked) -> None:
    typed = asked.rest.strip()
    if earlier_weeks.names_one(typed):
        earlier_weeks.ask(work, person, typed)
    elif typed:
        acknowledging.show_by_name(work, person, typed)
    else:
        _draft(work, person)


def _draft(work: Work, person: Person) -> None:
    shown_digests.show_draft(work, person)


def _open_flags(work: Work, person: Person, asked: Asked) -> None:
    shown_digests.show_flags(work, person)


def _chosen(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    return work.tell(person.language, "toast_chosen")


def _pause_end(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return pausing_for.end(work, person, care, tapped.message_id)


def _crisis(work: Work, person: Person, asked: Asked) -> None:
    card.hand_out(work, person, is_hard=False)


def _privacy(work: Work, person: Person, asked: Asked) -> None:
    said = [work.tell(person.language, "privacy")]
    if policy := privacy.policy_of(work):
        said.append(work.tell(person.language, "privacy_policy", url=policy))
    if supervisions.list_of_supervisor(work.tx, person.id):
        said.append(work.tell(person.language, "privacy_supervisor"))
    speak.reply(work, person.id, "\n\n".join(said), key="privacy")


def _help(work: Work, person: Person, asked: Asked) -> None:
    lines = [work.tell(person.language, key) for key in FOR_THERAPISTS.help("running")]
    lines += for_admins.help_lines(work, person)
    end = work.tell(person.language, "help.end")
    text = "\n".join(lines) + f"\n\n{end}"
    menu = own_menu.carried(work, person, menu_for(work, person))
    speak.reply(work, person.id, text, key="help", menu=menu)


def menu_for(work: Work, person: Person) -> list[tuple[str, str]]:
    """The therapist's own menu, in their language: without it their chat shows the clients'."""
    own = [(name, work.tell(person.language, key)) for name, key in FOR_THERAPISTS.menu()]
    return [*own, *for_admins.menu_lines(work, person)]


def _language(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return inviting.choose_language(work, person, care, tapped.press.word, tapped.message_id)


def _own_language(work: Work, person: Person, who: Person, tapped: Touched) -> Toast:
    toast = own_language.choose_for_therapist(work, person, tapped.press.word, tapped.message_id)
    now = people.load(work.tx, person.id)
    own_menu.show(work, now, menu_for(work, now))
    return toast


def _letter(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return inviting.whose_letter(work, person, care)


_LISTS: dict[str, Callable[[Work, Person, int, int], Toast]] = {
    "session": session_command.show_people,
    "card": client_card.show_people,
    "clients": client_list.turn,
    "handover": offering.show_people,
}
"""The lists of people whose pages are turned, by their name in the buttons."""


def _people_page(work: Work, person: Person, who: Person, tapped: Touched) -> Toast:
    show = _LISTS.get(tapped.press.word)
    page = tapped.press.number("page")
    return STALE if show is None else show(work, person, page, tapped.message_id)


def _card(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    client_card.show_again(work, person, care, tapped.message_id)
    return None


def _switch(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    flow, on = tapped.press.number("flow"), tapped.press.number("on") == 1
    return client_card.switch(work, person, care, flow, on=on, message_id=tapped.message_id)


def _send(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return client_card.send(work, person, care, tapped.press.number("flow"))


def _card_days(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return one_client.show_days(work, person, care)


def _card_chart(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return one_client.show_chart(work, person, care)


def _memos(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    memo_command.offer(work, person, care)
    return None


def _drop_memo(work: Work, person: Person, found: tuple[Care, Memo], tapped: Touched) -> Toast:
    care, memo = found
    return memo_command.drop(work, person, care, memo, tapped.message_id)


def _open_case(work: Work, person: Person, of: Opened, tapped: Touched) -> Toast:
    case_view.show(work, person, of)
    return None


def _mark_case(work: Work, person: Person, of: Opened, tapped: Touched) -> Toast:
    return case_view.mark(work, person, of, tapped.press.word, tapped.message_id)


def _end_supervision(work: Work, person: Person, made: Supervision, tapped: Touched) -> Toast:
    now, message_id = tapped.press.number("on") == 1, tapped.message_id
    return supervision_command.end(work, person, made, now=now, message_id=message_id)


FOR_THERAPISTS: Table[Person, StaffKey] = Table(
    commands=(
        Command("crisis", _crisis, menu="menu.crisis", help="help.crisis"),
        Command("invite", with_words(inviting.command), menu="menu.invite", help="help.invite"),
        Command("clients", _clients, menu="menu.clients", help="help.clients"),
        Command("client", with_words(client_card.command), menu="menu.client", help="help.client"),
        Command(
            "session",
            with_words(session_command.command),
            ALWAYS,
            "menu.session",
            "help.session",
            "to_send_anew",
        ),
        Command(
            "digest",
            _digest,
            menu="menu.digest",
            help="help.digest",
            ahead=shown_digests.draft_ahead,
        ),
        Command(
            "flags",
            _open_flags,
            menu="menu.flags",
            help="help.flags",
            ahead=shown_digests.flags_ahead,
        ),
        Command("pause", with_words(pausing_for.command), menu="menu.pause", help="help.pause"),
        Command(
            "note",
            with_words(memo_command.command),
            ALWAYS,
            "menu.note",
            "help.note",
            "to_send_anew",
        ),
        Command(
            "handover",
            with_words(offering.command),
            menu="menu.handover",
            help="help.handover",
        ),
        Command(
            "language",
            alone(own_language.ask_therapist),
            menu="menu.language",
            help="help.language",
        ),
        Command(
            "supervision",
            alone(supervision_command.show),
            menu="menu.supervision",
            help="help.supervision",
        ),
        Command("privacy", _privacy, menu="menu.privacy", help="help.privacy"),
        Command("help", _help, menu="menu.help", help="help.help"),
    ),
    taps=(
        Tap("language", CARE, _language),
        Tap("staff_language", OWN, _own_language),
        Tap("invite_again", CARE, to_message(inviting.invite_again)),
        Tap("withdraw", CARE, to_message(unused_invites.ask)),
        Tap("withdraw_now", CARE, to_message(unused_invites.withdraw)),
        Tap("name_keep", CARE, to_message(inviting.keep_name)),
        Tap("name_drop", CARE, to_message(inviting.drop_name)),
        Tap("letter", CARE, _letter),
        Tap("wrong_person", CARE, to_message(wrong_person.ask)),
        Tap("wrong_person_now", CARE, to_message(wrong_person.undo)),
        Tap("right_person", CARE, to_message(wrong_person.keep)),
        Tap("new_phone", CARE, to_message(new_phone.ask)),
        Tap("new_phone_link", CARE, to_message(new_phone.make_link)),
        Tap("heard_word", CARE, to_message(new_phone.recognise)),
        Tap("wrong_phone", CARE, to_message(new_phone.ask_to_undo)),
        Tap("wrong_phone_now", CARE, to_message(new_phone.undo)),
        *ENDING_TAPS,
        *SESSION_TAPS,
        *THERAPISTS_TAPS,
        Tap("people_page", OWN, _people_page),
        Tap("card", CARE, _card),
        Tap("card_offer", CARE, to_message(client_card.offer)),
        Tap("card_flow", CARE, _switch),
        Tap("card_send", CARE, _send),
        Tap("card_days", CARE, _card_days),
        Tap("card_chart", CARE, _card_chart),
        Tap("card_coming", CARE, to_message(coming_up.show)),
        *DIGEST_TAPS,
        Tap("chosen", OWN, _chosen),
        Tap("pause_end", CARE, _pause_end),
        Tap("memos", CARE, _memos),
        Tap("memo_drop", MEMO, _drop_memo),
        Tap("case", CASE, _open_case),
        Tap("case_mark", CASE, _mark_case),
        Tap("supervision_confirm", SUPERVISED_BY, to_message(supervision_command.confirm)),
        Tap("supervision_end", SUPERVISED_BY, _end_supervision),
        *LOOKING,
    ),
)
"""The things that a therapist may do in the chat."""
