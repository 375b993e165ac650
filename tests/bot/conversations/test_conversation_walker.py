"""A random walk: whatever people tap and type, in whatever order, over weeks.

Two therapists and five clients in one practice that asks about everything apart; one client takes
part with both. Links bring clients to new phones, or to somebody else's; therapies end and begin
anew. Nobody is ever stuck, nobody gets silence, nothing is set aside, no work fails, and nobody
reads what is not theirs. Others, and for longer, by hand: ``WALK_STEPS=2000 WALK_SEEDS=1,2 pytest
<this file>``.
"""

from __future__ import annotations

import itertools
import logging
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Person
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.services.arriving.entries.for_therapists import FOR_THERAPISTS
from bot.services.work.button_forms import Name
from bot.services.work.buttons import press
from tests.support.crowd import Client, Phone, Watch, newest_with
from tests.support.house import BERLIN, CRISIS, LINK, House, open_house

STEPS = int(os.environ.get("WALK_STEPS", "900"))
SEEDS = [int(seed) for seed in os.environ.get("WALK_SEEDS", "11").split(",")]
WEBER, KAYA = "Dr. Weber", "Dr. Kaya"
CLIENTS = (
    ("en", {WEBER: "A.B."}),
    ("de", {WEBER: "C.D."}),
    ("de_du", {KAYA: "E.F."}),
    ("en", {KAYA: "G.H."}),
    ("en", {WEBER: "Lindwurm", KAYA: "Morgenrot"}),
)
"""Who is with whom, and known as what."""
WORDS = (
    *("7", "0", "10", "11", "-3", "7,5", "about 7", "seven", "20 Euro", "half past nine", "24.12."),
    *("yes", "no", "Ja", "nein", "skip", "back", "zurück", "weiter", "?", "fertig", "stop"),
    *("thanks", "danke", "👍", "hello", "We argued about the rent", "Der Hund war krank"),
    *("<b>bold</b> & 'quoted'", "a\u202eb\u200bc", "z̸̢a̷l̵g̶o̸", "=1+1", "x" * 4096),
    *("I want to die", "Ich will nicht mehr leben", "help", "Hilfe", "he will hurt her tonight"),
    *("mon tue 18:00", "Lisbon", "until monday", "tue 15:00"),
)
HANDING = "/handover"
"""Left out, as its buttons are: it names a colleague, whom no therapist may read of here. It has
stories of its own.
"""
REST = ("", "", " now", " until monday", " tue 15:00", " x", " 2026-W48", " 1")
OTHERS = ("/start", "/cancel", "/nothing", "/clients@interlude_bot", "/", "/start x" + "y" * 40)
SET_ASIDE = "SELECT count(*) FROM inbox WHERE state NOT IN ('new', 'done')"
NEW_PHONE: tuple[Name, ...] = ("new_phone", "new_phone_link")
END: tuple[Name, ...] = ("end_care", "end_on", "end_how")
RARE = {"moved", "recognised", "undone", "ended", "with whom", "asked apart"}
"""What a walk has met at least once, or it proves little."""
WHO_CAME: tuple[tuple[str, tuple[Name, ...]], ...] = (
    ("recognised", ("heard_word",)),
    ("undone", ("wrong_phone", "wrong_phone_now")),
    ("somebody else", ("wrong_person", "wrong_person_now")),
)
"""What a therapist taps about whoever opened a link."""


@dataclass(slots=True)
class Walk:
    """One walk under way."""

    house: House
    rng: random.Random
    watch: Watch
    therapists: list[Phone]
    clients: list[Client]
    signs: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    met: Counter[str] = field(default_factory=Counter)
    """How often each of the rarer things came about."""

    def new_phone(self, language: str) -> Phone:
        """A client's chat that the bot has not met."""
        person = self.house.stranger("Somebody", language[:2])
        phone = Phone(person, f"Sign{next(self.signs)}Sign", _commands(FOR_CLIENTS))
        self.watch.phones.append(phone)
        return phone


