"""The practice in a box without a page: lives through the weeks, writes down what everyone saw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.clock import TravelClock
from bot.demo.box import BEGINS_AT, THERAPIST, ZONE, Box, open_box
from bot.demo.clients import SimulatedClient
from bot.demo.travel import Journey
from bot.drawings import Drawing
from bot.report.drawing import draw
from bot.sandbox.transcript import transcript
from bot.services.digest import to_files
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import deliveries, digests, people
from storage.store import Tx

LOOK_BACK = 2
"""So many clients look at a picture in the end: the first in English, the second in German."""
A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Written:
    """The files that a demo left in its folder."""

    transcripts: tuple[Path, ...]
    digests: tuple[Path, ...]
    pictures: tuple[Path, ...]
    messages: int


async def run_demo(
    folder: Path, *, weeks: int, seed: int, passed: Callable[[datetime], None]
) -> Written:
    """Live through ``weeks`` in ``folder`` (which must be empty) and write transcripts, digests
    and pictures.
    """
    async with open_box(folder, weeks=weeks, seed=seed) as box:
        journey = Journey(box.app, box.clock, [box.therapist, *box.clients])
        await journey.go(box.ends_at, passed)
        written = await _write_down(box)
        pictures = await _look_back(folder, box.app, journey, box.clock, box.clients[:LOOK_BACK])
        return replace(written, pictures=pictures, messages=box.app.sender.sent)


async def _write_down(box: Box) -> Written:
    folder, app, therapist = box.folder, box.app, box.therapist
    chats = [("therapist", THERAPIST, therapist.person)]
    chats += [(c.habit.alias.replace(".", ""), c.habit.name, c.person) for c in box.clients]
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
    folder: Path, app: App, journey: Journey, clock: TravelClock, clients: Sequence[SimulatedClient]
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
