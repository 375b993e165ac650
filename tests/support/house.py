"""A whole Interlude for one conversation test: the real application, a real database file, the
sandbox over real HTTP, one clock that travels.

Used by ``tests/bot``. Two things only are not the real ones: the clock and the far end of HTTP.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import App, open_app, open_store
from bot.clock import TravelClock
from bot.config import Settings
from bot.ids import SeededIds
from bot.running import doors
from bot.sandbox import Person, Sandbox
from bot.sandbox.ledger import Entry
from bot.services.alarms import admins
from bot.services.care import inviting
from bot.services.care.invitations import invite_therapist
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.work.buttons import data, press
from bot.services.work.unit_of_work import Work
from flows.languages import languages
from storage import people, uptimes
from storage.aliases import readable
from storage.key_file import create_key_file
from storage.migrate import upgrade
from storage.people import Name
from storage.people import Person as StoredPerson
from storage.store import Tx
from tests.support.sockets import free_port

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""09:00 in Berlin; the weekly check-in comes on Wednesday at 18:00, the digest on Sunday."""
BERLIN = "Europe/Berlin"
PUBLIC = "https://practice.example"
"""The address of the reverse proxy, which the sandbox is."""
HOOK_SECRET = "hook-canary_0123456789"
CRISIS = "Numbers of this town: 112."
PROGRESS = re.compile(r"\n\n(Question|Frage) \d+ (of|von) [^\n]*\Z|\n\n(About|Zusammen) [^\n]*\Z")
"""The last line of a question."""
UNTIL = re.compile(r"\n\n(Until|Bis) [^\n]*(summary is made|Wochenübersicht erstellt)\.\Z")
"""The last line of a check-in."""
STEPS = 20
"""More steps than any consent has."""
FIRST_CHAT = 7_000_000_100
AGREE = {"en": "I agree", "de": "Ich bin einverstanden", "de_du": "Ich bin einverstanden"}
OF_NOBODY = frozenset({"uptimes", "zone_rules"})
"""Tables in which the bot notes when it was up and which rules its time zones have."""
LINK = re.compile(r"https://t\.me/interlude_bot\?start=([\w-]+)")
T = TypeVar("T")


def settings_for(folder: Path, **sections: dict[str, Any]) -> Settings:
    """The settings of a practice whose files are in ``folder``."""
    plain: dict[str, dict[str, Any]] = {
        "database": {
            "url": f"sqlite+aiosqlite:///{folder / 'interlude.db'}",
            "key_file": str(folder / "interlude.key"),
        },
        "practice": {
            "name": "Practice on the Hill",
            "zone": BERLIN,
            "crisis": {"en": CRISIS, "de": CRISIS, "de_du": CRISIS},
        },
        # asked of everybody; it has tests of its own, and others would only have to tap it away
        "digest": {"receipts": "off"},
        # pace and bursts have tests of their own; here they would only cost steps of the clock
        "sending": {
            "per_second": 100_000,
            "per_chat_burst": 100,
            "per_chat_per_second": 100,
            "more_seconds": 0,
        },
    }
    return Settings.model_validate(
        {name: plain.get(name, {}) | sections.get(name, {}) for name in {*plain, *sections}}
    )


async def furnish(folder: Path) -> None:
    """A migrated database with the shipped flows, and its key, to be copied by each test."""
    settings = settings_for(folder)
    create_key_file(settings.database.key_file)
    await upgrade(settings.database.url, may_create=True)
    paths = sorted(settings.flows.directory.glob("*.toml"))
    checked = check([Source(p.name, p.read_text("utf-8")) for p in paths])
    async with open_store(settings) as store:
        await store.write(
            lambda tx: publish(tx, checked, now=MONDAY - timedelta(days=9), who="t", why="shipped")
        )


class MachineClock:
    """What the machine under the bot shows: the time, unless somebody sets it wrong."""

    def __init__(self, time: TravelClock, ahead: timedelta = timedelta()) -> None:
        self.time = time
        self.ahead = ahead
        self.slept = timedelta()
        """While a machine sleeps, its steady counter stands still."""

    def now(self) -> datetime:
        return self.time.now() + self.ahead

    def monotonic(self) -> float:
        return self.time.monotonic() - self.slept.total_seconds()

    async def sleep(self, seconds: float) -> None:
        await self.time.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        return await self.time.wait(event, seconds)