def test_a_walk_tries_every_command() -> None:
    for table in (FOR_CLIENTS, FOR_THERAPISTS):
        assert set(_commands(table)) == {f"/{each.name}" for each in table.commands} - {HANDING}


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_anybody_does_nobody_is_stuck_or_unanswered(
    furnished: Path, tmp_path: Path, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with open_house(tmp_path, furnished, **_everything()) as house:
        walk = await _begin(house, random.Random(seed))
        for step in range(STEPS):
            where = f"step {step} of seed {seed}"
            await _step(walk, where)
            await walk.watch.look()
            assert walk.watch.faults == [], where
            if step % 100 == 99:
                await _nobody_is_stuck(walk, where)
    assert walk.watch.told, "no therapist read anything"
    assert set(walk.met) >= RARE, f"the walk never met {RARE - set(walk.met)}"
    failed = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR or r.exc_info]
    assert failed == []


def _everything() -> dict[str, dict[str, object]]:
    """Settings of a practice in which a client is asked about each matter apart."""
    crisis = dict.fromkeys(("en", "de", "de_du"), CRISIS)
    supervised = {"name": "Practice on the Hill", "zone": BERLIN, "supervision": "on"}
    return {
        "practice": {**supervised, "crisis": crisis},
        "safety": {"alerts": "on"},
        "digest": {"receipts": "on"},
    }


def _commands(table: object) -> tuple[str, ...]:
    named = (f"/{each.name}" for each in table.commands)  # type: ignore[attr-defined]
    return tuple(each for each in named if each != HANDING)


async def _begin(house: House, rng: random.Random) -> Walk:
    walk = Walk(house, rng, Watch(house, []), [], [])
    for name in (WEBER, KAYA):
        person = await house.therapist(name)
        known = tuple(aliases[name] for _, aliases in CLIENTS if name in aliases)
        sign = f"Sign{next(walk.signs)}Sign"
        walk.therapists.append(Phone(person, sign, _commands(FOR_THERAPISTS), name, known))
    walk.watch.phones += walk.therapists
    for language, aliases in CLIENTS:
        phone = walk.new_phone(language)
        known_to = [(t, aliases[t.name]) for t in walk.therapists if t.name in aliases]
        walk.clients.append(Client([phone], known_to, language))
        for therapist, alias in known_to:
            await _come(walk, therapist, alias, walk.clients[-1])
    return walk


async def _come(walk: Walk, therapist: Phone, alias: str, client: Client) -> None:
    """The client opens a new link of the therapist's with the phone that they have, unless somebody
    else has come under their name.
    """
    phone, mark = client.phones[-1], therapist.person.mark
    await walk.house.say(therapist.person, f"/invite {alias}")
    asked = newest_with(therapist.person, "language")
    if asked is None or asked[0].message_id < therapist.person.newest.message_id:
        return
    chosen = next(b for b in asked[1] if b.data and b.data.endswith(f":{client.language}"))
    await walk.house.tap(therapist.person, chosen.text)
    token = _link_since(therapist, mark)
    assert token is not None, "a client who was invited has no link"
    phone.person.start(token)
    await walk.house.settle()
    asked = newest_with(phone.person, "consent_step")
    if asked is not None and walk.rng.random() < 0.8:
        await walk.house.read_consent(phone.person)
        await walk.house.tap(phone.person, phone.person.labels[0][0])
        walk.met["came"] += 1
    await walk.watch.note(phone)


async def _step(walk: Walk, where: str) -> None:
    """One thing that one of them does, or a while in which nobody does anything."""
    house, rng, dice = walk.house, walk.rng, walk.rng.random()
    if dice < 0.06:
        await house.travel(by=timedelta(minutes=rng.choice((1, 30, 240, 1440, 4000))))
        return
    if dice < 0.09:
        await _of_a_therapist(walk, rng.choice(walk.therapists))
        return
    phone = _anybody(walk)
    if phone.is_blocked:
        phone.person.unblock()
        phone.is_blocked = False
        await house.settle()
    elif rng.random() < 0.005:
        phone.person.block()
        phone.is_blocked = True
        await house.settle()
        return
    await walk.watch.note(phone)
    mark = phone.person.mark
    did = _act(walk, phone)
    await house.settle()
    await walk.watch.note(phone)
    heard = phone.person.heard(mark)
    shown = [each for each in heard if each.text or each.kind in ("edited", "document", "photo")]
    assert shown or await _was_just_told(walk, phone), (
        f"{where}: {did[:80]!r} of {phone.sign} had no answer after\n{_tail(phone.person)}"
    )
    assert await house.rows(SET_ASIDE) == [(0,)], f"{where}: {did[:80]!r} was set aside"


