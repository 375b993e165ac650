"""The practice in a box, set up in a folder: the real application, the sandbox, the people, a clock
that travels.

Used by the headless demo, which writes down what everyone saw, and by the stage, on which somebody
looks on and joins in. It must never do what ``interlude run`` does in another way: what differs is
the clock and the far end of HTTP.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import App, open_app
from bot.clock import TravelClock
from bot.config import Settings
from bot.demo.clients import SimulatedClient
from bot.demo.habits import HABITS, Habit
from bot.demo.recognising import Recogniser
from bot.demo.therapist import SimulatedTherapist
from bot.ids import SeededIds
from bot.sandbox.server import Sandbox
from bot.services.care.invitations import invite_therapist
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.work.unit_of_work import Work
from bot.texts import shipped
from flows.languages import BASE, Language, languages, tongue_of
from flows.schedule.zones import zone
from flows.script.decoding import decode
from flows.script.flow import Flow
from storage import people
from storage.key_file import create_key_file
from storage.migrate import upgrade
from storage.store import Tx

BEGINS_AT = datetime(2026, 10, 5, 6, 30, tzinfo=UTC)
"""A Monday, 08:30 in Berlin; the clocks change in the third week."""
ZONE = "Europe/Berlin"
THERAPIST = "Dr. Weber"
THERAPIST_CHAT = 9001
FIRST_CLIENT_CHAT = 1001


@dataclass(frozen=True, slots=True)
class Box:
    """A practice that runs, and everybody in it."""

    folder: Path
    weeks: int
    app: App
    sandbox: Sandbox
    clock: TravelClock
    recogniser: Recogniser
    therapist: SimulatedTherapist
    clients: tuple[SimulatedClient, ...]

    @property
    def ends_at(self) -> datetime:
        """The end of the weeks that were planned."""
        return BEGINS_AT + timedelta(weeks=self.weeks)


@asynccontextmanager
async def open_box(
    folder: Path,
    *,
    weeks: int,
    seed: int,
    habits: Sequence[Habit] = HABITS,
    language: Language = BASE,
    crisis: Mapping[Language, str] | None = None,
) -> AsyncIterator[Box]:
    """A practice in ``folder`` (which must be empty), on the first morning; nothing has happened.

    ``language``: the therapist's. ``crisis``: the practice's own card, by language.
    """
    clock = TravelClock(BEGINS_AT)
    async with Sandbox(clock) as sandbox:
        plain = shipped().demo(BASE, "crisis")
        settings = _settings(folder, sandbox, crisis or dict.fromkeys(languages(), plain))
        create_key_file(settings.database.key_file)
        await upgrade(settings.database.url, may_create=True)
        async with open_app(settings, clock=clock, ids=SeededIds(seed)) as app:
            flows = await _publish(app, settings.flows.directory)
            recogniser = Recogniser(flows)
            clients = _clients(sandbox, recogniser, habits, seed)
            person = sandbox.person(THERAPIST_CHAT, "Weber")
            therapist = SimulatedTherapist(person, clients, zone(ZONE), language)
            link = await _invite(app, language)
            therapist.plan(BEGINS_AT + timedelta(minutes=10), weeks, link)
            yield Box(folder, weeks, app, sandbox, clock, recogniser, therapist, clients)


def _settings(folder: Path, sandbox: Sandbox, crisis: Mapping[Language, str]) -> Settings:
    return Settings.model_validate(
        {
            "telegram": {"token": SecretStr(sandbox.token), "api_url": sandbox.url},
            "database": {
                "url": f"sqlite+aiosqlite:///{folder / 'interlude.db'}",
                "key_file": str(folder / "interlude.key"),
            },
            "practice": {"name": "Practice on the Hill", "zone": ZONE, "crisis": dict(crisis)},
        }
    )


def _sources(directory: Path) -> list[Source]:
    return [
        Source(p.name, decode(p.read_bytes(), p.name)) for p in sorted(directory.glob("*.toml"))
    ]


async def _publish(app: App, directory: Path) -> tuple[Flow, ...]:
    checked = check(_sources(directory))
    await app.store.write(
        lambda tx: publish(tx, checked, now=BEGINS_AT, who="demo", why="the shipped flows")
    )
    return tuple(flow for flow, _ in checked.flows)


async def _invite(app: App, language: Language) -> str:
    def decide(tx: Tx) -> str:
        work = Work(tx, app.practice, BEGINS_AT, "demo")
        _, link, _ = invite_therapist(
            work, name=people.Name(THERAPIST), language=language, zone_name=ZONE
        )
        return link

    return await app.store.write(decide)


def _clients(
    sandbox: Sandbox, recogniser: Recogniser, habits: Sequence[Habit], seed: int
) -> tuple[SimulatedClient, ...]:
    return tuple(
        SimulatedClient(
            sandbox.person(
                FIRST_CLIENT_CHAT + place, habit.name, language=tongue_of(habit.language).code
            ),
            habit,
            recogniser,
            BEGINS_AT,
            seed,
        )
        for place, habit in enumerate(habits)
    )
