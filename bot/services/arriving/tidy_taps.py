"""Turns taps on the buttons of a tidy chat into the choice of it."""

from __future__ import annotations

from bot.services.arriving.entries.entry import Touched
from bot.services.consent import privacy, tidy_chat
from bot.services.work.buttons import Toast
from bot.services.work.unit_of_work import Work
from storage.cares import Care


def ask(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    """Say what a tidy chat is."""
    tidy_chat.ask(work, care)
    return None


def turn_on(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    """The chat is kept tidy."""
    return tidy_chat.turn_on(work, care, tapped.message_id)


def turn_off(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    """Answers stay in the chat; the card that was tapped stands as before, and says so."""
    tidy_chat.turn_off(work, care)
    return privacy.show_again(work, care, tapped.message_id)


def leave(work: Work, care: Care, _own: Care, tapped: Touched) -> Toast:
    """The choice stays as it is."""
    return tidy_chat.leave(work, care, tapped.message_id)
