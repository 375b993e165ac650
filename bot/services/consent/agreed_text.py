"""The text of the consent: its steps as they are shown, and what tells one version from another.

It must never change what a client has agreed to: a text that reads differently is another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import get_args

from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts import Texts
from bot.texts.keys import ClientKey
from bot.texts.naming import Cased
from flows.languages import Language
from storage.cares import Care

VERSION = "2027-02"
"""The name of the text as a client reads it; raised whenever its meaning changes."""
FIRST: ClientKey = "consent.hello"
FIRST_ANEW: ClientKey = "consent.changed"
"""The first step for somebody who had agreed to an earlier text."""
FURTHER: tuple[ClientKey, ...] = (
    "consent.reads",
    "consent.stored",
    "consent.telegram",
    "consent.phone",
    "consent.watched",
    "consent.choice",
    "consent.keeping",
    "consent.question",
)
COUNT = 1 + len(FURTHER)
WATCHED = 1 + FURTHER.index("consent.watched")
"""The step that says where to turn in an emergency, by its place from 0."""


def steps(work: Work, care: Care) -> tuple[str, ...]:
    """The steps as this client reads them, in order."""
    first = FIRST_ANEW if care.state == "active" else FIRST
    values = {**names_for(work, care), **_fixed(work.practice.settings.practice.minimum_age)}
    return tuple(work.say(care.language, key, **values) for key in (first, *FURTHER))


def hash_of(work: Work, care: Care) -> str:
    """The hash of all that the client reads before they answer."""
    return hashlib.sha256("\n\n".join(steps(work, care)).encode()).hexdigest()


def version(work: Work, language: Language) -> str:
    """The version that is kept with a consent: the name, and a number that any change of the text,
    of the practice or of the age changes. A therapist's name is left out: they may marry.
    """
    return f"{VERSION}+{number(work, language)}"


def number(work: Work, language: Language) -> int:
    """That number, as a button carries it."""
    practice = work.practice.settings.practice
    return _number(work.practice.texts, language, practice.name, practice.minimum_age)


@lru_cache(maxsize=64)
def _number(texts: Texts, language: Language, practice: str, age: int) -> int:
    return number_of(texts, language, (FIRST, *FURTHER), practice=practice, **_fixed(age))


def number_of(
    texts: Texts, language: Language, keys: Sequence[ClientKey], /, **values: object
) -> int:
    """The number of a wording that any change of it changes; the therapist's name is left out."""
    unnamed = dict.fromkeys(("therapist", *get_args(Cased)), "…")
    whole = "\n\n".join(texts.client(language, key, **{**unnamed, **values}) for key in keys)
    return int(hashlib.sha256(whole.encode()).hexdigest()[:12], 16)


def _fixed(age: int) -> dict[str, object]:
    return {"age": age, "count": COUNT, "version": VERSION}