@dataclass(slots=True)
class House:
    """The practice in one process; ``settle`` and ``travel`` make things happen."""

    app: App
    clock: TravelClock
    """The time as it is, which is Telegram's, too."""
    machine: MachineClock
    sandbox: Sandbox
    folder: Path
    _chats: int = FIRST_CHAT

    # -- time

    async def settle(self) -> datetime | None:
        """Until updates are confirmed, inbox and outbox are empty and nothing is due now; when the
        next thing will be due.
        """
        app = self.app
        while True:
            was_in_touch = app.signs.is_in_touch()
            due = [await app.ticker.tick()]
            received = (await app.receiver.tick())[0] if self._answers_something else 0
            await self.sandbox.until_delivered()
            handled = await app.handler.tick()
            await app.handler.settle()
            due.append(await app.calendars.tick())
            before = app.sender.sent
            due.append(await app.sender.tick())
            await app.strangers.settle()
            await app.backing_up.keep_log()
            is_back = app.signs.is_in_touch() and not was_in_touch
            if not (received or handled or is_back) and before == app.sender.sent:
                now = self.clock.now()
                return min((at for at in due if at is not None and at > now), default=None)

    @property
    def _answers_something(self) -> bool:
        """False where a poll would only hang: each empty one would cost a story its time."""
        there = self.sandbox.world.account()
        return bool(
            not (self.app.receiver.caught_up and self.app.signs.is_in_touch())
            or there.updates.pending
            or there.webhook.url
            or self.sandbox.faults.armed
            or there.token != self.sandbox.token
        )

    async def travel(self, *, to: datetime | None = None, by: timedelta | None = None) -> None:
        """Live through the time to that moment, from one due thing to the next."""
        until = to if to is not None else self.clock.now() + (by or timedelta())
        while True:
            due, now = await self.settle(), self.clock.now()
            if now >= until:
                return
            await self.live_until(until if due is None else min(due, until))

    async def live_until(self, at: datetime) -> None:
        """Let time pass in which the bot is up, though nothing is done: a jump is no outage."""
        await self.app.store.write(partial(uptimes.go_on, now=at, silence=timedelta.max))
        self.clock.jump(at)

    def jump(self, *, by: timedelta) -> None:
        """Let time pass while the bot is down."""
        self.clock.jump(self.clock.now() + by)

    # -- people

    def stranger(self, name: str = "Sam", language: str = "en") -> Person:
        """Somebody whom the bot does not know, in a chat of their own."""
        self._chats += 1
        return self.sandbox.person(self._chats, name, language=language)

    async def invite_therapist(
        self,
        name: str = "Dr. Weber",
        *,
        dative: str = "",
        accusative: str = "",
        language: str = "en",
        zone: str = BERLIN,
    ) -> str:
        """A therapist's token, as the command line hands it out."""

        def decide(tx: Tx) -> str:
            work = Work(tx, self.app.practice, self.clock.now(), "cli")
            called = Name(name, dative, accusative)
            _, link, _ = invite_therapist(work, name=called, language=language, zone_name=zone)
            return token_in(link)

        return await self.app.store.write(decide)

    async def therapist(
        self, name: str = "Dr. Weber", *, pictures: bool = False, **how: str
    ) -> Person:
        """A therapist who has connected. Most stories are about words: unless ``pictures``, no
        picture comes with their digests, as if they had switched it off.
        """
        person = self.stranger(name)
        person.start(await self.invite_therapist(name, **how))
        await self.settle()
        if not pictures:
            stored, now = await self.stored(person), self.clock.now()
            await self.app.store.write(lambda tx: people.set_pictures(tx, stored.id, off_at=now))
        return person

    async def admin(self, name: str = "Dr. Weber", **how: str) -> Person:
        """A therapist who is admin, too."""
        person = await self.therapist(name, **how)
        stored, now = await self.stored(person), self.clock.now()
        await self.app.store.write(
            lambda tx: admins.name(Work(tx, self.app.practice, now, "cli"), stored)
        )
        return person

    async def invite(self, therapist: Person, alias: str, language: str = "en") -> str:
        """The token of a client's link, as the therapist would pass it on."""
        therapist.say(f"/invite {alias}")
        await self.settle()
        # by its place: the label is in the therapist's language
        therapist.tap(therapist.labels[languages().index(language)][0])
        await self.settle()
        return token_in(therapist.last)

    async def client(
        self,
        therapist: Person,
        alias: str = "A.B.",
        language: str = "en",
        *,
        agrees: bool = True,
        reads: bool = False,
    ) -> Person:
        """A client who has opened the link and, unless told otherwise, agreed; with ``reads`` after
        each step of the consent.
        """
        person = self.stranger(alias, language[:2])
        person.start(await self._link(therapist, alias, language))
        await self.settle()
        if agrees and reads:
            await self.read_consent(person)
            await self.tap(person, AGREE[language])
        elif agrees:
            await self._say_yes(person)
        return person

    async def _link(self, therapist: Person, alias: str, language: str) -> str:
        """The token of a client's link without a word in the chat: most stories are not about the
        inviting, and it would be a tenth of their time.
        """
        stored, now = await self.stored(therapist), self.clock.now()
        spoken = next(each for each in languages() if each == language)

        def decide(tx: Tx) -> str:
            work = Work(tx, self.app.practice, now, f"invite {alias}")
            care = inviting.begin_anew(work, stored, readable(alias))
            link, _ = inviting.hand_out(work, stored, care, spoken)
            return token_in(link)

        return await self.app.store.write(decide)

    async def _say_yes(self, person: Person) -> None:
        """Yes at the first step of the consent: most stories are not about the reading of it, and
        nine taps a client would be half of their time.
        """
        keyboard = person.newest.keyboard
        assert keyboard is not None
        onwards = press(keyboard.rows[0][0].data or "")
        assert onwards is not None and onwards.name == "consent_step"
        care, version = onwards.number("care"), onwards.number("version")
        await self.forge(person, data("consent", care, version))

    async def read_consent(self, person: Person) -> list[str]:
        """The steps of the consent, gone through until yes or no is asked. AssertionError: the
        newest buttons are no step of it.
        """
        shown = [person.last]
        for _ in range(STEPS):
            if any(set(row) & set(AGREE.values()) for row in person.labels):
                return shown
            shown += await self.tap(person, person.labels[0][0])
        raise AssertionError(f"the newest buttons are no step of a consent: {person.labels}")

    async def say(self, person: Person, text: str) -> list[str]:
        """Return what the bot shows in answer to a text."""
        mark = person.mark
        person.say(text)
        await self.settle()
        return texts(person.heard(mark))

    async def tap(self, person: Person, label: str) -> list[str]:
        """Return what the bot shows in answer to a tap, toasts and edits too."""
        mark = person.mark
        person.tap(label)
        await self.settle()
        return texts(person.heard(mark))

    async def forge(self, person: Person, data: str) -> list[str]:
        """Return what the bot shows in answer to button data that it never wrote for them."""
        mark = person.mark
        person.tap_data(person.newest, data)
        await self.settle()
        return texts(person.heard(mark))

    # -- what is stored

    async def stored(self, person: Person) -> StoredPerson:
        """The row behind a chat."""
        found = await self.app.store.read(lambda tx: people.find_by_chat(tx, person.chat_id))
        assert found is not None, "the bot does not know this chat"
        return found

    async def work(self, ask: Callable[[Work], T]) -> T:
        """Return what a read finds now."""
        now = self.clock.now()
        return await self.app.store.read(lambda tx: ask(Work(tx, self.app.practice, now, "test")))

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a plain question to the database finds."""
        return await self.app.store.read(
            lambda tx: [tuple(row) for row in tx.conn.execute(sa.text(query))]
        )

    async def everything(self, *, without: frozenset[str] = frozenset()) -> dict[str, list[Any]]:
        """Every row of every table, to see that nothing has changed but that time went by."""
        named = await self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        tables = [name for (name,) in named if name not in without | OF_NOBODY]
        return {name: await self.rows(f"SELECT * FROM {name}") for name in tables}


def token_in(text: str) -> str:
    """The token of the deep link in a text."""
    found = LINK.search(text)
    assert found is not None, "there is no link in the text"
    return found[1]


def texts(entries: list[Entry]) -> list[str]:
    """List what was read, oldest first; a toast without words is none. The line that says how far
    along a question is, or until when answers may be changed, stays out: it has tests of its own.
    """
    return [plain(entry.text) for entry in entries if entry.text]


def plain(text: str) -> str:
    """The text without the line that says how far along it is, or until when it may be changed."""
    return UNTIL.sub("", PROGRESS.sub("", text))


@asynccontextmanager
async def open_house(
    folder: Path, furnished: Path, *, begins_at: datetime = MONDAY, **sections: dict[str, Any]
) -> AsyncIterator[House]:
    """A house in ``folder``, from a copy of what ``furnish`` made."""
    for name in ("interlude.db", "interlude.key"):
        await asyncio.to_thread(shutil.copy, furnished / name, folder / name)
    clock = TravelClock(begins_at)
    machine = MachineClock(clock)
    async with Sandbox(clock) as sandbox:
        telegram = {"token": SecretStr(sandbox.token), "api_url": sandbox.url}
        settings = settings_for(folder, **{"telegram": telegram, **sections})
        sandbox.proxy(PUBLIC, f"http://127.0.0.1:{settings.webhook.port}")
        async with open_app(settings, clock=machine, ids=SeededIds(7)) as app, doors(app):
            yield House(app, clock, machine, sandbox, folder)


def by_webhook() -> dict[str, Any]:
    """The settings of a practice to which Telegram delivers."""
    return {"url": f"{PUBLIC}/telegram", "secret": SecretStr(HOOK_SECRET), "port": free_port()}
