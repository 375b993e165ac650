"""The matters that are agreed to apart from the consent itself: where each is asked about, in which
words, and how it stands.

Used by everything that asks about them or acts on them. Nothing here gives or takes back one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, assert_never, get_args

from bot.services.consent import agreed_text, deputies, supervisors
from bot.services.consent.deputies import Reader
from bot.services.safety import alerting, on_call
from bot.services.work import with_whom
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts import Texts
from bot.texts.keys import ClientKey
from flows.languages import Language
from storage import consents
from storage.cares import Care

Apart = Literal["alerts", "deputy", "supervisor", "supervisor_view", "deputy_view", "receipts"]
"""A matter of its own, in the order in which they are asked about."""
APART: tuple[Apart, ...] = get_args(Apart)
VERSION = "2027-03"
"""The name of the questions as a client reads it; raised whenever the meaning of one changes."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one matter: the question, its buttons, and how it stands."""

    ask: ClientKey
    yes: ClientKey
    no: ClientKey
    offer: ClientKey
    take_back: ClientKey
    on: ClientKey
    off: ClientKey


WORDS: dict[Apart, Words] = {
    "alerts": Words(
        "item_ask.alerts",
        "item_yes.alerts",
        "item_no.alerts",
        "item_offer.alerts",
        "item_take_back.alerts",
        "item_on.alerts",
        "item_off.alerts",
    ),
    "deputy": Words(
        "item_ask.deputy",
        "item_yes.deputy",
        "item_no.deputy",
        "item_offer.deputy",
        "item_take_back.deputy",
        "item_on.deputy",
        "item_off.deputy",
    ),
    "supervisor": Words(
        "item_ask.supervisor",
        "item_yes.supervisor",
        "item_no.supervisor",
        "item_offer.supervisor",
        "item_take_back.supervisor",
        "item_on.supervisor",
        "item_off.supervisor",
    ),
    "supervisor_view": Words(
        "item_ask.supervisor_view",
        "item_yes.supervisor_view",
        "item_no.supervisor_view",
        "item_offer.supervisor_view",
        "item_take_back.supervisor_view",
        "item_on.supervisor_view",
        "item_off.supervisor_view",
    ),
    "deputy_view": Words(
        "item_ask.deputy_view",
        "item_yes.deputy_view",
        "item_no.deputy_view",
        "item_offer.deputy_view",
        "item_take_back.deputy_view",
        "item_on.deputy_view",
        "item_off.deputy_view",
    ),
    "receipts": Words(
        "item_ask.receipts",
        "item_yes.receipts",
        "item_no.receipts",
        "item_offer.receipts",
        "item_take_back.receipts",
        "item_on.receipts",
        "item_off.receipts",
    ),
}


def find(word: str) -> Apart | None:
    """The matter that a button names."""
    return next((each for each in APART if each == word), None)


def is_offered(work: Work, care: Care, item: Apart) -> bool:
    """True where the practice does what the question is about, for somebody who takes part."""
    if care.state != "active":
        return False
    match item:
        case "alerts":
            return alerting.is_offered(work, care)
        case "deputy":
            return alerting.is_offered(work, care) and on_call.has_deputies(work, care)
        case "supervisor":
            return supervisors.is_on(work)
        case "supervisor_view":
            return supervisors.find_supervisor(work, care) is not None
        case "deputy_view":
            return deputies.find_reader(work, care) is not None
        case "receipts":
            return work.practice.settings.digest.receipts == "on"
        case _:
            assert_never(item)


def is_agreed(work: Work, care: Care, item: Apart) -> bool:
    """True where the client has agreed to it and has not taken it back."""
    return consents.is_in_force(work.tx, care.id, item)


def is_outdated(work: Work, care: Care, item: Apart) -> bool:
    """True where the client agreed to a question that reads differently now."""
    given = consents.find_in_force(work.tx, care.id, item)
    return given is not None and given.version != version(work, care, given.language, item)


def question(work: Work, care: Care, item: Apart) -> str:
    """The question as this client reads it, with what a choice changes and can be changed by."""
    parts = [work.say(care.language, WORDS[item].ask, **_names(work, care))]
    others = with_whom.other_names(work, care)
    if item == "alerts" and others:
        parts.append(work.say(care.language, "alerts_several", others=others))
    parts.append(work.say(care.language, "item_choice", version=VERSION))
    return "\n\n".join(parts)


def hash_of(work: Work, care: Care, item: Apart) -> str:
    """The hash of what the client reads before they answer."""
    return hashlib.sha256(question(work, care, item).encode()).hexdigest()


def version(work: Work, care: Care, language: Language, item: Apart) -> str:
    """The version that is kept with an agreement: the name, and a number that any change of the
    question changes.
    """
    return f"{VERSION}+{number(work, care, language, item)}"


def number(work: Work, care: Care, language: Language, item: Apart) -> int:
    """That number, as a button carries it. Another supervisor makes it another question, as another
    deputy or other days do; another name of the same person does not.
    """
    return _number(work.practice.texts, language, WORDS[item].ask, _readers(work, care, item))


def version_for(work: Work, language: Language, reader: Reader) -> str:
    """The version of the question whether this deputy may read in their leave, whoever is asked."""
    readers = frozenset(deputies.values_of(reader, reader.person.code).items())
    number = _number(work.practice.texts, language, WORDS["deputy_view"].ask, readers)
    return f"{VERSION}+{number}"


def _readers(work: Work, care: Care, item: Apart) -> frozenset[tuple[str, object]]:
    """The codes of the people whom a question names, and the days that it holds for."""
    found: dict[str, object] = {}
    if item == "supervisor_view":
        supervisor = supervisors.find_supervisor(work, care)
        found["supervisor"] = "…" if supervisor is None else supervisor.code
    if item == "deputy_view":
        reader = deputies.find_reader(work, care)
        found |= deputies.values_of(reader, "…" if reader is None else reader.person.code)
    return frozenset(found.items())


@lru_cache(maxsize=64)
def _number(
    texts: Texts, language: Language, ask: ClientKey, readers: frozenset[tuple[str, object]]
) -> int:
    keys: tuple[ClientKey, ...] = (ask, "item_choice")
    return agreed_text.number_of(texts, language, keys, version=VERSION, **dict(readers))


def _names(work: Work, care: Care) -> dict[str, object]:
    """The names that a question may mention: those of the therapist, of their supervisor, and of
    whoever reads while they are away, with the days.
    """
    reader = deputies.find_reader(work, care)
    away = deputies.values_of(reader, "" if reader is None else reader.name)
    return {**names_for(work, care), "supervisor": supervisors.name_of(work, care), **away}


def standing(work: Work, care: Care, item: Apart) -> str:
    """The sentence that says how it stands, true also where the practice does it no more."""
    agreed, words = is_agreed(work, care, item), WORDS[item]
    if item in ("supervisor_view", "deputy_view"):
        agreed = agreed and not is_outdated(work, care, item)  # nothing is shown until then
    line = work.say(care.language, words.on if agreed else words.off, **_names(work, care))
    if agreed and not is_offered(work, care, item):
        return work.say(care.language, "item_not_now", line=line)
    return line


def shown(work: Work, care: Care) -> tuple[Apart, ...]:
    """The matters of which a client is told how they stand: those asked about here, and what they
    agreed to, whatever the practice does now.
    """
    if care.state != "active":
        return ()
    return tuple(i for i in APART if is_offered(work, care, i) or is_agreed(work, care, i))
