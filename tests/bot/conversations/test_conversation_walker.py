"""A random walk: whatever people tap and type, in whatever order, over weeks.

Two therapists and four clients in one practice. Each typed text carries a sign of its writer, so
that a word in a chat to which it does not belong is found. Nobody is ever stuck, nobody gets
silence, nothing is set aside, and no work fails.
"""

from __future__ import annotations

import itertools
import logging
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.sandbox import Message, Person
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.services.arriving.entries.for_therapists import FOR_THERAPISTS
from storage import people
from tests.support.house import House

STEPS = 2_000
LANGUAGES = ("en", "de", "de_du", "en")
ALIASES = ("A.B.", "C.D.", "E.F.", "G.H.")
WORDS = (
    *("7", "0", "10", "11", "-3", "7,5", "about 7", "seven", "20 Euro", "half past nine", "24.12."),
    *("yes", "no", "Ja", "nein", "skip", "back", "zurück", "weiter", "?", "fertig", "stop"),
    *("thanks", "danke", "👍", "hello", "We argued about the rent", "Der Hund war krank"),
    *("<b>bold</b> & 'quoted'", "a\u202eb\u200bc", "z̸̢a̷l̵g̶o̸", "=1+1", "x" * 4096),
    *("I want to die", "Ich will nicht mehr leben", "help", "Hilfe", "he will hurt her tonight"),
    *("mon tue 18:00", "Lisbon", "until monday", "tue 15:00"),
)
REST = ("", "", " now", " A.B.", " until monday", " tue 15:00", " x", " 2026-W48", " 1")
OTHERS = ("/start", "/cancel", "/nothing", "/clients@interlude_bot", "/", "/start x" + "y" * 40)
SET_ASIDE = "SELECT count(*) FROM inbox WHERE state NOT IN ('new', 'done')"


@dataclass(slots=True)
class Walker:
    """One of those who walk, with what is theirs alone."""

    person: Person
    sign: str
    commands: tuple[str, ...]
    said: list[Message] = field(default_factory=list)
    readers: tuple[str, ...] = ()
    """The signs of those whose words may stand in this chat."""
    token: str = ""
    """A link that lets this client in again, once."""


def test_a_walk_tries_every_command() -> None:
    for table in (FOR_CLIENTS, FOR_THERAPISTS):
        assert set(_commands(table)) == {f"/{each.name}" for each in table.commands}


@pytest.mark.parametrize("seed", [11])
async def test_whatever_anybody_does_nobody_is_stuck_or_unanswered(
    house: House, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    rng = random.Random(seed)
    caplog.set_level(logging.WARNING)
    walkers = await _practice(house)
    for step in range(STEPS):
        await _step(house, rng, walkers, f"step {step} of seed {seed}")
        if step % 100 == 99:
            await _nobody_is_stuck(house, walkers)
    _each_reads_what_is_theirs(walkers)
    failed = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR or r.exc_info]
    assert failed == []


async def _practice(house: House) -> list[Walker]:
    signs = itertools.count(1)
    walkers = []
    for name, aliases in (("Dr. Weber", (0, 1)), ("Dr. Kaya", (2, 3))):
        therapist = await house.therapist(name)
        mine = []
        for number in aliases:
            person = await house.client(therapist, ALIASES[number], LANGUAGES[number])
            mine.append(Walker(person, f"Sign{next(signs)}Sign", _commands(FOR_CLIENTS)))
        own = f"Sign{next(signs)}Sign"
        readers = tuple(each.sign for each in mine)
        walkers += [*mine, Walker(therapist, own, _commands(FOR_THERAPISTS), readers=readers)]
    return walkers


def _commands(table: object) -> tuple[str, ...]:
    return tuple(f"/{each.name}" for each in table.commands)  # type: ignore[attr-defined]


async def _step(house: House, rng: random.Random, walkers: list[Walker], where: str) -> None:
    """One thing that one of them does, or a while in which nobody does anything."""
    if rng.random() < 0.08:
        await house.travel(by=timedelta(minutes=rng.choice((1, 30, 240, 1440, 4000))))
        return
    walker = rng.choice(walkers)
    mark = walker.person.mark
    did = _act(rng, walker, walkers)
    await house.settle()
    shown = [each for each in walker.person.heard(mark) if each.text or each.kind == "edited"]
    assert shown or await _was_just_told(house, walker), (
        f"{where}: {did[:80]!r} had no answer after\n{_tail(walker.person)}"
    )
    assert await house.rows(SET_ASIDE) == [(0,)], f"{where}: {did[:80]!r} was set aside"


