"""The stage: one practice in a box, a clock that can be turned, and whoever looks on and joins in.

Used by ``interlude demo``. All that changes anything happens in one task, in turn: wishes are
carried out one after the other, each when all is quiet, at that moment of the clock, also while
time travels. It must never do anything for a person but through their phone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, assert_never

import structlog

from bot.clock import SystemClock
from bot.demo import marking, turning_points
from bot.demo.box import BEGINS_AT, ZONE, Box
from bot.demo.cast import Role, cast_of
from bot.demo.newcomers import Newcomers, care_in
from bot.demo.told_so_far import Telling
from bot.demo.tour import Tour
from bot.demo.travel import Journey
from bot.demo.views import Json, instant
from bot.demo.visitor_wishes import (
    Block,
    GoToStop,
    Pause,
    Play,
    Say,
    SendSticker,
    Show,
    Simulate,
    Tap,
    Travel,
    Wish,
)
from bot.logs import trouble
from bot.page.sentences import sentences
from bot.texts import shipped
from bot.texts.keys import DemoKey
from bot.workers.supervise import outcome
from flows.languages import Language, tongue_of
from storage import cares, people

log = structlog.get_logger(__name__)

Send = Callable[[str, Json | None], None]
AT_FIRST = timedelta(hours=4)
"""So far the first morning goes by itself: everyone has come in then."""
A_WHILE = timedelta(seconds=40)
"""So long the clock goes on after something was said or tapped: the answer has come then."""
AT_MOST = timedelta(days=7)
"""So far ahead the next message is looked for."""
NEVER = datetime.max.replace(tzinfo=UTC)
BEAT_SECONDS = 0.2
"""Real seconds between two moves of the clock while it plays."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A time to get to, at the latest, and what ends the way there sooner."""

    sort: Literal["answer", "travel", "play", "tour"]
    until: datetime
    is_there: Callable[[], bool] = lambda: False
    speed: float = 0.0
    """Minutes of the clock in a real second; 0: as fast as it goes."""
    acted_in: tuple[int, int] | None = None
    """The chat in which something was said or tapped, and the place of it in the chat's ledger."""
    played_from: datetime = BEGINS_AT
    real_from: float = 0.0
    """The moment of the clock at which it began to play, and of the real counter."""


