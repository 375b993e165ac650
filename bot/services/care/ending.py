"""The end of a therapy: last questions, a goodbye, and a day in which it can be taken back.

    decided -> begun, when its day has come -> over, once the last questions are

A therapist starts it from the client's card. Unlike a client who stops, nobody withdraws anything.
Used by the entries of therapists and the ticker; it never closes a risk case.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.messages import Button, Rows
from bot.services.care import named_client
from bot.services.check_in import check_ins
from bot.services.planning import plans
from bot.services.planning.spoken_days import read_day
from bot.services.safety import holding
from bot.services.work import speak, with_whom
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey, StaffKey
from flows.languages import typed_words
from flows.schedule.local_time import at_local
from flows.schedule.occurrences import REQUEST_SLOT, plan_request
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import audit, cares, deliveries, enrolments, moves, occurrences, people, risk_cases
from storage import check_ins as stored_check_ins
from storage.cares import Care
from storage.people import Person

FLOW = "ending"
"""The flow with the last questions, where one of this id is published."""
DAYS = (7, 14, 28)
"""The days from now on which a therapy may end by a tap, or now; any other can be typed."""
LONGEST = 366
NOW = 0
"""In place of a day in a button."""
EVENING = time(18)
"""On a day that was chosen the last questions come by then, after a last session."""
WINDOW = timedelta(days=2)
"""So long the last questions wait for another round to be over."""
UNDO_FOR = timedelta(days=1)


def may_end(work: Work, care: Care) -> bool:
    """True where a therapist may end the therapy by the card, also while a colleague has not said
    yet who came to another chat: of that they learn nothing.
    """
    is_running = care.state == "active" and care.ending is None
    return is_running and not moves.awaits_word(work.tx, care.id)


def may_take_back(work: Work, care: Care) -> bool:
    """True while the ending is still to come, and for a day after it."""
    if care.ending is None or moves.awaits_word(work.tx, care.id):
        return False
    if care.state == "active":
        return True
    by_therapist = care.state == "ended" and care.ended_by == "therapist"
    if not by_therapist or care.ended_at is None or work.now - care.ended_at >= UNDO_FOR:
        return False
    return people.chat_of(work.tx, care.client_id) is not None  # they may have come anew since


def buttons(work: Work, therapist: Person, care: Care) -> Rows:
    """The button on the card that ends the therapy, or the one that takes it back."""
    if may_end(work, care):
        label = work.tell(therapist.language, "button_end_care")
        return speak.row(Button(label, data("end_care", care.id)))
    if may_take_back(work, care):
        label = work.tell(therapist.language, "button_end_back")
        return speak.row(Button(label, data("end_back", care.id)))
    return ()


def ask_when(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Ask on which day the therapy ends; of a risk case that is open it is said first."""
    if not may_end(work, care):
        return STALE
    parts = [work.tell(therapist.language, "end_when", alias=care.alias)]
    case = risk_cases.find_open(work.tx, care.id)
    if case is not None and case.care_id == care.id:
        parts.insert(0, work.tell(therapist.language, "end_case", alias=care.alias))
    now = work.tell(therapist.language, "button_end_now")
    ahead = (_today(work, care) + timedelta(days=each) for each in DAYS)
    days = [
        Button(now, data("end_on", care.id, NOW)),
        *(
            Button(
                work.tell(therapist.language, "button_end_on", on=day),
                data("end_on", care.id, day.toordinal()),
            )
            for day in ahead
        ),
    ]
    back = Button(work.tell(therapist.language, "button_back"), data("card", care.id))
    rows = speak.column(*days, back)
    speak.edit(work, therapist.id, message_id, "\n\n".join(parts), key="end?", rows=rows)
    return None


def by_words(work: Work, therapist: Person, typed: str) -> bool:
    """/client M.K. ends 14.12. asks what the taps ask, and nothing counts yet; False where
    something else was typed.
    """
    care, rest = named_client.read(work, therapist, typed)
    word, _, words = rest.partition(" ")
    if care is None or word.casefold() not in typed_words("ending"):
        return False
    _ask_of(work, therapist, care, words)
    return True


def _ask_of(work: Work, therapist: Person, care: Care, words: str) -> None:
    today = work.said_at.astimezone(zone(care.zone)).date()
    day = read_day(words, today, therapist.language, ahead=True)
    if not may_end(work, care):
        speak.to_therapist(work, therapist, "end_not_now", alias=care.alias)
    elif day is None or not _is_ahead(work, care, day.toordinal()):
        speak.to_therapist(work, therapist, "end_unread", alias=care.alias)
    else:
        text, rows = _how(work, therapist, care, day.toordinal())
        speak.reply(work, therapist.id, text, key="end??", rows=rows)


def ask_how(work: Work, therapist: Person, care: Care, day: int, message_id: int) -> Toast:
    """Ask whether the last questions are to come; where there are none, nothing is asked."""
    if not may_end(work, care) or not (day == NOW or _is_ahead(work, care, day)):
        return STALE
    text, rows = _how(work, therapist, care, day)
    speak.edit(work, therapist.id, message_id, text, key="end??", rows=rows)
    return None


def _how(work: Work, therapist: Person, care: Care, day: int) -> tuple[str, Rows]:
    labels: list[tuple[StaffKey, int]] = [("button_end_silent", 0)]
    if work.practice.shelf.current(work.tx, FLOW) is not None:
        labels.insert(0, ("button_end_asks", 1))
    found = [
        Button(work.tell(therapist.language, key), data("end_how", care.id, day, on))
        for key, on in labels
    ]
    back = Button(work.tell(therapist.language, "button_back"), data("end_care", care.id))
    on = _today(work, care) if day == NOW else date.fromordinal(day)
    text = work.tell(therapist.language, "end_how", alias=care.alias, on=on)
    return text, speak.column(*found, back)


