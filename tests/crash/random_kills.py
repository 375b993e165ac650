"""``python -m tests.crash.random_kills --kills 1000``: kill -9 at no particular moment.

Eight clients answer a long flow while the bot dies; then it lives, they finish, and what they saw
is judged. World after world until the kills are used up; ``docs/reliability.md`` has the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.crash.answering import (
    Client,
    answer_all,
    compare,
    is_all_handled,
    judge,
    stored_answers,
)
from tests.crash.questions import LENGTH, long_flow
from tests.crash.world import (
    FIRST_CHAT,
    Bot,
    ask_store,
    await_until,
    far_end,
    furnish,
    write_config,
)

CLIENTS = 8
LONGEST = 180.0
"""Real seconds for the clients to finish once the bot lives, on a machine that is busy."""
STILL = 20.0
"""Real seconds without the messages that were waited for; after that everybody is left in peace."""
LAST_OF_THE_LOG = 3000


@dataclass(frozen=True, slots=True)
class Survived:
    """The figures of one world in which nothing was lost and nothing doubled."""

    kills: int
    answers: int
    asked_again: int
    """Questions that were visibly asked once more."""


def survive(bot: Bot, kills: int, seed: int, *, database: str = "") -> Survived:
    """Let a practice of eight clients live through that many kills; AssertionError: an answer was
    lost, a question doubled or out of order.
    """
    side = bot.far_end
    settings = write_config(bot.folder, side.url, database=database)
    asyncio.run(furnish(settings, long_flow(), CLIENTS))
    side.tell("latency", seconds=0.03)
    calm = threading.Event()
    clients = [Client(side, FIRST_CHAT + place, calm) for place in range(CLIENTS)]
    with _answering(clients), _telling(bot, clients):
        kills = _die_at_random(bot, kills, clients, random.Random(seed))
        bot.start()
        calm.set()
        await_until(lambda: all(client.is_done for client in clients), "all answers", LONGEST)
        await_until(lambda: is_all_handled(side, settings), "every chat to be answered", LONGEST)
    assert bot.stop(LONGEST) == 0
    with _telling(bot, clients):
        again = sum(judge(side, client) for client in clients)
        assert again <= kills * CLIENTS
        compare(asyncio.run(ask_store(settings, stored_answers)), clients)
    return Survived(kills, CLIENTS * LENGTH, again)


@contextmanager
def _answering(clients: list[Client]) -> Iterator[None]:
    over = threading.Event()
    crowd = threading.Thread(target=answer_all, args=(clients, over))
    crowd.start()
    try:
        yield
    finally:
        over.set()
        crowd.join()


@contextmanager
def _telling(bot: Bot, clients: list[Client]) -> Iterator[None]:
    """Where it fails, what each chat saw and the end of the log go with the error."""
    try:
        yield
    except AssertionError as error:
        chats = "\n".join(f"{each.chat}: {bot.far_end.heard(each.chat)}" for each in clients)
        raise AssertionError(f"{error}\n{chats}\n{bot.log[-LAST_OF_THE_LOG:]}") from error


def _die_at_random(bot: Bot, kills: int, clients: list[Client], draw: random.Random) -> int:
    """Each time some messages further than before, at no particular point; how often. It ends early
    where nobody has anything left to answer, or all wait: a question that was lost in two deaths
    in a row is not asked a third time, and its client would have to ask for it.
    """
    for done in range(kills):
        bot.start()
        goal = bot.far_end.sent() + draw.randint(1, 5)
        ends = time.perf_counter() + STILL
        while not (is_there := bot.far_end.sent() >= goal) and time.perf_counter() < ends:
            if all(client.is_done for client in clients):
                break
            time.sleep(0.01)  # another process is waited for: there is no event to wait on
        time.sleep(draw.uniform(0.0, 0.04))  # the moment is what is drawn by lot
        bot.kill()
        if not is_there:
            return done + 1
    return kills


def main() -> None:
    """Read the options, go on until the kills are used up, write one line a world and a sum."""
    from tests.support.postgres import sqlalchemy_url, temporary_postgres

    parser = argparse.ArgumentParser(prog="python -m tests.crash.random_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument(
        "--a-world", type=int, default=20, help="most kills before a new world begins"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    options = parser.parse_args()
    done = answers = again = 0
    began, world = time.perf_counter(), options.seed
    while done < options.kills:
        kills = min(options.a_world, options.kills - done)
        server = temporary_postgres() if options.postgres else nullcontext()
        with tempfile.TemporaryDirectory() as folder, far_end() as side, server as cluster:
            database = "" if cluster is None else sqlalchemy_url(cluster)
            with closing(Bot(Path(folder), side, patience=LONGEST)) as bot:
                found = survive(bot, kills, world, database=database)
        done, answers, again = (
            done + found.kills,
            answers + found.answers,
            again + found.asked_again,
        )
        took = time.perf_counter() - began
        sys.stdout.write(
            f"seed {world}: {done} kills, {answers} answers, 0 lost, 0 doubled, "
            f"{again} visibly asked once more, {took:.0f} s\n"
        )
        sys.stdout.flush()
        world += 1


if __name__ == "__main__":
    main()
