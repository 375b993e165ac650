"""The help text for hard words, and for who asks for it.

Which words are hard is found before anything else is done with them, by ``arriving.hard_words``.
Nothing here judges a person, and no match does not mean safe.
"""

from __future__ import annotations

from bot.messages import Button
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.languages import Language
from flows.safety import Verdict
from storage import audit, people
from storage.check_ins import StoredCheckIn


def respond(
    work: Work,
    client_id: int,
    language: Language,
    verdict: Verdict,
    *,
    after: str | None = None,
    waiting: StoredCheckIn | None = None,
) -> None:
    """Queue help text for hard words, and record by which rules they were found.

    ``after`` says what became of the words, where that is not plain; ``waiting`` is the check-in
    whose next question waits until the client goes on: the help text then has the button that asks
    it.
    """
    parts = [work.say(language, "crisis_opening"), _help_text(work, language)]
    if after is not None:
        parts.append(after)
    rows = speak.row(_go_on(work, waiting)) if waiting is not None else ()
    speak.insist(work, client_id, "\n\n".join(parts), key="crisis", rows=rows)
    _record(work, client_id, verdict)


def tell_help(work: Work, client_id: int, language: Language) -> None:
    """Queue the crisis text, which a client asked for."""
    speak.insist(work, client_id, _help_text(work, language), key="crisis")


def _help_text(work: Work, language: Language) -> str:
    """The practice's own numbers, and that nobody watches this chat."""
    numbers = work.practice.settings.practice.crisis_text(language)
    return work.say(language, "crisis_text", numbers=numbers)


def _record(work: Work, client_id: int, verdict: Verdict) -> None:
    code = people.load(work.tx, client_id).code
    audit.add(
        work.tx,
        now=work.now,
        actor="bot",
        action=f"safety.{verdict.risk}",
        subject=code,
        detail=",".join(verdict.matched),
    )


def _go_on(work: Work, stored: StoredCheckIn) -> Button:
    """The button by which a client goes on with the questions after the help text."""
    label = work.say(stored.state.language, "button_go_on")
    return Button(label, data("recall", stored.id))
