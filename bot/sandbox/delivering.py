"""Delivers a bot's updates to its webhook, as Telegram's servers do: several at once, those of one
chat one after the other, again and again until the answer is 200.

Used by the webhook methods. The sandbox is the reverse proxy as well: a public address leads to
whoever listens on this machine, and never anywhere else.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from bot.sandbox.updates import Queued, Update

if TYPE_CHECKING:
    from bot.sandbox.world import Account

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_BACK_OFF = 60.0
"""Seconds; Telegram draws by lot between this and twice as much."""
PATIENCE = 60.0
"""Real seconds for one answer, as with Telegram."""
REFUSED = "Connection refused"
TIMED_OUT = "Read timeout expired"
HERE = ("127.0.0.1", "localhost")


@dataclass(slots=True)
class Webhook:
    """The webhook of a bot, and when and why a delivery last failed; no ``url``: there is none."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    failed_at: datetime | None = None
    failure: str = ""


def proxy(public: str, targets: list[str]) -> tuple[str, list[str]]:
    """A way from a public address to listeners on this machine. ValueError: one is elsewhere."""
    if any(urlsplit(target).hostname not in HERE for target in targets):
        raise ValueError("the sandbox speaks to its own machine only")
    return public.rstrip("/"), [target.rstrip("/") for target in targets]


@dataclass(eq=False, slots=True)
class Deliverer:
    """The deliveries of one bot; begun while a webhook is set."""

    account: Account
    _looking: asyncio.Task[None] | None = None
    _under_way: dict[Hashable, asyncio.Task[None]] = field(default_factory=dict)
    """One task a line of updates: the next of a line waits until this one is through."""
    _resting: dict[Hashable, float] = field(default_factory=dict)
    """The lines that failed, and until when each rests, on the steady counter."""
    _ending: list[asyncio.Task[None]] = field(default_factory=list)
    _turn: itertools.count[int] = field(default_factory=itertools.count)

    def begin(self) -> None:
        """Deliver all that waits, at once, and whatever comes."""
        self.stop()
        self._looking = asyncio.create_task(self._look())

    def stop(self) -> None:
        """Nothing more is delivered; what was not confirmed goes on waiting."""
        tasks = [task for task in (self._looking, *self._under_way.values()) if task is not None]
        for task in tasks:
            task.cancel()
        self._ending = [*(each for each in self._ending if not each.done()), *tasks]
        self._looking = None
        self._under_way.clear()
        self._resting.clear()

    async def end(self) -> None:
        """Nothing more is delivered, and no connection is left."""
        self.stop()
        await asyncio.gather(*self._ending, return_exceptions=True)

    @property
    def is_idle(self) -> bool:
        """True where nothing is to be delivered now: all is, or waits for another try."""
        if self._looking is None:
            return True
        now = self.account.world.clock.monotonic()
        resting = {line for line, until in self._resting.items() if until > now}
        lines = {_line(each.update) for each in self.account.updates.listed()}
        return lines <= resting and self._under_way.keys() <= resting

    async def _look(self) -> None:
        queue = self.account.updates
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            while True:
                changed = queue.changed
                for queued in queue.listed():
                    line = _line(queued.update)
                    room = self.account.webhook.connections - len(self._under_way)
                    if line not in self._under_way and room > 0:
                        self._under_way[line] = asyncio.create_task(
                            self._deliver(client, queued, line)
                        )
                await changed.wait()

    async def _deliver(self, client: httpx.AsyncClient, queued: Queued, line: Hashable) -> None:
        """Deliver one update until it is taken."""
        clock, back_off, fails = self.account.world.clock, 1.0, 0
        while True:
            answer = await self._post(client, queued.update)
            if isinstance(answer, httpx.Response) and answer.is_success:
                break
            webhook = self.account.webhook
            webhook.failed_at, webhook.failure = clock.now(), _failure(answer)
            asked = _asked(answer)
            if not asked and fails:
                back_off = min(back_off * 2, LONGEST_BACK_OFF)
            fails += 1
            pause = asked or back_off
            self._resting[line] = clock.monotonic() + pause
            self.account.world.touch()
            await clock.sleep(pause)
            self._resting.pop(line, None)
        self._under_way.pop(line, None)
        self.account.updates.delivered(queued)
        self.account.world.touch()

    async def _post(self, client: httpx.AsyncClient, update: Update) -> httpx.Response | str:
        """The answer of the first listener that is there; or why there is none."""
        webhook = self.account.webhook
        parts = urlsplit(webhook.url)
        targets = self.account.world.proxies.get(f"{parts.scheme}://{parts.netloc}", [])
        turn = next(self._turn) % len(targets) if targets else 0
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        for target in targets[turn:] + targets[:turn]:
            try:
                return await client.post(f"{target}{parts.path}", json=update, headers=headers)
            except httpx.ReadTimeout:
                return TIMED_OUT
            except httpx.TransportError:
                continue  # as a proxy does: the next one may be up
        return REFUSED


def _line(update: Update) -> Hashable:
    """Updates of one line come one after the other. The real server has one line a chat for its
    messages, and others for what else happens there.
    """
    for kind in ("message", "edited_message", "my_chat_member", "callback_query"):
        body = update.get(kind)
        if isinstance(body, dict):
            owner = body.get("from" if kind == "callback_query" else "chat")
            return kind, owner.get("id") if isinstance(owner, dict) else None
    return "raw", update.get("update_id")


def _failure(answer: httpx.Response | str) -> str:
    if isinstance(answer, str):
        return answer
    return f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"


def _asked(answer: httpx.Response | str) -> float:
    """Seconds that the listener asks to wait; 0: it asks for nothing."""
    if isinstance(answer, str):
        return 0.0
    said = answer.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else 0.0
