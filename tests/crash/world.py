"""A practice run by ``interlude run`` in a process of its own, against a sandbox in another.

Used by the crash tests and by the command-line tests. The far end of HTTP is the sandbox; nothing
else is not the real thing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bot.app import open_store, practice_of
from bot.clock import SystemClock
from bot.config import Settings, load_settings
from bot.ids import SystemIds
from bot.services.care.invitations import add_person
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from storage import cares, deliveries, people
from storage.key_file import create_key_file
from storage.migrate import upgrade
from storage.store import Store, Tx
from tests.crash.forked import Forked, served, typed

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
TOKEN = "918273645:AA-canary-token"
CLOCK = SystemClock()
FIRST_CHAT = 500
THERAPIST_CHAT = 400
DURATION = 60.0
"""Real seconds after which a test gives up waiting."""
COMMAND = (sys.executable, "-c", "from bot.cli.main import main; main()")
CONFIG = """\
[telegram]
token = "{token}"
api_url = "{url}"
poll_seconds = {poll}
[database]
url = "{database}"
key_file = "interlude.key"
[practice]
zone = "UTC"
quiet_from = "00:00"
quiet_until = "00:00"
crisis = {{ en = "Call 112." }}
[sending]
per_second = 1000
per_chat_burst = 100
per_chat_per_second = 100
re_ask_seconds = {re_ask}
re_ask_reply_seconds = {re_ask}
more_seconds = 0  # clients here answer at once, which in a practice would be more of a burst
[log]
level = "debug"
"""


class Process(Protocol):
    """A process, as far as ``Bot`` needs one; a ``subprocess.Popen`` is one."""

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal."""
        ...

    def poll(self) -> int | None:
        """The exit code; None while it lives."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended."""
        ...


Begin = Callable[[Path, Path, dict[str, str]], Process]
"""Starts ``interlude run`` in a folder, with a log and an environment."""


def spawned(folder: Path, log: Path, variables: dict[str, str]) -> Process:
    """``interlude run`` as somebody types it."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [*COMMAND, "--config", str(folder / "config.toml"), "run"],
            stdout=out,
            stderr=out,
            cwd=folder,
            env=variables,
        )


def environment() -> dict[str, str]:
    """Return what a command gets: this machine's, without any setting of Interlude."""
    kept = {name: value for name, value in os.environ.items() if "INTERLUDE" not in name}
    return {**kept, "PYTHONPATH": str(ROOT)}