class Stage:
    """The practice on show. ``send`` is told of each thing that changes, in order."""

    def __init__(self, box: Box, language: Language, send: Send) -> None:
        self.box = box
        self.language = language
        self.send = send
        self.cast = {role.chat: role for role in cast_of(box, language)}
        roles = tuple(self.cast.values())
        self._journey = Journey(box.app, box.clock, roles)
        self._newcomers = Newcomers(box, language)
        self._marks = marking.Marks(box, language)
        self._tour = Tour(roles, box.recogniser, language)
        self._telling = Telling(roles, box.sandbox.world.account(), self._tour.chats)
        self._waiting: deque[tuple[Wish, asyncio.Future[DemoKey | None]]] = deque()
        self._woken = asyncio.Event()
        self._real = SystemClock()
        self._goal: Goal | None = Goal("travel", BEGINS_AT + AT_FIRST)

    @property
    def now(self) -> datetime:
        """The time on the clock."""
        return self.box.clock.now()

    def say(self, key: DemoKey, **values: object) -> str:
        """A sentence of the demo in the page's language."""
        return shipped().demo(self.language, key, **values)

    # -- what whoever looks on sees

    async def hello(self, languages: str) -> Json:
        """The whole picture, for a window that has just been opened."""
        return {
            "language": tongue_of(self.language).code,
            "zone": ZONE,
            **self._clock(),
            "people": [role.view() for role in self.cast.values()],
            "chats": {str(chat): self._telling.whole(chat) for chat in self.cast},
            "shown": list(self._tour.chats),
            "weeks": self.box.weeks,
            "begins_at": instant(BEGINS_AT),
            "marks": self._marks.listed,
            "tour": self._tour.view,
            "texts": sentences(shipped(), self.language, "demo"),
        }

    def _clock(self) -> Json:
        goal = self._goal
        return {
            "now": instant(self.now),
            "travelling": goal is not None and goal.sort in ("travel", "tour"),
            "playing": goal.speed if goal is not None and goal.sort == "play" else None,
        }

    # -- what whoever looks on wants

    async def wish(self, wish: Wish) -> DemoKey | None:
        """Carry it out at the next quiet moment, after those before it; why it cannot be done, or
        None: it is done, or the clock is on its way.
        """
        done: asyncio.Future[DemoKey | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((wish, done))
        self._woken.set()
        return await done

    async def live(self) -> None:
        """Go on until cancelled. A fault is told, and ends only what was under way."""
        while True:
            self._woken.clear()
            found = await outcome(self._turn())
            if isinstance(found, Exception):
                self._fail(found)
            if isinstance(found, Exception) or (not found and not self._waiting):
                await self._woken.wait()

    def _fail(self, error: Exception) -> None:
        """Nothing is under way any more, and nobody waits for an answer that does not come."""
        log.error("demo_failed", **trouble(error))
        self._goal = None
        self._woken.clear()
        while self._waiting:
            self._answer("fault")
        self.send("problem", {"text": self.say("fault")})
        self.send("now", self._clock())

    def _answer(self, why: DemoKey | None) -> None:
        """The wish that has waited longest is over."""
        _, done = self._waiting.popleft()
        if not done.done():
            done.set_result(why)

    async def _turn(self) -> bool:
        """One quiet moment, and what follows from it; False where nothing is to be done now."""
        await self._journey.quieten()
        if self._newcomers.open_links():
            await self._journey.quieten()
            await self._let_in()
        for kind, value in self._telling.news():
            self.send(kind, value)
        if self._waiting:
            self._answer(await self._carry_out(self._waiting[0][0]))
            return True
        return await self._go_on()

    async def _let_in(self) -> None:
        """A client who has opened a link is there from now on, in every window."""
        for role in await self._newcomers.come_in():
            self.cast[role.chat] = role
            self._telling.let_in(role)
            self.send("hello", await self.hello(""))
            self.send("notice", {"text": self.say("came_in", alias=role.alias)})

    async def _go_on(self) -> bool:
        goal = self._goal
        if goal is None:
            await self._tell_marks()
            return False
        if self.now >= goal.until or goal.is_there() or self._is_answered(goal):
            await self._tell_marks()
            await self._tell_silence(goal)
            self._arrive(goal)
            return True
        was, until = self.now, goal.until
        if goal.sort == "play":
            until = self._played(goal)
            if until <= was:
                await self._real.wait(self._woken, BEAT_SECONDS)
                return True
        await self._journey.step(until)
        self.send("now", self._clock())
        if was < self.box.ends_at <= self.now:
            self.send("notice", {"text": self.say("weeks_over")})
        if turning_points.day_of(was) != turning_points.day_of(self.now):
            await self._tell_marks()
        return True

    def _is_answered(self, goal: Goal) -> bool:
        """Nothing more comes in the little while after something was said."""
        return goal.sort == "answer" and self._journey.soonest() > goal.until

    def _played(self, goal: Goal) -> datetime:
        """The time that the clock is to show by now."""
        seconds = self._real.monotonic() - goal.real_from
        return goal.played_from + timedelta(minutes=goal.speed * seconds)

    def _arrive(self, goal: Goal) -> None:
        self._goal = None
        if goal.sort == "tour":
            self.send("tour", self._tour.arrive())
        self.send("now", self._clock())

    async def _tell_silence(self, goal: Goal) -> None:
        """Explain a silence that comes of nobody whom the bot knows being in the chat."""
        if goal.acted_in is None:
            return
        chat, mark = goal.acted_in
        if self._telling.has_news((chat,), (mark,)):
            return
        if await self.box.app.store.read(lambda tx: people.find_by_chat(tx, chat)) is None:
            self.send("notice", {"text": self.say("stranger")})

    async def _tell_marks(self) -> None:
        for mark in await self._marks.new():
            self.send("mark", mark)

    # -- how each wish is carried out

    async def _carry_out(self, wish: Wish) -> DemoKey | None:
        match wish:
            case Say() | Tap() | SendSticker() | Block():
                return self._join_in(wish)
            case Show():
                return self._show(wish.chat)
            case Simulate():
                return self._simulate(wish)
            case Travel() | Play() | Pause():
                goal = await self._goal_of(wish)
                if isinstance(goal, str):
                    return goal
                self._head_for(goal)
                return None
            case GoToStop():
                return await self._go_to(wish.stop)
            case _:
                assert_never(wish)

    def _head_for(self, goal: Goal | None) -> None:
        """The clock goes there from now on, and no longer where it was going."""
        if self._goal is not None and self._goal.sort == "tour":
            self.send("tour", self._tour.stay())
        self._goal = goal
        self.send("now", self._clock())

    def _join_in(self, wish: Say | Tap | SendSticker | Block) -> DemoKey | None:
        role = self.cast.get(wish.chat)
        if role is None:
            return "nobody_there"
        refused = _do(role, wish)
        if refused is not None:
            return refused
        self._take_over(role)
        acted_in = None if isinstance(wish, Block) else (role.chat, role.person.mark)
        self._head_for(Goal("answer", self.now + A_WHILE, acted_in=acted_in))
        return None

    def _take_over(self, role: Role) -> None:
        if role.take_over():
            self.send("person", role.view())
            self.send("notice", {"text": self.say("taken_over", name=role.name)})

    def _show(self, chat: int) -> DemoKey | None:
        if chat not in self.cast:
            return "nobody_there"
        self._telling.show(chat)
        return None

    def _simulate(self, wish: Simulate) -> DemoKey | None:
        role = self.cast.get(wish.chat)
        if role is None:
            return "nobody_there"
        if wish.on and role.is_own:
            return "nobody_plays"
        if wish.on:
            role.give_back(self.now)
        else:
            role.take_over()
        self.send("person", role.view())
        return None

    async def _goal_of(self, wish: Travel | Play | Pause) -> Goal | DemoKey | None:
        if isinstance(wish, Pause):
            return None
        if isinstance(wish, Play):
            real_from = self._real.monotonic()
            return Goal("play", NEVER, speed=wish.speed, played_from=self.now, real_from=real_from)
        match wish.to:
            case "next":
                return self._next_message(wish.chats or self._telling.shown)
            case "day":
                return Goal("travel", turning_points.next_morning(self.now))
            case "sunday":
                return Goal("travel", await turning_points.after_next_digest(self.box))
            case datetime() as at:
                return Goal("travel", at) if at > self.now else "only_forward"
            case _:
                assert_never(wish.to)

    def _next_message(self, chats: Sequence[int]) -> Goal | DemoKey:
        """The next message of the bot in one of these chats."""
        if not self.cast.keys() >= set(chats):
            return "nobody_there"
        shown = tuple(chats)
        marks = self._telling.marks(shown)
        return Goal("travel", self.now + AT_MOST, lambda: self._telling.has_news(shown, marks))

    async def _go_to(self, stop: int) -> DemoKey | None:
        if not 0 <= stop <= self._tour.stops:
            return "no_such_stop"
        can_come = not stop or await self._can_write_to(self.cast[self._tour.chats[0]])
        self._goal = None
        self.send("tour", self._tour.go_to(stop, can_come=can_come))
        if stop:
            for role in self.cast.values():
                if role.give_back(self.now):
                    self.send("person", role.view())
            until = self.now + (AT_MOST if can_come else timedelta())
            self._head_for(Goal("tour", until, self._tour.is_there))
        return None

    async def _can_write_to(self, role: Role) -> bool:
        """False for a client who has blocked the bot, or was here and takes part no more."""
        if role.person.has_blocked:
            return False
        care = await self.box.app.store.read(lambda tx: care_in(tx, role.chat))
        if care is None:
            return not any(entry.kind == "said" for entry in role.person.ledger)
        return care.state in cares.LIVING


def _do(role: Role, wish: Say | Tap | SendSticker | Block) -> DemoKey | None:
    """The person does it on their phone; or why they cannot."""
    person = role.person
    if person.has_blocked and not isinstance(wish, Block):
        return "blocked"
    match wish:
        case Say():
            person.say(wish.text)
        case SendSticker():
            person.send_sticker()
        case Block():
            person.block() if wish.on else person.unblock()
        case Tap():
            message = next((m for m in person.screen if m.message_id == wish.message), None)
            rows = message.keyboard.rows if message is not None and message.keyboard else ()
            if message is None or not _has_place(rows, wish):
                return "button_gone"
            person.tap(rows[wish.row][wish.column].text, message)
        case _:
            assert_never(wish)
    return None


def _has_place(rows: tuple[tuple[object, ...], ...], wish: Tap) -> bool:
    return 0 <= wish.row < len(rows) and 0 <= wish.column < len(rows[wish.row])
