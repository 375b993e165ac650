"""Keeps a chat tidy for a client who chose that: an answered question shrinks to a word, and the
message with a typed answer leaves the chat.

Used by ``effects`` in the transaction that keeps the answer: what it queues leaves only once that
is committed. It must never touch the crisis card, words that are kept as no answer, or anything
while a card stands: whoever is in need shall see what they wrote.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.services.safety import holding
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from storage import cares, deliveries
from storage.check_ins import StoredCheckIn

DELETABLE = timedelta(hours=48)
"""So long after it was written Telegram lets a bot take a message out of a private chat."""


def is_wanted(work: Work, stored: StoredCheckIn) -> bool:
    """True where the client chose it, and no crisis card stands."""
    return cares.is_tidy(work.tx, stored.care_id) and holding.find(work, stored.care_id) is None


def shrink(
    work: Work, stored: StoredCheckIn, turn_no: int, *, tapped: int | None, key: ClientKey
) -> None:
    """Every message with the question of this turn says only that it is answered."""
    shown = [number for turn, number in _shown(work, stored) if turn == turn_no]
    for message_id in dict.fromkeys((*shown, *(() if tapped is None else (tapped,)))):
        _shrink(work, stored, message_id, key)


def shrink_rest(work: Work, stored: StoredCheckIn, *, but: int | None) -> None:
    """At the end of a check-in none of its questions is left in the chat, also where one was shown
    twice or gone back from; ``but`` the one of that turn, which says itself that it is closed.
    """
    for turn_no, message_id in _shown(work, stored):
        if turn_no != but:
            _shrink(work, stored, message_id, "tidied")


def take_out(work: Work, stored: StoredCheckIn) -> None:
    """The message that is being handled leaves the chat: its words are kept as an answer."""
    if work.message_id is not None:
        until = work.said_at + DELETABLE
        speak.delete(work, stored.client_id, work.message_id, key="typed", expires_at=until)


def _shown(work: Work, stored: StoredCheckIn) -> list[tuple[int, int]]:
    return deliveries.list_questions(work.tx, stored.id)


def _shrink(work: Work, stored: StoredCheckIn, message_id: int, key: ClientKey) -> None:
    """Each message once: its number is the key."""
    mine = replace(work, origin=f"tidy{stored.id}")
    text = work.say(stored.state.language, key)
    speak.edit(mine, stored.client_id, message_id, text, key=str(message_id))
