"""Two pages for whoever watches the machine, and one of figures: /healthz, /readyz, /metrics.

Served by ``interlude run`` where ``health.port`` is set, on this machine alone unless the settings
say otherwise. They must never show an id, a name or a word of anybody.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.config.settings import Health
from bot.machine import room_of
from bot.metrics import PREFIX
from bot.serving import listening, serving
from storage import backups, gauges
from storage.gauges import Gauges

log = structlog.get_logger(__name__)

CLOSING_SECONDS = 1
ADVICE = "choose a health.port that no other program has, and start the bot again"


def pages(app: App) -> Starlette:
    """The pages of a running application."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(_: Request) -> Response:
        lacking = await _lacking(app)
        return JSONResponse({"lacking": lacking}, status_code=503 if lacking else 200)

    async def metrics(_: Request) -> Response:
        found = await app.store.read(gauges.count)
        waiting = CollectorRegistry(auto_describe=False)
        waiting.register(_Shown(app, found, app.clock.now()))
        shown = generate_latest(waiting) + generate_latest(app.figures.registry)
        return Response(shown, media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", metrics),
        ]
    )


@asynccontextmanager
async def served(app: App) -> AsyncIterator[None]:
    """The pages are there meanwhile. A port that is taken leaves the bot at work without them."""
    listener = _listener(app.settings.health)
    if listener is None:
        yield
        return
    async with serving(pages(app), listener, closing_seconds=CLOSING_SECONDS):
        yield


def _listener(health: Health) -> socket.socket | None:
    try:
        return listening(health.host, health.port)
    except OSError as error:
        why = error.strerror or type(error).__name__
        log.error("health_pages_missing", port=health.port, why=why, advice=ADVICE)
        return None


async def _lacking(app: App) -> list[str]:
    """List what the bot needs for its work and does not have."""
    lacking: list[str] = list(await app.signs.lacking())
    if app.place.leads and not app.signs.is_in_touch():
        lacking.append("telegram")
    if app.place.leads and app.clock.standing != "right":
        lacking.append("clock")
    room = room_of(app.settings)
    if room is not None and room.free < room.wanted:
        lacking.append("disk")
    return lacking


class _Shown(Collector):
    """The figures of one moment in the form that Prometheus reads."""

    def __init__(self, app: App, found: Gauges, now: datetime) -> None:
        self._app, self._found, self._now = app, found, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each figure with its sentence; one that is not known now has no value."""
        found, app = self._found, self._app
        updates = _gauge("inbox_updates", "Updates that wait or were set aside.", "state")
        for state, count in found.inbox.items():
            updates.add_metric([state], count)
        yield updates
        messages = _gauge(
            "outbox_messages", "Messages that wait or did not surely arrive.", "class", "state"
        )
        for labels, count in found.outbox.items():
            messages.add_metric(labels, count)
        yield messages
        going_on = _gauge("alarm", "Alarms that go on.", "kind")
        for kind in found.alarms:
            going_on.add_metric([kind], 1)
        yield going_on
        single = {
            "inbox_oldest_seconds": ("The age of the oldest update that waits.", self._inbox_age()),
            "outbox_late_seconds": ("How late the latest message is.", self._lateness()),
            "last_poll_seconds": ("Seconds since Telegram answered.", app.signs.poll_age()),
            "clock_ahead_seconds": (
                "By how much the clock was ahead when it was last compared.",
                app.clock.ahead.total_seconds(),
            ),
            "wal_bytes": ("The size of the database's log of changes.", self._wal()),
            "backup_age_seconds": ("The age of the newest backup.", self._backup_age()),
        }
        for name, (says, value) in single.items():
            gauge = _gauge(name, says)
            if value is not None:
                gauge.add_metric([], value)
            yield gauge

    def _inbox_age(self) -> float:
        return _since(self._found.inbox_oldest_at, self._now)

    def _lateness(self) -> float:
        return max(0.0, _since(self._found.outbox_oldest_at, self._now))

    def _wal(self) -> float | None:
        file = self._app.settings.database.file
        if file is None:
            return None
        wal = file.with_name(f"{file.name}-wal")
        return wal.stat().st_size if wal.exists() else 0

    def _backup_age(self) -> float | None:
        folder = self._app.settings.backup.folder
        listed = backups.list_in(folder) if folder is not None else []
        return _since(listed[-1].made_at, self._now) if listed else None


def _gauge(name: str, says: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", says, labels=labels)


def _since(at: datetime | None, now: datetime) -> float:
    return 0.0 if at is None else (now - at).total_seconds()
