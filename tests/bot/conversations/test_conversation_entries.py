"""The table of entries: complete, each with its texts, and no way in past the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import get_args

import pytest

from bot.sandbox import Person
from bot.services.arriving.dispatch import act
from bot.services.arriving.entries.entry import (
    STANDINGS,
    TAKING_PART,
    UNRECOGNISED,
    Owned,
    Tap,
)
from bot.services.arriving.entries.for_admins import FOR_ADMINS
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.services.arriving.entries.for_supervisors import FOR_SUPERVISORS, LOOKING
from bot.services.arriving.entries.for_therapists import FOR_THERAPISTS
from bot.services.arriving.entries.ownership import NOTHING
from bot.services.work.button_forms import FORMS, NAMES
from bot.services.work.buttons import Toast
from bot.services.work.incoming import (
    BlockedBot,
    Commanded,
    EditedMessage,
    Forwarded,
    Incoming,
    NothingForUs,
    Pressed,
    Said,
    SentMore,
    SentSomething,
    Started,
    UnblockedBot,
)
from bot.services.work.unit_of_work import Work
from bot.texts import shipped
from flows.languages import Language, languages
from storage.store import Tx
from tests.support.house import CRISIS, House

HARD = "I don't want to live anymore"
WRITTEN: tuple[Incoming, ...] = (
    Started(""),
    Commanded("nonsense", ""),
    Said(""),
    Forwarded(""),
    SentSomething(""),
    SentMore(""),
    EditedMessage(""),
    *(Commanded(each.name, "") for each in (*FOR_CLIENTS.commands, *FOR_THERAPISTS.commands)),
)
WORDLESS = {Pressed, BlockedBot, UnblockedBot, NothingForUs}
"""Kinds of input in which nobody writes anything."""


def hard() -> Iterator[Incoming]:
    """Every kind of input, with hard words in each place where a person can write."""
    for incoming in WRITTEN:
        for place in fields(incoming):
            if isinstance(getattr(incoming, place.name), str) and place.name != "sort":
                yield replace(incoming, **{place.name: HARD})


def test_every_kind_of_input_is_looked_at() -> None:
    assert {type(each) for each in WRITTEN} | WORDLESS == set(get_args(Incoming))


async def _receive(house: House, person: Person, incoming: Incoming) -> list[str]:
    known, mark = await house.stored(person), person.mark

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), f"test{mark}{incoming.__class__}")
        act(work, known, incoming, update_id=1)

    await house.app.store.write(decide)
    await house.settle()
    return [entry.text for entry in person.heard(mark)]


@pytest.mark.parametrize("standing", ["asked", "running", "in a check-in", "paused", "over"])
async def test_hard_words_lead_to_help_first_wherever_they_are_written(
    house: House, standing: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, agrees=standing != "asked")
    if standing == "in a check-in":
        await house.say(client, "/checkin")
    elif standing == "paused":
        await house.say(client, "/pause")
    elif standing == "over":
        await house.forge(client, "x:1")
    for incoming in hard():
        first, *after = await _receive(house, client, incoming)
        assert first.startswith("That sounds very hard.") and CRISIS in first, incoming
        ways: tuple[str, ...] = ("Shall Dr. Weber get these words", "I keep what you write here")
        if isinstance(incoming, Forwarded):  # nobody's own words: not kept, and said so
            ways = ("Words of somebody else",)
        assert all(said.startswith(ways) for said in after), incoming
        assert len(after) <= (0 if standing in ("asked", "over") else 1), incoming


async def test_what_a_therapist_writes_is_not_screened(house: House) -> None:
    weber = await house.therapist()
    for incoming in hard():
        asks = isinstance(incoming, Commanded) and incoming.name == "crisis"
        said = await _receive(house, weber, incoming)
        assert any(CRISIS in text for text in said) is asks, incoming
        assert not any("That sounds" in text for text in said), incoming


def test_every_button_belongs_to_one_role() -> None:
    shared = {"staff_language", *(each.name for each in LOOKING)}  # of therapists, too
    alone = [each for each in FOR_SUPERVISORS.taps if each.name not in shared]
    tables = (FOR_CLIENTS.taps, FOR_THERAPISTS.taps, alone, FOR_ADMINS.taps)
    names = [each.name for taps in tables for each in taps]
    assert sorted(names) == sorted(NAMES)


def test_a_supervisor_has_no_entry_that_names_anything_of_a_client() -> None:
    """Denied by default: a button of theirs names their supervision and nothing else, and each of
    their commands and buttons is listed here.
    """
    assert {each.name for each in FOR_SUPERVISORS.commands} == {
        *("crisis", "supervision", "language", "privacy", "help")
    }
    assert {each.name for each in FOR_SUPERVISORS.taps} == {
        *("supervision", "supervised_page", "supervised", "staff_language")
    }
    named = [FORMS[each.name].things for each in FOR_SUPERVISORS.taps]
    assert frozenset().union(*named) == {"supervision"}


def test_an_admin_has_no_entry_that_names_anything_of_a_client() -> None:
    assert {each.name for each in FOR_ADMINS.commands} == {"status"}
    assert {each.name for each in FOR_ADMINS.taps} == {"key_back"}
    assert all(not FORMS[each.name].things for each in FOR_ADMINS.taps)


def test_a_button_whose_things_nobody_looks_for_is_refused() -> None:
    def nothing(work: Work, who: object, subject: object, tapped: object) -> Toast:
        return None

    for name, form in FORMS.items():
        wrong: Owned[object, object] = Owned(frozenset({"care", "flag"}), lambda *_: None)
        with pytest.raises(ValueError, match="names"):
            Tap(name, wrong, nothing)
        if form.things:
            with pytest.raises(ValueError, match="names"):
                Tap(name, NOTHING, nothing)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", languages())
def test_every_text_that_an_entry_names_is_there(language: Language) -> None:
    texts = shipped()
    for area, commands in (("client", FOR_CLIENTS.commands), ("staff", FOR_THERAPISTS.commands)):
        for command in commands:
            for key in (command.menu, command.help):
                if key is not None:
                    said = texts.say(language, f"{area}.{key}")
                    assert key.startswith("menu.") or said.startswith(f"/{command.name}"), key


@pytest.mark.parametrize("standing", STANDINGS)
def test_help_names_what_may_be_used_now(standing: str) -> None:
    lines = set(FOR_CLIENTS.help(standing))  # type: ignore[arg-type]
    assert "help.crisis" in lines
    assert ("help.privacy" in lines) is (standing != "unrecognised")
    assert ("help.checkin" in lines) is (standing in TAKING_PART | UNRECOGNISED)
    everything = [each for each in FOR_CLIENTS.commands if each.name != "help"]
    assert all(each.help is not None for each in everything)


@pytest.mark.parametrize("standing", ["asked", "running", "paused", "over"])
async def test_a_button_of_another_time_is_stale(house: House, standing: str) -> None:
    client = await house.client(await house.therapist(), agrees=standing != "asked")
    if standing == "paused":
        await house.say(client, "/pause")
    elif standing == "over":
        await house.forge(client, "x:1")
    passing = frozenset({"inbox", "outbox", "sqlite_sequence"})
    before = await house.everything(without=passing)
    for entry in FOR_CLIENTS.taps:
        form = FORMS[entry.name]
        if standing in entry.when or form.things not in (frozenset(), {"care"}):
            continue
        said = await house.forge(client, ":".join([form.code, *"1" * len(form.numbers)]))
        assert said == ["This question is already settled. Please use the newest message."]
    assert await house.everything(without=passing) == before
