"""Three runs on one PostgreSQL database, killed one after the other at no particular point: nothing
is lost, nothing is doubled, and each chat reads in order.

The judge is the sandbox's ledger. ``python -m tests.crash.test_crash_runs 500`` kills so often.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.config import Settings
from storage import inbox
from tests.crash.answering import (
    READING,
    Client,
    answer_all,
    compare,
    is_all_handled,
    is_all_quiet,
    judge,
    stored_answers,
)
from tests.crash.questions import (
    AGAIN,
    LENGTH,
    TAPPED,
    answer_to,
    long_flow,
    number_in,
    questions_in,
)
from tests.crash.world import (
    CLOCK,
    FIRST_CHAT,
    Bot,
    FarEnd,
    ask_store,
    await_until,
    far_end,
    furnish,
    write_config,
)
from tests.storage.conftest import statement
from tests.support.postgres import postgres_or_skip, sqlalchemy_url, temporary_postgres

RUNS, CLIENTS, KILLS = 3, 6, 9
MANY_CLIENTS, MANY_KILLS = 48, 60
SEED = 20261128
_numbers = itertools.count(1)
ROLE = re.compile(r"\] (started|leads|follows) ")
PATIENCE = 240.0
"""Seconds: what a killed run had claimed is left to it for twenty, and machines are slow."""


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgres_or_skip() as folder:
        yield folder


@contextmanager
def several(
    folder: Path,
    telegram: FarEnd,
    database: str,
    flow: str,
    runs: int = RUNS,
    clients: int = CLIENTS,
) -> Iterator[list[Bot]]:
    """Runs with a folder, a log and settings of their own; database and key are one."""
    settings = write_config(folder, telegram.url, database=database)
    asyncio.run(furnish(settings, flow, clients))
    bots = []
    for number in range(runs):
        place = folder / f"run{number}"
        place.mkdir()
        write_config(place, telegram.url, database=database)
        (place / "interlude.key").write_bytes((folder / "interlude.key").read_bytes())
        (place / "interlude.key").chmod(0o600)
        bots.append(Bot(place, telegram))
    try:
        yield bots
    finally:
        for bot in bots:
            bot.close()


def start(bot: Bot) -> None:
    """Start it, and wait until it says so."""
    bot.launch()
    await_until(lambda: said_last(bot) or _has_ended(bot), "a start", PATIENCE)
    assert not _has_ended(bot), f"it ended at once: {bot.log}"


def _has_ended(bot: Bot) -> bool:
    return bot.process is not None and bot.process.poll() is not None


def said_last(bot: Bot) -> str:
    """The last thing that it logged of its place since its newest start; empty before that."""
    said = ROLE.findall(bot.log)
    starts = [place for place, word in enumerate(said) if word == "started"]
    return said[-1] if len(starts) == bot.starts else ""


def leader(bots: list[Bot]) -> Bot | None:
    """The only run that believes to lead, by what each logged last; None: nobody yet."""
    found = [bot for bot in bots if said_last(bot) == "leads" and is_up(bot)]
    return found[0] if len(found) == 1 else None


def is_up(bot: Bot) -> bool:
    """True until it is killed."""
    return bot.process is not None and bot.process.poll() is None


def die_in_turn(
    bots: list[Bot], draw: random.Random, kills: int, is_over: Callable[[], bool]
) -> tuple[int, int]:
    """Each time some messages further than before, until that many are killed or it ``is_over``;
    how many were, and how many of those had led.
    """
    had_led = 0
    for done in range(kills):
        goal = bots[0].far_end.sent() + draw.randint(1, 4)
        await_until(
            lambda goal=goal: bots[0].far_end.sent() >= goal or is_over(), "messages", PATIENCE
        )
        if is_over():
            return done, had_led
        time.sleep(draw.uniform(0.0, 0.04))  # the moment is what this test draws by lot
        dies = leader(bots) if draw.random() < 0.5 else None
        had_led += dies is not None
        dies = dies or draw.choice([bot for bot in bots if said_last(bot)])
        dies.kill()
        dies.launch()  # the others go on meanwhile
        await_until(lambda: any(map(said_last, bots)), "a run", PATIENCE)
    return kills, had_led


def settings_of(folder: Path, telegram: FarEnd, database: str) -> Settings:
    """The settings of the first folder, to look into the database."""
    return write_config(folder, telegram.url, database=database)


def live_through(
    folder: Path,
    telegram: FarEnd,
    database: str,
    kills: int,
    seed: int = SEED,
    clients_in_all: int = CLIENTS,
) -> tuple[int, int, int]:
    """Live through so many kills and judge; how many there were, how many killed the run that led,
    and how many questions were visibly asked once more.
    """
    telegram.tell("latency", seconds=0.03)
    over, calm = threading.Event(), threading.Event()
    clients = [Client(telegram, FIRST_CHAT + place, calm) for place in range(clients_in_all)]
    with several(folder, telegram, database, long_flow(), clients=clients_in_all) as bots:
        for bot in bots:
            start(bot)
        crowd = threading.Thread(target=answer_all, args=(clients, over))
        crowd.start()
        try:
            draw = random.Random(seed)
            done, led = die_in_turn(
                bots, draw, kills, lambda: all(each.is_done for each in clients)
            )
            calm.set()
            await_until(lambda: all(each.is_done for each in clients), "all answers", PATIENCE)
            settings = settings_of(folder, telegram, database)
            await_until(lambda: is_all_handled(telegram, settings), "every chat", PATIENCE)
        finally:
            over.set()
            crowd.join()
        for bot in bots:
            await_until(lambda bot=bot: said_last(bot), "every run", PATIENCE)
        assert [bot.stop(PATIENCE) for bot in bots] == [0] * RUNS
    again = sum(judge(telegram, client) for client in clients)
    for client in clients:
        in_order(telegram, client)
    compare(asyncio.run(ask_store(settings, stored_answers)), clients)
    assert asyncio.run(ask_store(settings, inbox.count_new)) == 0
    return done, led, again


def in_order(telegram: FarEnd, client: Client) -> None:
    """Each question is first asked after the one before it."""
    told = telegram.heard(client.chat)
    numbers = [number_in(text) for text in told if AGAIN not in text]
    first = list(dict.fromkeys(number for number in numbers if number))
    assert first == sorted(first), (client.chat, first)


@pytest.mark.promise("P1b")
def test_runs_that_die_in_turn_lose_no_answer_and_double_no_question(
    tmp_path: Path, other_side: FarEnd, server: Path
) -> None:
    done, _, again = live_through(tmp_path, other_side, sqlalchemy_url(server), KILLS)
    assert done >= KILLS / 2
    assert again <= done * CLIENTS


def test_another_run_leads_within_seconds_of_a_kill(
    tmp_path: Path, other_side: FarEnd, server: Path
) -> None:
    database = sqlalchemy_url(server, _fresh(server))
    with several(tmp_path, other_side, database, long_flow()) as bots:
        for bot in bots:
            start(bot)
        first = await_until(lambda: leader(bots), "a run that leads", PATIENCE)
        polls = other_side.calls("getUpdates")
        other_side.await_call("getUpdates", polls)
        first.kill()
        other_side.tell("say", chat=FIRST_CHAT, text="/checkin")
        killed_at = CLOCK.monotonic()
        await_until(lambda: other_side.heard(FIRST_CHAT), "the first question", PATIENCE)
        assert CLOCK.monotonic() - killed_at < 60, "seconds, on a machine that does much else"
        second = leader(bots)
        assert second is not None
        assert second is not first
        assert other_side.ask("counts")["refusals"].get("409", 0) == 0


def test_a_run_that_was_stopped_says_nothing_once_it_wakes(
    tmp_path: Path, other_side: FarEnd, server: Path
) -> None:
    """Its question was under way; another run has asked it once more when the sleeper wakes."""
    database = sqlalchemy_url(server, _fresh(server))
    with several(tmp_path, other_side, database, long_flow(3), runs=2) as (sleeper, other):
        start(sleeper)
        await_until(lambda: leader([sleeper]), "a run that leads", PATIENCE)
        other_side.tell("fault", method="sendMessage", status=200, when="after", delay=60)
        other_side.tell("say", chat=FIRST_CHAT, text="/checkin")
        await_until(lambda: _asked(other_side) == [(1, False)], "the question", PATIENCE)
        assert sleeper.process is not None
        sleeper.process.send_signal(signal.SIGSTOP)
        other_side.tell("clear")
        start(other)
        await_until(lambda: (1, True) in _asked(other_side), "it to be asked once more", PATIENCE)
        sleeper.process.send_signal(signal.SIGCONT)
        await_until(lambda: "run_given_up" in sleeper.log, "it to find out", PATIENCE)
        for number in (1, 2, 3):
            await_until(lambda no=number: no in dict(_asked(other_side)), "a question", PATIENCE)
            # sooner, the words would be more of the answer before
            read_at = CLOCK.monotonic() + READING
            await_until(lambda at=read_at: CLOCK.monotonic() >= at, "it to be read", PATIENCE)
            answer = answer_to(FIRST_CHAT, number)
            if number in TAPPED:
                other_side.tell("tap", chat=FIRST_CHAT, label=answer)
            else:
                other_side.tell("say", chat=FIRST_CHAT, text=answer)
        await_until(lambda: is_all_quiet(other_side), "the chat", PATIENCE)
        assert [bot.stop(PATIENCE) for bot in (sleeper, other)] == [0, 0]
        assert _asked(other_side) == [(1, False), (1, True), (2, False), (3, False)]


def _asked(telegram: FarEnd) -> list[tuple[int, bool]]:
    """The questions that arrived, and whether each came as one that is asked once more."""
    return questions_in(telegram.heard(FIRST_CHAT))


def _fresh(server: Path) -> str:
    name = f"d{next(_numbers)}"
    asyncio.run(statement(server, f"CREATE DATABASE {name}"))
    return name


def main() -> None:
    """The long run, by hand; a check-in has few questions, so it begins again with new clients.
    There are many, for whose message a killed run had in its hands waits for twenty seconds.
    """
    wanted, done = int(sys.argv[1]), 0
    while done < wanted:
        kills = min(MANY_KILLS, wanted - done)
        with (
            tempfile.TemporaryDirectory() as name,
            far_end() as telegram,
            temporary_postgres() as folder,
        ):
            url = sqlalchemy_url(folder)
            each, led, again = live_through(
                Path(name), telegram, url, kills, SEED + done, MANY_CLIENTS
            )
        done += each
        line = f"{done} kills; of the last {each}, {led} of the one that led; {again} asked again"
        line += f"; {MANY_CLIENTS * LENGTH} answers"
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
