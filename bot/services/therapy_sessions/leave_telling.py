"""Tells clients, each once, that their therapist is away, or that this has changed; only where the
therapist wants that.

Used by the screen of a leave and by the ticker, a few clients at a time. It says when the next
summary is made and where to turn in need, and must never say who else has a therapist here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.messages import Button
from bot.services.safety import alerting, card, holding, on_call
from bot.services.work import speak, with_whom
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.periods import first_after
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.languages import Language
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import audit, cares, check_ins, leaves, people
from storage.cares import Care
from storage.leaves import Leave
from storage.people import Person

AT_ONCE = 20
"""So many clients are told in one transaction."""
UNDER_WAY = timedelta(hours=1)
"""So long it waits for somebody who is in the middle of a check-in."""


def whom(work: Work, leave: Leave) -> list[Care]:
    """The clients who are told of it: those who take part, by id."""
    found = cares.list_for_therapist(work.tx, leave.therapist_id, states=("active",))
    return sorted(found, key=lambda care: care.id)


def ask(work: Work, therapist: Person, leave: Leave, message_id: int) -> Toast:
    """Show what the clients would read, before they do."""
    if leave.undone_at is not None or leave.told_at is not None:
        return STALE
    found, language = whom(work, leave), therapist.language
    if not found:
        return STALE
    intro = work.tell(language, "leave_tell_sure", count=len(found))
    send = Button(work.tell(language, "button_leave_tell_now"), data("leave_tell", leave.id))
    back = Button(work.tell(language, "button_back"), data("leave", leave.id))
    text = f"{intro}\n\n{_away(work, found[0], leave, language)}"
    speak.edit(work, therapist.id, message_id, text, key="leave", rows=speak.column(send, back))
    return None


def begin(work: Work, therapist: Person, leave: Leave) -> Toast:
    """The clients are told from now on."""
    if leave.undone_at is not None or leave.told_at is not None:
        return STALE
    leaves.begin_telling(work.tx, leave.id, "away", work.now)
    audit.add(
        work.tx, now=work.now, actor=therapist.code, action="leave.told", subject=therapist.code
    )
    return None


def tell(work: Work) -> bool:
    """Tell the next clients; False where there is nobody left."""
    leave = leaves.find_telling(work.tx)
    if leave is None:
        return False
    waiting = [care for care in whom(work, leave) if care.id > leave.told_to]
    now, later = waiting[:AT_ONCE], waiting[AT_ONCE:]
    for care in now:
        _tell(work, care, leave)
    to = now[-1].id if now else leave.told_to
    leaves.mark_told(work.tx, leave.id, to=to, is_all=not later)
    return True


def _tell(work: Work, care: Care, leave: Leave) -> None:
    """Say it in the day, not in the middle of a check-in, and not while nothing else is said after
    a crisis card.
    """
    if leave.telling == "away":
        text = _away(work, care, leave, care.language)
    elif leave.told_at is None or care.active_since is None or care.active_since > leave.told_at:
        return  # was never told of the leave
    else:
        text = _changed(work, care, leave)
    key = f"leave_{leave.telling}{leave.id}:{care.id}"
    speak.notify(work, care.client_id, text, key=key, not_before=_may_be_told_at(work, care))


def _may_be_told_at(work: Work, care: Care) -> datetime:
    at = holding.until(work, care.id) or work.now
    if check_ins.find_open_of(work.tx, care.client_id) is not None:
        at = max(at, work.now + UNDER_WAY)
    return next_allowed(at, zone(care.zone), work.practice.quiet)


def _away(work: Work, care: Care, leave: Leave, language: Language) -> str:
    names = names_for(work, care, language)
    said = [work.say(language, "leave_away", first=leave.first_on, last=leave.last_on, **names)]
    if care.paused_at is None:
        said.append(work.say(language, "leave_questions"))
    if leave.digests == "waits":
        said.append(_summary(work, care, leave, language))
    if _goes_to_deputy(work, care, leave):
        said.append(work.say(language, "leave_deputy", **names))
    need = work.say(language, "leave_need")
    numbers = ""
    if card.language_of(work, language) == language:
        numbers = work.practice.settings.practice.crisis_text(language).strip()
    opening = work.say(language, "erased_opening")
    rest = with_whom.only_here(work, care, language)
    return "\n\n".join(filter(None, (opening, " ".join(said), rest, need, numbers)))


def _goes_to_deputy(work: Work, care: Care, leave: Leave) -> bool:
    """True where messages about hard words of this client go to whoever covers."""
    has_cover = leave.stand_in_id is not None and leave.stand_in_said == "yes"
    is_agreed = alerting.is_agreed(work, care) and on_call.may_tell_deputies(work, care)
    return has_cover and is_agreed and leave.stand_in_id not in on_call.other_therapists(work, care)


def _changed(work: Work, care: Care, leave: Leave) -> str:
    language = care.language
    names = names_for(work, care)
    values = {"first": leave.first_on, "last": leave.last_on}
    opening = work.say(language, "erased_opening")
    said = work.say(language, "leave_changed", **values, **names)
    return "\n\n".join(filter(None, (opening, said, with_whom.only_here(work, care))))


def _summary(work: Work, care: Care, leave: Leave, language: Language) -> str:
    """Say with which summary the therapist gets what is told in these days."""
    therapist = people.load(work.tx, care.therapist_id)
    at, local = first_after(work, therapist, leave.last_on), zone(therapist.zone)
    names = names_for(work, care, language)
    return work.say(language, "leave_summary", at=at, zone=local, **names)
