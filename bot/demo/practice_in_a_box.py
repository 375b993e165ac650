"""Sets up the practice in a box in a folder, runs it, and writes down what everyone saw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import App, open_app
from bot.clock import TravelClock
from bot.config import Settings
from bot.demo.clients import SimulatedClient
from bot.demo.habits import HABITS
from bot.demo.recognising import Recogniser
from bot.demo.therapist import SimulatedTherapist
from bot.demo.travel import Journey
from bot.drawings import Drawing
from bot.ids import SeededIds
from bot.report.drawing import draw
from bot.sandbox.server import Sandbox
from bot.sandbox.transcript import transcript
from bot.services.care.invitations import invite_therapist
from bot.services.digest import to_files
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.work.unit_of_work import Work
from flows.languages import BASE, tongue_of
from flows.schedule.zones import zone
from flows.script.decoding import decode
from flows.script.flow import Flow
from storage import deliveries, digests, people
from storage.key_file import create_key_file
from storage.migrate import upgrade
from storage.store import Tx

BEGINS_AT = datetime(2026, 10, 5, 6, 30, tzinfo=UTC)
"""A Monday, 08:30 in Berlin; the clocks change in the third week."""
ZONE = "Europe/Berlin"
LOOK_BACK = 2
"""So many clients look at a picture in the end: the first in English, the second in German."""
A_MOMENT = timedelta(minutes=1)
THERAPIST_CHAT = 9001
FIRST_CLIENT_CHAT = 1001
CRISIS = "Here stand the numbers that the practice writes for its own town. In danger of life: 112."


@dataclass(frozen=True, slots=True)
class Written:
    """The files that a demo left in its folder."""

    transcripts: tuple[Path, ...]
    digests: tuple[Path, ...]
    pictures: tuple[Path, ...]
    messages: int


def _settings(folder: Path, sandbox: Sandbox) -> Settings:
    return Settings.model_validate(
        {
            "telegram": {"token": SecretStr(sandbox.token), "api_url": sandbox.url},
            "database": {
                "url": f"sqlite+aiosqlite:///{folder / 'interlude.db'}",
                "key_file": str(folder / "interlude.key"),
            },
            "practice": {
                "name": "Practice on the Hill",
                "zone": ZONE,
                "crisis": {"en": CRISIS, "de": CRISIS, "de_du": CRISIS},
            },
        }
    )


async def run_demo(
    folder: Path, *, weeks: int, seed: int, passed: Callable[[datetime], None]
) -> Written:
    """Live through ``weeks`` in ``folder`` (which must be empty) and write transcripts, digests
    and pictures.
    """
    clock = TravelClock(BEGINS_AT)
    async with Sandbox(clock) as sandbox:
        settings = _settings(folder, sandbox)
        create_key_file(settings.database.key_file)
        await upgrade(settings.database.url, may_create=True)
        async with open_app(settings, clock=clock, ids=SeededIds(seed)) as app:
            flows = await _publish(app, settings.flows.directory)
            therapist, clients = _people(sandbox, flows, seed)
            therapist.plan(BEGINS_AT + timedelta(minutes=10), weeks, await _invite(app))
            journey = Journey(app, clock, [therapist, *clients])
            await journey.go(BEGINS_AT + timedelta(weeks=weeks), passed)
            written = await _write_down(folder, app, therapist, clients)
            pictures = await _look_back(folder, app, journey, clock, clients[:LOOK_BACK])
            return replace(written, pictures=pictures, messages=app.sender.sent)


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


async def _invite(app: App) -> str:
    def decide(tx: Tx) -> str:
        work = Work(tx, app.practice, BEGINS_AT, "demo")
        _, link, _ = invite_therapist(
            work, name=people.Name("Dr. Weber"), language=BASE, zone_name=ZONE
        )
        return link

    return await app.store.write(decide)


def _people(
    sandbox: Sandbox, flows: tuple[Flow, ...], seed: int
) -> tuple[SimulatedTherapist, list[SimulatedClient]]:
    recogniser = Recogniser(flows)
    clients = [
        SimulatedClient(
            sandbox.person(
                FIRST_CLIENT_CHAT + place, habit.name, language=tongue_of(habit.language).code
            ),
            habit,
            recogniser,
            BEGINS_AT,
            seed,
        )
        for place, habit in enumerate(HABITS)
    ]
    person = sandbox.person(THERAPIST_CHAT, "Weber")
    return SimulatedTherapist(person, clients, zone(ZONE)), clients


async def _write_down(
    folder: Path, app: App, therapist: SimulatedTherapist, clients: list[SimulatedClient]
) -> Written:
    chats = [("therapist", "Dr. Weber", therapist.person)]
    chats += [(c.habit.alias.replace(".", ""), c.habit.name, c.person) for c in clients]
    transcripts = []
    for label, name, person in chats:
        path = folder / "transcripts" / f"{label}.txt"
        _write(path, transcript(person.ledger, name, zone(ZONE)))
        transcripts.append(path)
    shown = {e.message_id: e.text for e in therapist.person.ledger if e.kind == "sent"}
    written = []
    for week, message_ids in await app.store.read(_digest_messages):
        path = folder / "digests" / f"{week}.txt"
        _write(path, "\n\n".join(shown[i] for i in message_ids) + "\n")
        written.append(path)
    written += await _draw_digests(folder, app)
    return Written(tuple(transcripts), tuple(written), (), app.sender.sent)


async def _draw_digests(folder: Path, app: App) -> list[Path]:
    """Write the picture and the paper of each digest beside its text."""

    def find(tx: Tx) -> list[Drawing]:
        work = Work(tx, app.practice, BEGINS_AT, "demo")
        (therapist,) = people.list_therapists(tx)
        weeks = to_files.weeks_of(work, therapist)
        found = [to_files.find(work, therapist, week) for week in weeks]
        return [
            replace(drawing, name=f"{week.week}.{drawing.form}")
            for week in found
            if week is not None
            for drawing in week.drawings
        ]

    written = []
    for drawing in await app.store.read(find):
        content = await asyncio.to_thread(draw, drawing.template, drawing.values, drawing.form)
        if content is not None:
            path = folder / "digests" / drawing.name
            path.write_bytes(content)
            written.append(path)
    return written


async def _look_back(
    folder: Path, app: App, journey: Journey, clock: TravelClock, clients: list[SimulatedClient]
) -> tuple[Path, ...]:
    """Let some clients look at their own answers as a picture, after all was written down. Who has
    answered no number is offered none.
    """
    for client in clients:
        client.person.say("/history")
    await journey.go(clock.now() + A_MOMENT, lambda _: None)
    for client in clients:
        label = app.practice.texts.client(client.habit.language, "button_history_chart")
        if any(label in row for row in client.person.labels):
            client.person.tap(label)
    await journey.go(clock.now() + A_MOMENT, lambda _: None)
    written = []
    for client in clients:
        for message in client.person.screen:
            if message.from_bot and message.media is not None:
                path = folder / "pictures" / f"{client.habit.alias.replace('.', '')}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(client.person.opened(message)[1])
                written.append(path)
    return tuple(written)


def _digest_messages(tx: Tx) -> list[tuple[str, list[int]]]:
    rows = [row for p in people.list_therapists(tx) for row in digests.list_for_therapist(tx, p.id)]
    return [(row.week, deliveries.find_digest_message_ids(tx, row.id)) for row in rows]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
