"""The simulated therapist: invites, records therapy sessions, reads the digest and taps its
buttons.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.demo.clients import SimulatedClient
from bot.demo.habits import Habit
from bot.sandbox.client import Person
from bot.sandbox.ledger import Entry
from bot.texts import shipped
from bot.texts.keys import StaffKey
from flows.languages import BASE, Language, languages, name_of

AWHILE = timedelta(hours=12)
"""So long a tap, or a word about a therapy session that is over, is worth doing later."""
LINK = re.compile(r"https://t\.me/\w+\?start=([\w-]+)")
SETTLED = ("E.F.",)
"""The clients whose strain was talked about and felt settled; with the others it is still open."""

Act = Callable[[], object]


class SimulatedTherapist:
    """One therapist with a plan for the weeks, who answers the digest two hours after it came."""

    def __init__(
        self,
        person: Person,
        clients: Sequence[SimulatedClient],
        zone: ZoneInfo,
        language: Language = BASE,
    ) -> None:
        self.person = person
        self._language = language
        self._clients = {client.habit.alias: client for client in clients}
        self._zone = zone
        self._due: list[tuple[datetime, int, Act, timedelta]] = []
        self._count = 0
        self._mark = 0
        self._raised: set[str] = set()

    def plan(self, begins_at: datetime, weeks: int, link: str) -> None:
        """Fill the weeks: connect, invite everyone on the first morning, meet each once a week."""
        self._at(begins_at, lambda: self.person.start(_token(link)))
        for place, client in enumerate(self._clients.values()):
            at = begins_at + timedelta(minutes=5 * (place + 1))
            self._at(at, partial(self._say, f"/invite {client.habit.alias}"))
        for week in range(weeks):
            for client in self._clients.values():
                ended_at = self._session_end(begins_at, week, client.habit)
                ended = partial(self._say, f"/session {client.habit.alias}")
                self._at(ended_at, ended, lasts=AWHILE)
        self._at(begins_at + timedelta(days=3), lambda: self._say("/clients"))
        self._at(begins_at + timedelta(days=4), lambda: self._say("/digest"))

    def _session_end(self, begins_at: datetime, week: int, habit: Habit) -> datetime:
        weekday, hour = habit.meets
        first = begins_at.astimezone(self._zone)
        day = first.date() + timedelta(days=weekday - first.weekday(), weeks=week)
        wall = datetime(day.year, day.month, day.day, hour, 50, tzinfo=self._zone)
        return wall.astimezone(begins_at.tzinfo)

    def _say(self, text: str) -> None:
        self.person.say(text)

    def _at(self, at: datetime, act: Act, lasts: timedelta = timedelta.max) -> None:
        """Plan an act; given the phone back later than it ``lasts``, they let it be."""
        self._count += 1
        heapq.heappush(self._due, (at, self._count, act, lasts))

    def next_at(self) -> datetime | None:
        """The time at which the therapist will do something next."""
        return self._due[0][0] if self._due else None

    def act(self, now: datetime) -> None:
        """Do what is due by now."""
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()

    def come_back(self, now: datetime) -> None:
        """Go on after somebody else had the phone: what was to be done long ago is let be."""
        self._due = [each for each in self._due if now - each[0] <= each[3]]
        heapq.heapify(self._due)
        self.look(now)

    def look(self, now: datetime) -> None:
        """Take in what has come: pass links on, choose languages, plan to read a digest."""
        entries = self.person.since(self._mark)
        self._mark = self.person.mark
        for entry in entries:
            if entry.kind == "sent":
                self._react(entry, now)

    def _react(self, entry: Entry, now: datetime) -> None:
        labels = [label for row in entry.keyboard for label in row]
        about = next((alias for alias in self._clients if is_of_invite(entry, alias)), "")
        if name_of(BASE, self._language) in labels and about:
            label = name_of(self._clients[about].habit.language, self._language)
            self._at(now + timedelta(minutes=1), lambda: self._tap(label), lasts=AWHILE)
        elif (found := LINK.search(entry.text)) and about:
            client, token = self._clients[about], found[1]
            self._at(now + timedelta(minutes=30), lambda: _open(client, token))
        elif self._says("button_read") in labels:
            self._plan_reading(labels, now + timedelta(hours=2))

    def _says(self, key: StaffKey) -> str:
        """The label of a button in the therapist's language."""
        return shipped().staff(self._language, key)

    def _plan_reading(self, labels: Sequence[str], at: datetime) -> None:
        for label in labels:
            alias = label.removesuffix(" …")
            if alias == label or alias not in self._clients:
                continue
            for what in (label, self._stance(alias)):
                at += timedelta(minutes=1)
                self._at(at, partial(self._tap, what), lasts=AWHILE)
        self._at(at + timedelta(minutes=1), self._confirm_read, lasts=AWHILE)

    def _stance(self, alias: str) -> str:
        seen = f"flag:{alias}"
        if seen not in self._raised:
            self._raised.add(seen)
            return self._says("button_will_raise")
        is_settled = alias in SETTLED
        return self._says("button_talked_settled" if is_settled else "button_talked_open")

    def _confirm_read(self) -> None:
        """Confirm the digest, unless a note did: a therapist who noted something has read it."""
        read = self._says("button_read")
        if any(read in row for row in self.person.labels):
            self._tap(read)

    def _tap(self, label: str) -> None:
        self.person.tap(label)


def is_of_invite(entry: Entry, alias: str) -> bool:
    """True for the question and the letter of this client's invite, and not for one whose alias
    only begins alike; in whichever language the therapist is spoken to.
    """
    labels = {label for row in entry.keyboard for label in row}
    questions = {shipped().staff(each, "invite_language", alias=alias) for each in languages()}
    letters = {shipped().staff(each, "button_letter_for", alias=alias) for each in languages()}
    return entry.text in questions or not labels.isdisjoint(letters)


def _open(client: SimulatedClient, token: str) -> None:
    client.person.start(token)


def _token(link: str) -> str:
    found = LINK.search(link)
    if found is None:
        raise ValueError("that is no invite link")
    return found[1]