def interlude(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command in ``folder``, and wait for its end."""
    with TemporaryDirectory() as name:
        out, errors = Path(name) / "out", Path(name) / "errors"
        does = partial(typed, words=words)
        code = Forked(folder, out, environment(), does=does, errors=errors).wait(DURATION)
        return subprocess.CompletedProcess(words, code, out.read_text(), errors.read_text())


def await_until(found: Callable[[], T], what: str, limit: float = DURATION) -> T:
    """The first true answer; AssertionError after ``limit`` real seconds."""
    ends = time.perf_counter() + limit
    while True:
        answer = found()
        if answer:
            return answer
        assert time.perf_counter() < ends, f"waited {limit:g} s for {what}"
        time.sleep(0.01)  # other processes are waited for: there is no event to wait on


@dataclass(frozen=True, slots=True)
class FarEnd:
    """The sandbox in its own process."""

    url: str

    def tell(self, action: str, **body: Any) -> Any:
        """Let somebody do something."""
        request = Request(f"{self.url}/sandbox/{action}", json.dumps(body).encode())
        try:
            with urlopen(request, timeout=DURATION) as answer:
                return json.load(answer)["result"]
        except HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def ask(self, path: str) -> Any:
        """Return what the control API sees."""
        with urlopen(f"{self.url}/sandbox/{path}", timeout=DURATION) as answer:
            return json.load(answer)

    def heard(self, chat: int) -> list[str]:
        """The messages that this chat got, oldest first."""
        return [entry["text"] for entry in self.ask(f"ledger/{chat}?kind=sent")]

    def calls(self, method: str) -> int:
        """Count how often the bot has called this."""
        return int(self.ask("counts")["calls"].get(method, 0))

    def sent(self) -> int:
        """Count the messages that arrived."""
        return int(self.ask("counts")["entries"].get("sent", 0))

    def await_call(self, method: str, since: int) -> None:
        """Return once the bot has called it again."""
        await_until(lambda: self.calls(method) > since, method)


@contextmanager
def far_end(*options: str) -> Iterator[FarEnd]:
    """A sandbox in its own process for the length of a test."""
    with TemporaryDirectory() as name:
        said = Path(name) / "said"
        does = partial(served, words=("--token", TOKEN, *options))
        process = Forked(Path(name), said, environment(), does=does)
        try:
            yield FarEnd(await_until(partial(_first_line, said), "the sandbox"))
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def _first_line(file: Path) -> str:
    """Its first line once that is whole, else nothing."""
    line, end, _ = (file.read_text("utf-8") if file.exists() else "").partition("\n")
    return line if end else ""


@dataclass(slots=True)
class Bot:
    """``interlude run`` on one folder, started and ended again and again."""

    folder: Path
    far_end: FarEnd
    begin: Begin = Forked
    process: Process | None = None
    starts: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    """Environment variables that win over the file."""
    patience: float = DURATION
    """Real seconds for a start."""
    first_poll: list[float] = field(default_factory=list)

    @property
    def log(self) -> str:
        """All that it wrote so far, of every start."""
        path = self.folder / "run.log"
        return path.read_text("utf-8") if path.exists() else ""

    def start(self) -> None:
        """Start it and wait for its first poll, whose time is kept."""
        side = self.far_end
        polls, began = side.calls("getUpdates"), time.perf_counter()
        self.launch()
        try:
            await_until(lambda: side.calls("getUpdates") > polls, "the first poll", self.patience)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log[-2000:]}") from error
        self.first_poll.append(time.perf_counter() - began)

    def launch(self) -> None:
        """Start it, whatever becomes of it."""
        variables = {**environment(), **self.settings}
        self.process = self.begin(self.folder, self.folder / "run.log", variables)
        self.starts += 1

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, limit: float = DURATION) -> int:
        """Ask it to stop; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit)

    def close(self) -> None:
        """Leave no process behind."""
        if self.process is not None and self.process.poll() is None:
            self.kill()


def write_config(
    folder: Path, url: str, *, poll: int = 1, re_ask: int = 1, database: str = ""
) -> Settings:
    """The settings file of a practice, and what it says."""
    path = folder / "config.toml"
    database = database or "sqlite+aiosqlite:///interlude.db"
    path.write_text(
        CONFIG.format(token=TOKEN, url=url, poll=poll, re_ask=re_ask, database=database)
    )
    path.chmod(0o600)
    found = load_settings(path, {})
    assert isinstance(found, Settings), found
    return found


async def furnish(settings: Settings, flow: str, clients: int) -> None:
    """A therapist and active clients, each in a chat of their own, and one published flow."""
    create_key_file(settings.database.key_file)
    await upgrade(settings.database.url, may_create=True)
    practice = practice_of(settings, SystemIds(), "interlude_bot")
    checked = check([Source("flow.toml", flow)])
    assert checked.is_good, checked.problems
    now = CLOCK.now()

    def decide(tx: Tx) -> None:
        work = Work(tx, practice, now, "setting")
        publish(tx, checked, now=now, who="test", why="test")
        therapist = add_person(work, role="therapist", language="en", zone_name="UTC")
        people.rename(tx, therapist.id, people.Name("Dr. Weber"))
        people.bind_chat(tx, therapist.id, THERAPIST_CHAT, now)
        for place in range(clients):
            client = add_person(work, role="client", language="en", zone_name="UTC")
            people.bind_chat(tx, client.id, FIRST_CHAT + place, now)
            care = cares.add(
                tx, client_id=client.id, therapist_id=therapist.id, alias=f"C{place}", now=now
            )
            cares.mark(tx, care.id, was="draft", state="active", now=now)
            for found, _ in checked.flows:
                plans.enrol(work, cares.load(tx, care.id), found)

    async with open_store(settings) as store:
        await store.write(decide)


async def ask_store(settings: Settings, ask: Callable[[Tx], T]) -> T:
    """Return what the database says, once nobody runs on it."""
    store: Store
    async with open_store(settings) as store:
        return await store.read(ask)


def queued(tx: Tx) -> int:
    """Count the messages that wait to be sent, however late they may leave."""
    return deliveries.count_due(tx, until=datetime(9000, 1, 1, tzinfo=UTC), most=999)