def _anybody(walk: Walk) -> Phone:
    """A therapist, or a client with their phone; now and then whoever has an old one."""
    some = [*walk.therapists, *walk.clients]
    found = walk.rng.choice(some)
    if isinstance(found, Phone):
        return found
    return walk.rng.choice(found.phones) if walk.rng.random() < 0.1 else found.phones[-1]


async def _was_just_told(walk: Walk, phone: Phone) -> bool:
    """True where a line of this minute says that what is written after a crisis card is kept, and
    of a chat that the bot does not know, or not any more: a stranger is answered now and then.
    """
    person, own = await walk.watch.stand(phone)
    if person is None:
        return True
    if not own:
        return False
    ids = ",".join(str(care.id) for care in own)
    ((told_at,),) = await walk.house.rows(
        f"SELECT max(told_at) FROM holds WHERE care_id IN ({ids})"
    )
    now = walk.house.clock.now()
    return told_at is not None and now - timedelta(minutes=1) < datetime.fromisoformat(told_at)


def _tail(person: Person) -> str:
    """The end of a chat, as it is read."""
    lines = [f"{e.at:%d %H:%M} {e.kind:8} {e.text[:160]!r}" for e in person.ledger[-14:]]
    return "\n".join(lines)


# -- what a therapist does on purpose


async def _of_a_therapist(walk: Walk, therapist: Phone) -> None:
    """A client gets a link for a new phone, a therapy ends, or it is said who came."""
    rng, alias = walk.rng, walk.rng.choice(therapist.aliases)
    dice = rng.random()
    if therapist.is_blocked:
        return
    if dice < 0.5:
        for name, way in rng.sample(WHO_CAME, len(WHO_CAME)):
            if await _tap_along(walk, therapist, way):
                walk.met[name] += 1
                return
        return
    mark = therapist.person.mark
    await walk.house.say(therapist.person, f"/client {alias}")
    if dice < 0.65:
        walk.met["ended"] += await _tap_along(walk, therapist, END)
    elif await _tap_along(walk, therapist, NEW_PHONE):
        await _open(walk, therapist, alias, mark)


async def _tap_along(walk: Walk, therapist: Phone, way: tuple[Name, ...]) -> bool:
    """Tap the newest button of each name in turn; False where one is not there."""
    for name in way:
        found = newest_with(therapist.person, name)
        if not found:
            return False
        message, buttons = found
        therapist.person.tap_data(message, walk.rng.choice(buttons).data or "")
        await walk.house.settle()
    return True


def _link_since(therapist: Phone, mark: int) -> str | None:
    links = [LINK.search(entry.text) for entry in therapist.person.heard(mark)]
    return next((found[1] for found in reversed(links) if found), None)


async def _open(walk: Walk, therapist: Phone, alias: str, mark: int) -> None:
    """Somebody opens the link that was just made, most often with a phone that is new."""
    token = _link_since(therapist, mark)
    client = next((c for c in walk.clients if (therapist, alias) in c.known_to), None)
    if token is None or client is None:
        return
    if walk.rng.random() < 0.2:  # it went astray, to somebody whom the bot knows
        phone = walk.rng.choice(walk.watch.phones)
        if phone.is_blocked:
            return
        await walk.watch.note(phone)
    else:
        phone = walk.new_phone(client.language)
        client.phones.append(phone)
        walk.met["moved"] += 1
    before = phone.person.mark
    phone.person.start(token)
    await walk.house.settle()
    await walk.watch.note(phone)
    assert phone.person.heard(before), f"a link had no answer in the chat of {phone.sign}"


# -- what anybody does by chance


