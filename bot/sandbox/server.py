"""``Sandbox``: the service itself, started and stopped inside the running event loop.

Tests, the demo and ``python -m bot.sandbox`` use it. It binds to 127.0.0.1 only, takes no signal
and writes no log. Leaving the context answers what still hangs; no task and no socket stay behind.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from types import TracebackType

import uvicorn

from bot.clock import Clock
from bot.sandbox.asgi import Front, Scope
from bot.sandbox.client import Group, Person, wait_until
from bot.sandbox.control import control_app
from bot.sandbox.delivering import proxy
from bot.sandbox.faults import Faults
from bot.sandbox.ledger import Entry
from bot.sandbox.world import Account, World

TOKEN = "1001:sandbox"
USERNAME = "interlude_bot"
_SETTLING = 200
_PARTING = 2.0
"""Real seconds for calls under way to be answered; a client stuck in its upload gets no more."""


class Sandbox:
    """A Bot API service; ``async with Sandbox(clock) as sandbox`` and point a bot at ``url``."""

    def __init__(
        self,
        clock: Clock,
        token: str = TOKEN,
        username: str = USERNAME,
        *,
        name: str = "Interlude",
        port: int = 0,
        rate_limits: bool = False,
    ) -> None:
        self.world = World(clock)
        self.world.add_bot(token, username, name)
        self.token = token
        self.faults = Faults(clock, rate_limits)
        self.url = ""
        self._closing = asyncio.Event()
        self._port = port
        self._front = Front(self.world, self.faults, self._closing)
        self._front.cut = self._cut
        self._front.control = control_app(self)
        self._server: uvicorn.Server | None = None

    async def __aenter__(self) -> Sandbox:
        listener = _listener(self._port)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            self._front,
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=3600,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(sockets=[listener])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        self._closing.set()
        for account in self.world.accounts.values():
            account.updates.end()
            await account.deliverer.end()
        for listener in server.servers:
            listener.close()
        if server.server_state.tasks:
            await asyncio.wait(set(server.server_state.tasks), timeout=_PARTING)
        await self._part(server)
        for listener in server.servers:
            await listener.wait_closed()

    @staticmethod
    async def _part(server: uvicorn.Server) -> None:
        connections = server.server_state.connections
        for connection in list(connections):
            connection.shutdown()
        for _ in range(_SETTLING):
            if not connections:
                return
            await asyncio.sleep(0)
        for connection in list(connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    def _cut(self, scope: Scope) -> None:
        if self._server is None:
            return
        for connection in list(self._server.server_state.connections):
            if getattr(connection, "client", None) == scope["client"]:
                connection.transport.abort()

    @property
    def calls(self) -> Counter[str]:
        """The number of calls of each method, by Telegram's name."""
        return self._front.calls

    @property
    def refusals(self) -> Counter[int]:
        """The number of error answers that were given, by code."""
        return self._front.refusals

    @property
    def quiet(self) -> bool:
        """Nothing is under way: all updates are confirmed, and every bot hangs in a poll or has a
        webhook.
        """
        accounts = self.world.accounts.values()
        return not self._front.in_flight and all(a.is_quiet for a in accounts)

    async def until_quiet(self, limit: float = 10.0) -> None:
        """Return once ``quiet``; a TimeoutError after ``limit`` real seconds."""
        await wait_until(self.world, lambda: self.quiet, limit, "the bot to fall quiet")

    def proxy(self, public: str, *targets: str) -> None:
        """Let a public address, such as https://practice.example, lead to listeners here, each in
        its turn; none: nobody answers there any more.
        """
        address, listeners = proxy(public, list(targets))
        self.world.proxies[address] = listeners

    async def until_delivered(self, limit: float = 10.0) -> None:
        """Return once no webhook is being called; a TimeoutError after ``limit`` real seconds."""
        accounts = self.world.accounts.values()
        await wait_until(
            self.world, lambda: all(a.deliverer.is_idle for a in accounts), limit, "deliveries"
        )

    def add_bot(self, token: str, username: str, name: str = "Second") -> Account:
        """A further bot on the same service, with chats of its own."""
        return self.world.add_bot(token, username, name)

    def person(
        self,
        chat_id: int,
        name: str = "Ana",
        *,
        handle: str | None = None,
        language: str | None = "en",
        token: str | None = None,
    ) -> Person:
        """The person with this id, who has not started the bot unless they did so before."""
        return Person(self.world.account(token), chat_id, name, handle, language)

    def group(self, chat_id: int = -500, title: str = "Group", token: str | None = None) -> Group:
        """A group that the bot can be added to; ``chat_id`` is negative."""
        return Group(self.world.account(token), chat_id, title)

    def ledger(self, chat_id: int, token: str | None = None) -> list[Entry]:
        """The things that this chat really saw and did."""
        return self.world.ledger(chat_id, token)

    def send_raw(self, update: dict[str, object], token: str | None = None) -> int:
        """Queue any JSON object as an update, parsable or not; its update id."""
        account = self.world.account(token)
        update_id = account.updates.push_raw(update)
        self.world.touch()
        return update_id

    def duplicate(self, update_id: int | None = None, token: str | None = None) -> int:
        """Deliver an update once more, the newest by default; its update id."""
        return self.world.account(token).updates.duplicate(update_id)

    def jump_update_id(self, to: int, token: str | None = None) -> None:
        """Number the next update ``to``."""
        self.world.account(token).updates.jump_to(to)


def _listener(port: int) -> socket.socket:
    # asyncio turns Nagle's delay off only where the socket names its protocol; with it, an answer
    # in two pieces (head, body) takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener
