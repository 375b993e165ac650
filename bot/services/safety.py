"""Hard words lead to help text at once. Nothing here judges a person, and no match does not mean
safe.
"""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services import speak
from bot.services.buttons import data
from bot.services.practice import Work
from flows.safety import screen
from flows.script.flow import Language
from storage import audit, people
from storage.cares import Care
from storage.check_ins import StoredCheckIn


def respond(work: Work, stored: StoredCheckIn, text: str) -> bool:
    """True if the text holds crisis wording: help text is then queued, before anything else."""
    verdict = screen(text)
    if verdict.risk == "none":
        return False
    rows = speak.row(_go_on(work, stored))
    opening = work.say(stored.state.language, "crisis_opening")
    tell_help(work, stored.client_id, stored.state.language, opening=opening, rows=rows)
    _record(work, stored.client_id, verdict.risk, verdict.matched)
    return True


def respond_outside(work: Work, care: Care, text: str) -> bool:
    """The same for text that belongs to no check-in."""
    verdict = screen(text)
    if verdict.risk == "none":
        return False
    opening = work.say(care.language, "crisis_opening")
    tell_help(work, care.client_id, care.language, opening=opening)
    _record(work, care.client_id, verdict.risk, verdict.matched)
    return True


def tell_help(
    work: Work,
    client_id: int,
    language: Language,
    *,
    opening: str | None = None,
    rows: Rows = (),
) -> None:
    """Queue the crisis text with the practice's own numbers; it says that nobody watches this
    chat.
    """
    numbers = work.practice.settings.practice.crisis_text(language)
    text = work.say(language, "crisis_text", numbers=numbers)
    whole = text if opening is None else f"{opening}\n\n{text}"
    speak.insist(work, client_id, whole, key="crisis", rows=rows)


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