def _act(walk: Walk, phone: Phone) -> str:
    rng, person, dice = walk.rng, phone.person, walk.rng.random()
    with_buttons = [m for m in person.screen if m.from_bot and m.keyboard and m.keyboard.inline]
    if dice < 0.45 and with_buttons:
        message = with_buttons[-1] if rng.random() < 0.7 else rng.choice(with_buttons)
        shown = message.keyboard.buttons if message.keyboard else ()
        buttons = [b for b in shown if b.data and _may_be_tapped(b.data)]
        if buttons:
            button = rng.choice(buttons)
            _count(walk, button.data or "")
            person.tap_data(message, button.data or "")
            return f"tap {button.text}"
    if dice < 0.50 and any(m.from_bot for m in person.screen):
        return _forge(walk, phone)
    there = {message.message_id for message in person.screen}  # a tidy chat takes some out
    own = [message for message in phone.said[-20:] if message.message_id in there]
    if dice < 0.55 and own:
        message = rng.choice(own)
        person.edit(message, f"{rng.choice(WORDS)[:3000]} {phone.sign} {rng.random()}")
        return "edit"
    if dice < 0.58:
        person.send_sticker()
        return "sticker"
    if dice < 0.63:
        return _send(rng, phone)
    if dice < 0.80:
        names = tuple(f" {alias}" for alias in phone.aliases)
        text = rng.choice((*phone.commands, *OTHERS)) + rng.choice((*REST, *names))
    else:
        text = rng.choice(WORDS)
        if rng.random() < 0.5:
            text = f"{text[:4000]} {phone.sign}"
    phone.said.append(person.say(text))
    return text


def _may_be_tapped(data: str) -> bool:
    tapped = press(data)
    return tapped is None or not tapped.name.startswith("hand_")


def _count(walk: Walk, data: str) -> None:
    tapped = press(data)
    if tapped is not None and tapped.name in ("item_yes", "item_no", "item_yes_alone"):
        walk.met["asked apart"] += 1
    if tapped is not None and tapped.name in ("with_whom", "note_pass_to"):
        walk.met["with whom"] += 1


def _send(rng: random.Random, phone: Phone) -> str:
    """Something that is no typed text."""
    person, words = phone.person, f"{rng.choice(WORDS)[:900]} {phone.sign}"
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


def _forge(walk: Walk, phone: Phone) -> str:
    """Tap under an own message with the data of a button that was shown to somebody else."""
    other = walk.rng.choice(walk.watch.phones).person
    shown = [m.keyboard for m in other.screen if m.keyboard and m.keyboard.inline]
    written = [b.data for keyboard in shown for b in keyboard.buttons if b.data]
    data = [each for each in written if _may_be_tapped(each)]
    chosen = walk.rng.choice(data) if data else "x:1"
    phone.person.tap_data(phone.person.newest, chosen)
    return f"forge {chosen}"


async def _nobody_is_stuck(walk: Walk, where: str) -> None:
    """Everybody still gets /help; a client who is with a therapist no more comes back."""
    for phone in walk.watch.phones:
        person, _ = await walk.watch.stand(phone)
        if person is None or phone.is_blocked:
            continue
        assert await walk.house.say(phone.person, "/help"), f"{where}: {phone.sign} is stuck"
    for client in walk.clients:
        await _use_the_phone_they_have(walk, client)
        if client.phones[-1].is_blocked:
            continue
        for therapist, alias in client.known_to:
            if not therapist.is_blocked and await _is_over(walk, client, therapist):
                await _come(walk, therapist, alias, client)


async def _use_the_phone_they_have(walk: Walk, client: Client) -> None:
    """After a link has gone astray, and that was undone, the phone before is theirs again."""
    for phone in list(client.phones):
        if (await walk.watch.stand(phone))[0] is not None:
            client.phones.remove(phone)
            client.phones.append(phone)


async def _is_over(walk: Walk, client: Client, therapist: Phone) -> bool:
    _, own = await walk.watch.stand(client.phones[-1])
    stored = await walk.house.stored(therapist.person)
    with_them = [care for care in own if care.therapist_id == stored.id]
    return not with_them or with_them[-1].state in ("ended", "declined")
