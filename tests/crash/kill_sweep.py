"""``python -m tests.crash.kill_sweep``: a practice's first check-in, killed before each system call
that somebody else could notice, started again, and finished.

A link, a consent, three questions, their answers and a digest, once for each kill. Nobody says
anything twice: what was said before the kill must be answered after it. ``docs/reliability.md`` has
the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.crash import tracing
from tests.crash.answering import READING, is_all_quiet, stored_answers
from tests.crash.forked import Forked
from tests.crash.questions import AGAIN, answer_to, long_flow, number_in
from tests.crash.world import (
    FIRST_CHAT,
    THERAPIST_CHAT,
    Bot,
    FarEnd,
    ask_store,
    await_until,
    far_end,
    furnish,
    write_config,
)

LENGTH = 3
LINK = re.compile(r"\?start=([\w-]+)")
LONGEST = 60.0
KILLED = 137
"""Real seconds for one step on a busy machine; far longer than any pause of the bot's."""
FLOWS = {"INTERLUDE_FLOWS__DEFAULT": '["long"]'}


@dataclass(frozen=True, slots=True)
class Killed:
    """One kill, and what came of it."""

    before: int
    """The number of the call; 0: it was never killed."""
    calls: int
    """The number of such calls that were made until then."""
    asked_again: int


def template(folder: Path) -> Path:
    """A practice with a therapist and one flow, to be copied for each kill."""
    settings = write_config(folder, "http://127.0.0.1:1")
    asyncio.run(furnish(settings, long_flow(LENGTH), 0))
    return folder