async def _was_just_told(house: House, walker: Walker) -> bool:
    """True where a line of this minute says that what is written after a crisis card is kept, and
    of who has erased everything: they are a stranger, who is answered now and then.
    """
    if not await _is_known(house, walker):
        return True
    stored = await house.stored(walker.person)
    query = f"SELECT max(told_at) FROM holds JOIN cares ON id = care_id WHERE client_id={stored.id}"
    ((told_at,),) = await house.rows(query)
    now = house.clock.now()
    return told_at is not None and now - timedelta(minutes=1) < datetime.fromisoformat(told_at)


async def _is_known(house: House, walker: Walker) -> bool:
    chat_id = walker.person.chat_id
    return await house.app.store.read(lambda tx: people.find_by_chat(tx, chat_id)) is not None


def _tail(person: Person) -> str:
    """The end of a chat, as it is read."""
    lines = [f"{e.at:%d %H:%M} {e.kind:8} {e.text[:160]!r}" for e in person.ledger[-14:]]
    return "\n".join(lines)


def _act(rng: random.Random, walker: Walker, walkers: list[Walker]) -> str:
    person, dice = walker.person, rng.random()
    with_buttons = [m for m in person.screen if m.from_bot and m.keyboard and m.keyboard.inline]
    if dice < 0.45 and with_buttons:
        message = with_buttons[-1] if rng.random() < 0.7 else rng.choice(with_buttons)
        buttons = [b for b in message.keyboard.buttons if b.data] if message.keyboard else []
        if buttons:
            button = rng.choice(buttons)
            person.tap_data(message, button.data or "")
            return f"tap {button.text}"
    if dice < 0.50:
        return _forge(rng, walker, walkers)
    there = {message.message_id for message in person.screen}  # a tidy chat takes some out
    own = [message for message in walker.said[-20:] if message.message_id in there]
    if dice < 0.55 and own:
        message = rng.choice(own)
        person.edit(message, f"{rng.choice(WORDS)[:3000]} {walker.sign} {rng.random()}")
        return "edit"
    if dice < 0.58:
        person.send_sticker()
        return "sticker"
    if dice < 0.63:
        return _send(rng, walker)
    if dice < 0.80:
        text = rng.choice((*walker.commands, *OTHERS)) + rng.choice(REST)
    else:
        text = rng.choice(WORDS)
        if rng.random() < 0.5:
            text = f"{text[:4000]} {walker.sign}"
    walker.said.append(person.say(text))
    return text


def _send(rng: random.Random, walker: Walker) -> str:
    """Something that is no typed text."""
    person, words = walker.person, f"{rng.choice(WORDS)[:900]} {walker.sign}"
    sent = {
        "photo": lambda: person.send_photo(caption=rng.choice(("", words))),
        "forwarded": lambda: person.forward(words),
        "location": lambda: person.send_location(38.72, -9.14),
        "contact": lambda: person.send_contact("Somebody", "+49 30 1234567"),
        "voice": person.send_voice,
    }
    kind = rng.choice(sorted(sent))
    sent[kind]()
    return kind


def _forge(rng: random.Random, walker: Walker, walkers: list[Walker]) -> str:
    """Tap under an own message with the data of a button that was shown to somebody else."""
    other = rng.choice(walkers).person
    shown = [m.keyboard for m in other.screen if m.keyboard and m.keyboard.inline]
    data = [b.data for keyboard in shown for b in keyboard.buttons if b.data]
    chosen = rng.choice(data) if data else "x:1"
    walker.person.tap_data(walker.person.newest, chosen)
    return f"forge {chosen}"


async def _nobody_is_stuck(house: House, walkers: list[Walker]) -> None:
    """Everybody still gets /help; a client who left is invited anew and comes back."""
    for walker in walkers:
        if not await _is_known(house, walker):
            continue
        assert await house.say(walker.person, "/help")
    for therapist, mine in ((walkers[2], walkers[:2]), (walkers[5], walkers[3:5])):
        for walker in mine:
            await _come_back(house, therapist.person, walker)


async def _come_back(house: House, therapist: Person, walker: Walker) -> None:
    state = "erased"
    if await _is_known(house, walker):
        stored = await house.stored(walker.person)
        states = await house.rows(f"SELECT state FROM cares WHERE client_id = {stored.id}")
        state = states[-1][0]
    if state in ("ended", "declined", "erased"):
        alias = ALIASES[[*range(4)][int(walker.sign[4]) - 1 - (walker.sign > "Sign3")]]
        walker.person.start(await house.invite(therapist, alias))
        await house.settle()


def _each_reads_what_is_theirs(walkers: list[Walker]) -> None:
    for walker in walkers:
        read = "\n".join(entry.text for entry in walker.person.heard())
        foreign = {w.sign for w in walkers} - {walker.sign, *walker.readers}
        assert [sign for sign in foreign if sign in read] == []
    told = "".join(each.text for w in walkers if w.readers for each in w.person.heard())
    assert any(w.sign in told for w in walkers if not w.readers), "nothing told"
