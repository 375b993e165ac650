"""A word that both sides read as a client opens the link, to be said aloud in the room.

It lets a therapist see that the right person came. It is drawn once and kept nowhere.
"""

from __future__ import annotations

import hashlib

from bot.messages import Button
from bot.services.work import notices, speak
from bot.services.work.buttons import data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from storage import people
from storage.cares import Care


def introduce(work: Work, care: Care) -> None:
    """Tell the client the word, and the therapist who came and by which word to know them."""
    word = word_for(work, care)
    told = work.say(care.language, "room_word", word=word, **names_for(work, care))
    speak.insist(work, care.client_id, told, key="word")
    therapist = people.load(work.tx, care.therapist_id)
    text = work.tell(therapist.language, "client_came", alias=care.alias, word=word)
    label = work.tell(therapist.language, "button_wrong_person")
    rows = speak.row(Button(label, data("wrong_person", care.id)))
    notices.tell(work, therapist, "came", text, key="came", rows=rows)


def word_for(work: Work, care: Care) -> str:
    """Draw one of the words of two syllables in the client's language."""
    words = work.say(care.language, "room_words").split()
    drawn = hashlib.sha256(work.practice.ids.token().encode()).digest()
    return words[int.from_bytes(drawn[:8], "big") % len(words)]
