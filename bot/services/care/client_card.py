"""/client: a therapist's card of one client, with buttons to switch flows on and off, to send one
now, and to open what the client wrote.

It shows who the client is, what they get and that something is open, never what they answered:
a card is no reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.messages import Button, Rows
from bot.services.care import beginning_again, ending, handover_lines, session_lines
from bot.services.care.client_line import client_line
from bot.services.consent import stepwise, supervision
from bot.services.planning import enrolling, plans
from bot.services.work import pages_of_people, speak
from bot.services.work.button_forms import Name
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.shelf import number_of
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.occurrences import REQUEST_SLOT, plan_request
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import cares, check_ins, flags, moves
from storage.cares import Care
from storage.people import Person

MOST_BUTTONS = 90
"""Telegram takes 100 buttons; nobody looks through as many."""

BELOW: dict[cares.State, StaffKey] = {
    "draft": "card_draft",
    "invited": "card_invited",
    "asked": "card_not_active",
    "declined": "card_declined",
    "ended": "card_ended",
}
"""The text below the line where no flow can be switched on."""


def command(work: Work, therapist: Person, word: str) -> None:
    """/client M.K. or /client K7Q2 shows the card; /client alone asks whose. /client M.K. ends
    14.12. begins what the card's button does.
    """
    if not word.strip():
        _choose(work, therapist)
        return
    if ending.by_words(work, therapist, word):
        return
    care = cares.find_for_therapist(work.tx, therapist.id, word) or cares.find_for_therapist(
        work.tx, therapist.id, word, states=cares.STATES
    )
    alike = [] if care else cares.list_alike(work.tx, therapist.id, word)
    if alike:
        _choose_among(work, therapist, alike)
    elif care is None:
        _nobody(work, therapist, word)
    else:
        _show(work, therapist, care)


def show_again(work: Work, therapist: Person, care: Care, message_id: int) -> None:
    """Show the card in place of a message."""
    text, rows = _card(work, therapist, care)
    speak.edit(work, therapist.id, message_id, text, key="card", rows=rows)


def show_people(work: Work, therapist: Person, page: int, message_id: int) -> Toast:
    """Ask whose card to show, in place of a message, from that page on."""
    text, rows = _whose(work, therapist, cares.list_for_therapist(work.tx, therapist.id), page)
    speak.edit(work, therapist.id, message_id, text, key="card?", rows=rows)
    return None


def _choose(work: Work, therapist: Person) -> None:
    listed = cares.list_for_therapist(work.tx, therapist.id)
    if not listed:
        speak.reply(work, therapist.id, work.tell(therapist.language, "no_clients"), key="card?")
        return
    text, rows = _whose(work, therapist, listed, 0)
    speak.reply(work, therapist.id, text, key="card?", rows=rows)


def _whose(work: Work, therapist: Person, among: list[Care], page: int) -> tuple[str, Rows]:
    return pages_of_people.people(
        work,
        therapist.language,
        among,
        page,
        asks="card_whose",
        whose="card",
        leads_to=lambda care: data("card", care.id),
    )


def _nobody(work: Work, therapist: Person, word: str) -> None:
    """Nobody is called so: show those whose alias or code begins so."""
    every = cares.list_for_therapist(work.tx, therapist.id, states=cares.STATES)
    begins = pages_of_people.matching(every, word)
    text, rows = pages_of_people.found(
        work,
        therapist.language,
        begins,
        asks="card_whose",
        leads_to=lambda care: data("card", care.id),
    )
    if not begins:
        text = work.tell(therapist.language, "session_unknown", word=word.strip())
    speak.reply(work, therapist.id, text, key="card?", rows=rows)


def _choose_among(work: Work, therapist: Person, alike: list[Care]) -> None:
    """Ask which one is meant, by code: an alias is free again once its care is over."""
    text = "\n".join(
        [
            work.tell(therapist.language, "card_whose"),
            *(client_line(work, therapist, care) for care in alike),
        ]
    )
    buttons = [Button(care.client_code, data("card", care.id)) for care in alike[:MOST_BUTTONS]]
    speak.reply(work, therapist.id, text, key="card?", rows=speak.grid(buttons))


def _show(work: Work, therapist: Person, care: Care) -> None:
    text, rows = _card(work, therapist, care)
    speak.reply(work, therapist.id, text, key="card", rows=rows)


def _card(work: Work, therapist: Person, care: Care) -> tuple[str, Rows]:
    """The card as it stands now."""
    line = client_line(work, therapist, care).removeprefix("• ")
    move = moves.find_unsettled(work.tx, care.client_id)
    if move is not None and move.care_id == care.id and move.opened_at is not None:
        return _unrecognised(work, therapist, care, line, move.opened_at)
    if care.ended_by == "handover":
        text = work.tell(therapist.language, "card_handed_over", alias=care.alias)
        return f"{line}\n\n{text}", ()
    if care.state != "active":
        return _not_active(work, therapist, care, line)
    rows = _buttons(work, therapist, care)
    key: StaffKey = "card_flows" if rows else "card_nothing"
    agreed = supervision.line_for(work, therapist, care)
    parts = [line, *_asked_anew(work, therapist, care), *_ending(work, therapist, care)]
    parts += handover_lines.lines(work, therapist, care)
    parts += [*_open_flag(work, therapist, care), *session_lines.lines(work, therapist, care)]
    parts.append(work.tell(therapist.language, key))
    parts += [*_left_out(work, therapist, care), *([agreed] if agreed else [])]
    return "\n\n".join(parts), rows


def _not_active(work: Work, therapist: Person, care: Care, line: str) -> tuple[str, Rows]:
    """The card of somebody who does not take part: not yet, or not any more."""
    begins = beginning_again.buttons(work, therapist, care)
    below: StaffKey = BELOW[care.state]
    if begins and care.state == "ended":
        below = "card_ended_by_you"
    said = [line, work.tell(therapist.language, below, alias=care.alias)]
    if care.again_at is not None:
        said.insert(1, beginning_again.line(work, therapist, care))
    if enrolling.may_switch(care):
        said += session_lines.lines(work, therapist, care)
        rows = _buttons(work, therapist, care)
    else:
        rows = (*_new_link(work, therapist, care), *ending.buttons(work, therapist, care))
    if care.state in cares.OVER or care.again_at is not None:
        rows = (*_to_open(work, therapist, care), *rows)
    return "\n\n".join(said), (*rows, *begins)


def _open_flag(work: Work, therapist: Person, care: Care) -> Iterator[str]:
    """Say that something is open, since when, and what the therapist noted about it."""
    flag = flags.find_open(work.tx, care.id)
    if flag is None:
        return
    on = flag.opened_at.astimezone(zone(therapist.zone)).date()
    yield work.tell(therapist.language, "card_flag", on=on)


def _to_open(work: Work, therapist: Person, care: Care) -> Rows:
    """The buttons that open what a client wrote, what was noted of them, and what comes to them."""
    named: tuple[tuple[StaffKey, Name], ...] = (
        ("button_card_days", "card_days"),
        ("button_card_chart", "card_chart"),
        ("button_card_notes", "memos"),
        ("button_card_coming", "card_coming"),
    )
    buttons = [Button(work.tell(therapist.language, key), data(to, care.id)) for key, to in named]
    return (tuple(buttons[:2]), tuple(buttons[2:] if care.state == "active" else buttons[2:3]))


def _ending(work: Work, therapist: Person, care: Care) -> Iterator[str]:
    """Say that the therapy is to end, or is ending with the last questions."""
    if care.ending_at is not None:
        key: StaffKey = "card_ending_begun" if care.ending == "begun" else "card_ending"
        on = care.ending_at.astimezone(zone(care.zone)).date()
        yield work.tell(therapist.language, key, alias=care.alias, on=on)


def _unrecognised(
    work: Work, therapist: Person, care: Care, line: str, opened_at: datetime
) -> tuple[str, Rows]:
    """Ask whether the right person opened the link to another chat, before anything else."""
    on = opened_at.astimezone(zone(therapist.zone)).date()
    text = work.tell(therapist.language, "card_unrecognised", alias=care.alias, on=on)
    heard = Button(work.tell(therapist.language, "button_heard_word"), data("heard_word", care.id))
    wrong = Button(
        work.tell(therapist.language, "button_wrong_person"), data("wrong_phone", care.id)
    )
    return f"{line}\n\n{text}", speak.column(heard, wrong)


def can_move(work: Work, care: Care) -> bool:
    """True where this therapist may make a link that brings the client to another chat, also while
    a colleague's is not settled: of that they learn nothing.
    """
    return care.state in ("asked", "active") and not moves.awaits_word(work.tx, care.id)


def _asked_anew(work: Work, therapist: Person, care: Care) -> Iterator[str]:
    """Say that nothing is sent until the client has answered a changed text of the consent."""
    if stepwise.is_outdated(work, care):
        yield work.tell(therapist.language, "card_asked_anew", alias=care.alias)


def _new_link(work: Work, therapist: Person, care: Care) -> Rows:
    """The button that makes a new link: as long as nobody has used one, or to another chat."""
    if can_move(work, care):
        label = work.tell(therapist.language, "button_new_phone")
        return speak.row(Button(label, data("new_phone", care.id)))
    if care.state not in ("draft", "invited"):
        return ()
    label = work.tell(therapist.language, "button_invite_again", alias=care.alias)
    withdraw = work.tell(therapist.language, "button_withdraw")
    return speak.column(
        Button(label, data("invite_again", care.id)), Button(withdraw, data("withdraw", care.id))
    )


def _left_out(work: Work, therapist: Person, care: Care) -> Iterator[str]:
    """Say what every week leaves out of the flows that are on now."""
    for found in enrolling.overloads_of(work, care):
        yield work.tell(
            therapist.language,
            "card_never" if found.behind else "card_too_often",
            alias=care.alias,
            title=_title(found.flow, therapist),
            others=", ".join(_title(each, therapist) for each in found.behind),
            cap=work.practice.settings.practice.weekly_cap,
        )


def _buttons(work: Work, therapist: Person, care: Care) -> Rows:
    on = enrolling.running(work, care)
    buttons = []
    for flow in work.practice.shelf.list_current(work.tx):
        title = _title(flow, therapist)
        if enrolling.has_a_schedule(flow):
            label = work.tell(
                therapist.language, "card_on" if flow.id in on else "card_off", title=title
            )
            wanted = 0 if flow.id in on else 1
            buttons.append(Button(label, data("card_flow", care.id, number_of(flow), wanted)))
    if care.state == "active" and any(
        flow.schedule.on_request for flow in work.practice.shelf.list_current(work.tx)
    ):
        label = work.tell(therapist.language, "button_card_offer")
        buttons.append(Button(label, data("card_offer", care.id)))
    to_open = _to_open(work, therapist, care) if care.state == "active" else ()
    return (
        *to_open,
        *speak.column(*buttons[:MOST_BUTTONS]),
        *session_lines.button(work, therapist, care),
        *_new_link(work, therapist, care),
        *handover_lines.button(work, therapist, care),
        *ending.buttons(work, therapist, care),
    )


def offer(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Show what may be sent now: a screen of its own, so that nothing goes out by a slip."""
    if care.state != "active":
        return STALE
    buttons = [
        Button(
            work.tell(therapist.language, "button_card_send", title=_title(flow, therapist)),
            data("card_send", care.id, number_of(flow)),
        )
        for flow in work.practice.shelf.list_current(work.tx)
        if flow.schedule.on_request
    ]
    back = Button(work.tell(therapist.language, "button_back"), data("card", care.id))
    rows = speak.column(*buttons[:MOST_BUTTONS], back)
    speak.edit(work, therapist.id, message_id, None, key="offer", rows=rows)
    return None