def decide(
    work: Work, therapist: Person, care: Care, day: int, *, asks: bool, message_id: int
) -> Toast:
    """The therapy ends on that day, and the client is told so; now, it begins to at once."""
    if not may_end(work, care) or not (day == NOW or _is_ahead(work, care, day)):
        return STALE
    on = _today(work, care) if day == NOW else date.fromordinal(day)
    asks = asks and work.practice.shelf.current(work.tx, FLOW) is not None
    if day == NOW:  # who has paused, or cannot be reached, is asked nothing
        asks = asks and care.paused_at is None and care.unreachable_at is None
    at = work.now if day == NOW else at_local(on, EVENING, zone(care.zone))
    cares.plan_ending(work.tx, care.id, at=at, how="asks" if asks else "silent")
    _note(work, care, "care.ending")
    is_known = care.unrecognised_since is None  # else it waits, see ``carry_on``
    if day == NOW and is_known:
        _begin(work, cares.load(work.tx, care.id))
    told: ClientKey | None = "ending_now" if asks else None
    if day != NOW:
        told = "ending_on" if asks else "ending_on_silent"
    after = cares.load(work.tx, care.id)
    if told is not None and after.state == "active" and is_known:
        _tell_client(work, care, told, on=on)
    key: StaffKey = "end_decided" if after.state == "active" else "end_done"
    text = work.tell(therapist.language, key, alias=care.alias, on=on)
    rows = buttons(work, therapist, after)
    speak.edit(work, therapist.id, message_id, text, key="ending", rows=rows)
    return None


def take_back(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """The therapy goes on, with the questions that were on before."""
    if not may_take_back(work, care):
        return STALE
    if care.ending == "begun":
        occurrences.cancel_planned(work.tx, care.id, "schedule_changed", work.now)
        enrolments.begin_again(work.tx, care.id, ended_at=care.ending_at)
    cares.take_ending_back(work.tx, care.id)
    plans.replan(work, enrolments.list_running(work.tx, care.id), "schedule_changed")
    _note(work, care, "care.ending_taken_back")
    _tell_client(work, care, "ending_taken_back")
    text = work.tell(therapist.language, "end_taken_back", alias=care.alias)
    speak.edit(work, therapist.id, message_id, text, key="end_back")
    return None


def carry_on(work: Work) -> None:
    """Begin each ending whose day has come, and finish each whose last questions are over."""
    for care in cares.list_ending(work.tx, work.now):
        if care.unrecognised_since is not None:
            continue  # a goodbye is for the client, and this may be anybody's chat
        if care.ending == "begun":
            _finish_if_over(work, care)
        else:
            _begin(work, care)


def _begin(work: Work, care: Care) -> None:
    """Nothing of the usual comes any more; the last questions come now, if they were wished for."""
    asks = care.ending == "asks"
    enrolments.end_for_care(work.tx, care.id, work.now)
    occurrences.cancel_planned(work.tx, care.id, "care_ended", work.now)
    cares.begin_ending(work.tx, care.id, work.now)
    flow = work.practice.shelf.current(work.tx, FLOW) if asks else None
    if flow is not None:
        local = zone(care.zone)
        at = next_allowed(work.now, local, work.practice.quiet)
        slot = plan_request(now=at, zone=local, slot=REQUEST_SLOT, window=WINDOW)
        plans.add_request(work, care, flow, slot)
    else:
        check_ins.stop(work, care.id)
    _finish_if_over(work, cares.load(work.tx, care.id))


def _finish_if_over(work: Work, care: Care) -> None:
    """End the care once nothing is asked, nor still to be, and nothing more is being written."""
    if stored_check_ins.find_open(work.tx, care.id) is not None:
        return
    if occurrences.list_planned(work.tx, care.id):
        return
    if deliveries.waits_for_more(work.tx, care.client_id, work.now):
        return
    if holding.find(work, care.id) is not None:
        return  # after a crisis card there is quiet
    cares.end(work.tx, care.id, by="therapist", now=work.now)
    _note(work, care, "care.ended")
    _tell_client(work, care, "goodbye")


def _tell_client(work: Work, care: Care, key: ClientKey, **values: object) -> None:
    """Say it, not in quiet hours nor right after a crisis card of whichever care, with a first line
    that a lock screen may show to anybody.
    """
    opening = work.say(care.language, "erased_opening")
    rest = with_whom.others_go_on(work, care)
    spoken: ClientKey = "goodbye_one" if rest and key == "goodbye" else key
    said = work.say(care.language, spoken, **names_for(work, care), **values)
    said = f"{said} {rest}".rstrip()
    text, not_before = f"{opening}\n\n{said}", holding.free_at(work, care)
    again = f"{key}{care.id}@{work.now.timestamp():.6f}"  # a therapy may begin and end twice
    speak.notify(work, care.client_id, text, key=again, not_before=not_before)


def _is_ahead(work: Work, care: Care, day: int) -> bool:
    """True for the ordinal of a day after today by the client's clock, within a year."""
    return 0 < day - _today(work, care).toordinal() <= LONGEST


def _today(work: Work, care: Care) -> date:
    return work.now.astimezone(zone(care.zone)).date()


def _note(work: Work, care: Care, action: str) -> None:
    therapist = people.load(work.tx, care.therapist_id)
    audit.add(work.tx, now=work.now, actor=therapist.code, action=action, subject=care.client_code)
