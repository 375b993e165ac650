"""Hard words lead to help text at once. Nothing here judges a person, and no match does not mean
safe.
"""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.practice import Work
from flows.languages import Language
from flows.safety import screen
from storage import audit, people
from storage.cares import Care
from storage.check_ins import StoredCheckIn


def respond(work: Work, stored: StoredCheckIn, text: str, *, kept: bool, goes_on: bool) -> bool:
    """True if the text holds crisis wording: help text is then queued, before anything else.

    ``kept`` says whether the text was taken as an answer, ``goes_on`` whether a question follows:
    the help text then has the button that asks it.
    """
    rows = speak.row(_go_on(work, stored)) if goes_on else ()
    return _respond(work, stored.client_id, stored.state.language, text, kept=kept, rows=rows)


def respond_outside(work: Work, care: Care, text: str) -> bool:
    """The same for text that belongs to no check-in: nothing of it is kept."""
    return _respond(work, care.client_id, care.language, text, kept=False)


def _respond(
    work: Work, client_id: int, language: Language, text: str, *, kept: bool, rows: Rows = ()
) -> bool:
    verdict = screen(text)
    if verdict.risk == "none":
        return False
    parts = [work.say(language, "crisis_opening"), _help_text(work, language)]
    if not kept:
        parts.append(work.say(language, "crisis_not_kept"))
    speak.insist(work, client_id, "\n\n".join(parts), key="crisis", rows=rows)
    _record(work, client_id, verdict.risk, verdict.matched)
    return True


def tell_help(work: Work, client_id: int, language: Language) -> None:
    """Queue the crisis text, which a client asked for."""
    speak.insist(work, client_id, _help_text(work, language), key="crisis")


def _help_text(work: Work, language: Language) -> str:
    """The practice's own numbers, and that nobody watches this chat."""
    numbers = work.practice.settings.practice.crisis_text(language)
    return work.say(language, "crisis_text", numbers=numbers)


def _record(work: Work, client_id: int, risk: str, matched: tuple[str, ...]) -> None:
    code = people.load(work.tx, client_id).code
    audit.add(
        work.tx,
        now=work.now,
        actor="bot",
        action=f"safety.{risk}",
        subject=code,
        detail=",".join(matched),
    )


def _go_on(work: Work, stored: StoredCheckIn) -> Button:
    """The button by which a client goes on with the questions after the help text."""
    label = work.say(stored.state.language, "button_go_on")
    return Button(label, data("recall", stored.id))
