"""A simulated client: looks at the phone, sees a question, answers it some time later by its
label.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot.demo.habits import Habit, Moment, Reply
from bot.demo.recognising import Recogniser
from bot.sandbox.client import Person
from bot.sandbox.ledger import Entry
from bot.texts import shipped
from flows.kinds.registry import kind_of
from flows.kinds.step import Step
from flows.languages import button, languages

AGREE = ("I agree", "Ich bin einverstanden")
FURTHER = ("Go on", "Weiter")
A_MOMENT = timedelta(minutes=1)


class SimulatedClient:
    """One person with one habit. They act only through what they see."""

    def __init__(
        self, person: Person, habit: Habit, recogniser: Recogniser, begins_at: datetime, seed: int
    ) -> None:
        self.person = person
        self.habit = habit
        self._recogniser = recogniser
        self._begins_at = begins_at
        self._rng = random.Random(f"{seed}:{habit.alias}")
        self._mark = 0
        self._wait: tuple[datetime, Step | None] | None = None
        self._answered_at: datetime | None = None
        self._tripped: set[str] = set()
        self._language = habit.language
        self._had_company = False
        """True once somebody else has had the phone, who may have chosen another language."""
        self._consents = {*AGREE, *FURTHER}
        if habit.wants_receipts:
            self._consents.add(shipped().client(habit.language, "item_yes.receipts"))
        self._blocks: list[tuple[datetime, bool]] = self._block_times()

    def _block_times(self) -> list[tuple[datetime, bool]]:
        if self.habit.blocks_in is None:
            return []
        at = self._begins_at + timedelta(weeks=self.habit.blocks_in - 1, hours=30)
        return [(at, True), (at + timedelta(weeks=2), False)]

    def next_at(self) -> datetime | None:
        """The time at which this person will do something next."""
        times = [at for at, _ in self._blocks[:1]]
        if self._wait is not None:
            times.append(self._wait[0])
        return min(times, default=None)

    def look(self, now: datetime) -> None:
        """Take in what has come since the last look, and decide when to react."""
        for entry in self._news():
            self._take_in(entry, now)

    def come_back(self, now: datetime) -> None:
        """Go on after somebody else had the phone: what was answered meanwhile is over, and a
        question that is open is answered after the usual time.
        """
        self._had_company = True
        for entry in self._news():
            if entry.kind in ("said", "tapped"):
                self._wait = None
            self._take_in(entry, now)
        if self._wait is not None:
            at, step = self._wait
            self._wait = (max(at, now + A_MOMENT), step)

    def _news(self) -> list[Entry]:
        entries = self.person.since(self._mark)
        self._mark = self.person.mark
        return entries

    def _take_in(self, entry: Entry, now: datetime) -> None:
        labels = {label for row in entry.keyboard for label in row}
        if entry.kind in ("sent", "edited") and labels & self._consents:
            is_first = entry.kind == "sent"
            self._wait = (now + timedelta(minutes=7 if is_first else 0, seconds=20), None)
        if entry.kind != "sent":
            return
        step = self._step_in(entry.text)
        if step is not None and self.habit.answers_week(self._week(now)):
            self._wait = (now + self._delay(now), step)

    def _step_in(self, text: str) -> Step | None:
        """The step that is asked for, in the language in which they are spoken to."""
        step = self._recogniser.step_in(text, self._language)
        others = languages() if step is None and self._had_company else ()
        for language in others:
            step = self._recogniser.step_in(text, language)
            if step is not None:
                self._language = language
                return step
        return step

    def _delay(self, now: datetime) -> timedelta:
        recent = self._answered_at is not None and now - self._answered_at < timedelta(minutes=10)
        if recent:
            return timedelta(seconds=self._rng.uniform(4, 40))
        return self.habit.delay(self._rng)

    def _week(self, now: datetime) -> int:
        return (now - self._begins_at) // timedelta(weeks=1) + 1

    def act(self, now: datetime) -> None:
        """Do what is due by now."""
        if self._blocks and self._blocks[0][0] <= now:
            _, blocks = self._blocks.pop(0)
            if blocks:
                self._wait = None
                self.person.block()
            else:
                self.person.unblock()
        if self._wait is not None and self._wait[0] <= now:
            _, step = self._wait
            self._wait = None
            self._answered_at = now
            if step is None:
                self._agree()
            else:
                self._answer(step, now)

    def _agree(self) -> None:
        """Read on, and agree at the end."""
        labels = [label for row in self.person.labels for label in row]
        found = next((label for label in labels if label in self._consents), None)
        if found is not None:
            self.person.tap(found)

    def _answer(self, step: Step, now: datetime) -> None:
        if self.habit.is_odd and step.id in ("week", "ease") and step.id not in self._tripped:
            self._trip(step)
            return
        moment = Moment(step.id, self._week(now), self._language, self._rng)
        self._give(step, self.habit.answer(moment))

    def _trip(self, step: Step) -> None:
        """Once each: a sticker where a number is asked, and a number that is not on the scale."""
        self._tripped.add(step.id)
        if step.id == "week":
            self.person.send_sticker()
        else:
            self.person.say("11")

    def _give(self, step: Step, reply: Reply) -> None:
        if reply is None:
            self.person.tap(button(self._language, "skip"))
        elif kind_of(step).is_free:
            self.person.say(str(reply))
        else:
            self.person.tap(kind_of(step).show(step, reply, self._language))