def switch(
    work: Work, therapist: Person, care: Care, number: int, *, on: bool, message_id: int
) -> Toast:
    """Switch a flow on or off; tapping an old card again changes nothing."""
    flow = _flow(work, number)
    if flow is None or not enrolling.may_switch(care):
        return STALE
    if on:
        enrolling.switch_on(work, care, flow, by=therapist.code)
    else:
        enrolling.switch_off(work, care, flow.id, by=therapist.code)
    show_again(work, therapist, care, message_id)
    key: StaffKey = "card_switched_on" if on else "card_switched_off"
    return work.tell(therapist.language, key, title=_title(flow, therapist))


def send(work: Work, therapist: Person, care: Care, number: int) -> Toast:
    """Plan a check-in for now, or for the end of the quiet hours; the toast says which."""
    flow = _flow(work, number)
    if flow is None or care.state != "active" or not flow.schedule.on_request:
        return STALE
    refusal = _refusal(work, care)
    if refusal is not None:
        return work.tell(therapist.language, refusal, alias=care.alias)
    local = zone(care.zone)
    at = next_allowed(work.now, local, work.practice.quiet)
    slot = plan_request(now=at, zone=local, slot=REQUEST_SLOT)
    if plans.add_request(work, care, flow, slot) is None:
        return work.tell(therapist.language, "card_sent_today", alias=care.alias)
    values = {"title": _title(flow, therapist), "alias": care.alias}
    if at == work.now:
        return work.tell(therapist.language, "card_sent_now", **values)
    return work.tell(therapist.language, "card_sent", at=at, zone=zone(therapist.zone), **values)


def _refusal(work: Work, care: Care) -> StaffKey | None:
    """The reason why nothing can be sent to the client now."""
    if care.paused_at is not None:
        return "card_paused"
    if care.unreachable_at is not None:
        return "card_unreachable"
    if stepwise.is_outdated(work, care):
        return "card_asked_anew"
    return "card_another" if check_ins.find_open(work.tx, care.id) is not None else None


def _flow(work: Work, number: int) -> Flow | None:
    """The published flow that a button names; None where it is not published any more."""
    current = work.practice.shelf.list_current(work.tx)
    return next((flow for flow in current if number_of(flow) == number), None)


def _title(flow: Flow, therapist: Person) -> str:
    language = therapist.language if therapist.language in flow.languages else flow.languages[0]
    return flow.title.say(language)
