"""The practice: its settings, texts, flows and ports, which are the same for every use case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.checked_clock import CheckedClock
from bot.config import Settings
from bot.own_screen import OwnScreen
from bot.ports import DigestRenderer, Ids
from bot.services.work.shelf import Shelf
from bot.texts import Texts
from flows.schedule.quiet import QuietHours
from flows.schedule.zones import zone


@dataclass(frozen=True, slots=True)
class Practice:
    """The fixed surroundings of every service, made once by the composition root."""

    settings: Settings
    texts: Texts
    shelf: Shelf
    ids: Ids
    digests: DigestRenderer
    screen: OwnScreen
    username: str
    """The bot's name at Telegram, without @: deep links are made of it."""
    clock: CheckedClock | None = field(default=None, repr=False)
    """Asked how the machine is, never what time it is: that is the work's ``now``. None on the
    command line, which hears nothing of Telegram.
    """

    @property
    def quiet(self) -> QuietHours:
        """The hours in which no check-in, reminder or second asking may leave."""
        return self.settings.practice.quiet

    @property
    def session_length(self) -> timedelta:
        """The length of a therapy session unless said otherwise."""
        return timedelta(minutes=self.settings.practice.session_minutes)

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone, where a person has none of their own."""
        return zone(self.settings.practice.zone)