def survive_kill(made: Path, side: FarEnd, before: int) -> Killed:
    """The whole check-in, killed before that call; AssertionError: something was lost, doubled in
    silence, or never came.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "practice"
        shutil.copytree(made, folder)
        settings = write_config(folder, side.url)
        begin = partial(Forked, dies_before=before)
        with closing(Bot(folder, side, begin=begin, settings=FLOWS)) as bot:
            bot.launch()
            Story(bot).tell()
            await_until(lambda: _goes_on(bot) and is_all_quiet(side), "quiet", LONGEST)
            status = bot.stop(LONGEST)
            if status == KILLED:  # the call was one of those of the orderly stop
                _goes_on(bot)
                await_until(lambda: is_all_quiet(side), "quiet", LONGEST)
                status = bot.stop(LONGEST)
            assert status == 0, bot.log
            again = _judge(side)
            _compare(asyncio.run(ask_store(settings, stored_answers)))
            calls = int((folder / "count").read_text())
        if bot.starts == 1:
            before = 0
        return Killed(before, calls, again)


def _goes_on(bot: Bot) -> bool:
    """Start the bot again, without any further kill, where it has died. Always true."""
    assert bot.process is not None
    if bot.process.poll() is not None:
        assert bot.process.poll() == KILLED, bot.log
        bot.begin = Forked
        bot.launch()
    return True


class Story:
    """Two people, who do one thing after the other and wait for what comes."""

    def __init__(self, bot: Bot) -> None:
        """They meet this bot, which is started again whenever it was killed."""
        self._bot, self._side = bot, bot.far_end

    def tell(self) -> None:
        """From the invitation to the digest."""
        client, therapist = FIRST_CHAT, THERAPIST_CHAT
        self._side.tell("say", chat=therapist, text="/invite C1")
        self._await(lambda: "English" in self._labels(therapist), "the languages")
        self._side.tell("tap", chat=therapist, label="English")
        self._await(lambda: self._link() is not None, "the link")
        self._side.tell("start", chat=client, payload=self._link())
        self._consent(client)
        self._side.tell("say", chat=client, text="/checkin")
        for number in range(1, LENGTH + 1):
            self._await(lambda number=number: number in self._asked(client), f"question {number}")
            answer = answer_to(client, number)
            if len(answer) == 1:
                self._side.tell("tap", chat=client, label=answer)
            else:
                time.sleep(READING)
                self._side.tell("say", chat=client, text=answer)
        self._await(lambda: self._says(client, "Your answers are saved"), "the end")
        self._side.tell("say", chat=therapist, text="/digest")
        self._await(lambda: self._says(therapist, "1 of 1 check-in answered"), "the digest")

    def _consent(self, client: int) -> None:
        self._await(lambda: self._labels(client), "the consent")
        while "I agree" not in (labels := self._labels(client)):
            shown = self._side.ask(f"screen/{client}")["messages"]
            self._side.tell("tap", chat=client, label=labels[0])
            self._await(
                lambda shown=shown: self._side.ask(f"screen/{client}")["messages"] != shown,
                "the next step of the consent",
            )
        heard = len(self._side.heard(client))
        self._side.tell("tap", chat=client, label="I agree")
        self._await(lambda: len(self._side.heard(client)) > heard, "a word on the yes")

    def _await(self, found: Callable[[], object], what: str) -> None:
        try:
            await_until(lambda: _goes_on(self._bot) and found(), what, LONGEST)
        except AssertionError as error:
            told = {chat: self._side.heard(chat) for chat in (THERAPIST_CHAT, FIRST_CHAT)}
            raise AssertionError(f"{error}: {told}\n{self._bot.log}") from error

    def _labels(self, chat: int) -> list[str]:
        return [label for row in self._side.ask(f"screen/{chat}")["labels"] for label in row]

    def _link(self) -> str | None:
        found = [LINK.search(text) for text in self._side.heard(THERAPIST_CHAT)]
        return next((each[1] for each in found if each), None)

    def _asked(self, chat: int) -> list[int | None]:
        return [number_in(text) for text in self._side.heard(chat)]

    def _says(self, chat: int, words: str) -> bool:
        return any(words in text for text in self._side.heard(chat))


def _judge(side: FarEnd) -> int:
    """Each question once, or visibly once more; how many of these."""
    told = side.heard(FIRST_CHAT)
    plain = Counter(number_in(text) for text in told if AGAIN not in text)
    again = Counter(number_in(text) for text in told if AGAIN in text)
    for number in range(1, LENGTH + 1):
        assert plain[number] <= 1, (number, "asked twice", told)
        assert again[number] <= 1, (number, "asked once more, twice", told)
        assert plain[number] + again[number] >= 1, (number, "never asked", told)
    return sum(again[number] for number in range(1, LENGTH + 1))


def _compare(stored: dict[int, Counter[tuple[str, str]]]) -> None:
    given = {(f"q{number}", answer_to(FIRST_CHAT, number)) for number in range(1, LENGTH + 1)}
    assert stored[FIRST_CHAT] == Counter(given), stored


def sweep(numbers: Iterable[int], lanes: int = 1) -> Iterator[Killed]:
    """One practice a number, each killed before that call; so many at once, as people read and
    think for most of the time.
    """
    with (
        tempfile.TemporaryDirectory() as name,
        ProcessPoolExecutor(lanes, multiprocessing.get_context("spawn")) as pool,
    ):
        yield from pool.map(partial(_sweep_one, template(Path(name))), numbers)


def _sweep_one(made: Path, number: int) -> Killed:
    with far_end() as side:
        return survive_kill(made, side, number)


def points(calls: int, many: int, seed: int) -> list[int]:
    """``many`` of all the calls, drawn by lot, in order; all of them where there are fewer."""
    return sorted(random.Random(seed).sample(range(1, calls + 1), min(many, calls)))


def main() -> None:
    """Count the calls of a run that nobody kills, then kill it before each, or before some."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.kill_sweep", description=__doc__)
    parser.add_argument("--many", type=int, default=10_000, help="kill points; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--after", type=int, default=0, help="only calls after this one")
    parser.add_argument("--lanes", type=int, default=4, help="practices at once")
    options = parser.parse_args()
    reason = tracing.reason_against()
    if reason is not None:
        sys.exit(reason)
    (whole,) = sweep([0])
    sys.stdout.write(f"{whole.calls} calls in a run that nobody kills\n")
    began, kills, again = time.perf_counter(), 0, 0
    drawn = points(whole.calls, options.many, options.seed)
    for done in sweep([each for each in drawn if each > options.after], options.lanes):
        kills, again = kills + (done.before > 0), again + done.asked_again
        took = time.perf_counter() - began
        pace = 60 * kills / took
        sys.stdout.write(
            f"before call {done.before}: {kills} kills, 0 answers lost, 0 doubled in silence, "
            f"{again} visibly asked once more, {took:.0f} s, {pace:.0f} a minute\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
