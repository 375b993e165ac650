"""Lines and cards to people whom the bot does not know, and answers to their taps.

Used by the receiver, which hands them over, and by the sender, which lets them leave when nobody
else is waiting. Nothing of it is ever written down: what is lost is lost. A line must never cost a
client a place in the queue; the crisis card comes each time that it is needed, however many lines
there were.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import structlog

from bot.clock import Clock
from bot.ports import RetryLater, Transport, Uncertain
from bot.services.arriving import hard_words
from bot.services.arriving.intake import Stranger
from bot.services.safety import card
from bot.services.work.incoming import read_text
from bot.services.work.practice import Practice
from bot.texts.keys import ClientKey
from bot.workers.errands import Errands
from bot.workers.pacer import Bucket, Pacer, Slot
from flows.languages import nearest

log = structlog.get_logger(__name__)

MOST_A_DAY = 1000
"""Lines to all strangers together. Who writes after that reads nothing until the next day."""
BURST, PER_SECOND = 5, 1.0
"""The pace of these lines, inside the pace of all messages."""
CARDS_AT_ONCE, CARDS_PER_SECOND = 20, 10.0
"""The pace of cards, which wait for no line."""
TRIES = 3
"""So often a card is sent whose arrival is uncertain: twice is better than not at all."""
PAUSES = {2: 2.0, 1: 10.0}
"""Seconds before the next attempt, by how many are left: trouble often lasts a little."""
TAPS_AT_ONCE, TAPS_WAITING = 2, 200


@dataclass(frozen=True, slots=True)
class _Line:
    """One message on its way to somebody whom we do not know."""

    chat_id: int
    text: str
    tries: int = 1
    """The number of times that it may still be sent."""
    not_before: float = 0.0
    """By the pacer's clock; others pass by meanwhile."""

    @property
    def chat(self) -> tuple[str, int]:
        """The name under which the pacer knows the chat."""
        return ("stranger", self.chat_id)


def _few() -> Errands:
    return Errands(at_once=TAPS_AT_ONCE, most_waiting=TAPS_WAITING)


@dataclass(slots=True)
class _Queue:
    """The texts that wait to leave, in order, at a pace of its own."""

    burst: int
    per_second: float
    waiting: deque[_Line] = field(default_factory=deque)
    _bucket: Bucket | None = None

    def next(self, pacer: Pacer, now: float) -> tuple[_Line, Slot | None] | float | None:
        """The message that leaves now, with its slot; or in how many seconds one may; or None where
        none waits.
        """
        if not self.waiting:
            return None
        bucket = self._bucket
        if bucket is None:
            bucket = self._bucket = Bucket(self.burst, self.per_second, now)
        line = min(self.waiting, key=lambda each: max(each.not_before, now))
        left = max(bucket.wait(now), pacer.wait(line.chat, "message", now), line.not_before - now)
        if left > 0:
            return left
        self.waiting.remove(line)
        bucket.take(now)
        return line, pacer.take(line.chat, "message", now)


@dataclass(slots=True)
class Strangers:
    """Strangers get one line of each kind a day and chat, the card whenever they need it, and an
    end to the spinner.
    """

    transport: Transport
    practice: Practice
    clock: Clock
    _errands: Errands = field(default_factory=_few)
    _lines: _Queue = field(default_factory=lambda: _Queue(BURST, PER_SECOND))
    _cards: _Queue = field(default_factory=lambda: _Queue(CARDS_AT_ONCE, CARDS_PER_SECOND))
    _card_errands: Errands = field(default_factory=Errands)
    """Apart from the taps, of which a crowd may make too many."""
    _told: set[tuple[int, bool]] = field(default_factory=set)
    _day: date | None = None

    def meet(self, stranger: Stranger) -> None:
        """Answer a tap at once; have the card said whenever it is asked for or hard words are
        written, otherwise the static line once a day, and once to a bad link.
        """
        if stranger.query_id is not None:
            self._errands.run(partial(self.transport.answer_tap, stranger.query_id, None))
        incoming = read_text(stranger.words)
        is_hard = hard_words.needs_card(hard_words.find_hard_words(self.practice, incoming))
        if is_hard or hard_words.as_command(incoming) is not None:
            self._cards.waiting.append(self._card(stranger, is_hard=is_hard))
        else:
            self._tell(stranger)

    def _tell(self, stranger: Stranger) -> None:
        today = self.clock.now().date()
        if self._day != today:
            self._day = today
            self._told.clear()
        mark = (stranger.chat_id, stranger.has_link)
        if mark in self._told or len(self._told) >= MOST_A_DAY:
            return
        self._told.add(mark)
        if len(self._told) == MOST_A_DAY:
            log.warning("strangers_not_told", after=MOST_A_DAY)
        key: ClientKey = "stranger_link" if stranger.has_link else "stranger"
        settings = self.practice.settings.practice
        language = nearest(stranger.language, settings.language)
        text = self.practice.texts.client(language, key)
        self._lines.waiting.append(_Line(stranger.chat_id, text))

    def _card(self, stranger: Stranger, *, is_hard: bool) -> _Line:
        """The card in the language of their app where the practice has numbers in it, otherwise in
        the practice's.
        """
        texts, settings = self.practice.texts, self.practice.settings.practice
        language = settings.crisis_language(nearest(stranger.language, settings.language))
        after = [texts.client(language, key) for key in ("crisis_not_kept", "told_nobody")]
        text = card.text(texts, settings, language, is_hard=is_hard, after=after)
        return _Line(stranger.chat_id, text, TRIES)

    def release(self, pacer: Pacer, now: float) -> float | None:
        """Let go what may leave now, cards first; seconds until the next may, None if none
        waits.
        """
        soonest: float | None = None
        for queue in (self._cards, self._lines):
            while (found := queue.next(pacer, now)) is not None:
                if isinstance(found, float):
                    soonest = found if soonest is None else min(soonest, found)
                    break
                line, slot = found
                errands = self._card_errands if queue is self._cards else self._errands
                errands.run(partial(self._say, queue, line, pacer, slot))
        return soonest

    async def _say(self, queue: _Queue, line: _Line, pacer: Pacer, slot: Slot | None) -> None:
        found = await self.transport.say_to_stranger(line.chat_id, line.text)
        pacer.answered(slot, self.clock.monotonic())
        if isinstance(found, RetryLater) and found.slow_down:
            pacer.slow_down(line.chat, found.seconds, self.clock.monotonic())
            queue.waiting.append(line)
        elif isinstance(found, RetryLater | Uncertain) and line.tries > 1:
            tries = line.tries - 1
            not_before = self.clock.monotonic() + PAUSES[tries]
            queue.waiting.append(replace(line, tries=tries, not_before=not_before))

    async def settle(self) -> None:
        """Wait until what has begun to leave has left."""
        await self._card_errands.settle()
        await self._errands.settle()

    async def finish(self, seconds: float) -> None:
        """Give what leaves so many seconds, and forget the rest."""
        self._cards.waiting.clear()
        self._lines.waiting.clear()
        await self._card_errands.finish(seconds)
        await self._errands.finish(seconds)
