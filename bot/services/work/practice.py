"""What every service works with: the practice's settings, texts, flows and ports; and one
transaction's surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import Settings
from bot.ports import DigestRenderer, Ids
from bot.services.work.shelf import Shelf
from bot.texts import Texts
from flows.digest.arrange import Digest
from flows.languages import Language
from flows.schedule.quiet import QuietHours
from flows.schedule.zones import zone
from storage.store import Tx


@dataclass(frozen=True, slots=True)
class Practice:
    """The fixed surroundings of every service, made once by the composition root."""

    settings: Settings
    texts: Texts
    shelf: Shelf
    ids: Ids
    digests: DigestRenderer
    username: str
    """The bot's name at Telegram, without @: deep links are made of it."""

    @property
    def quiet(self) -> QuietHours:
        """When no check-in, reminder or second asking may leave."""
        return self.settings.practice.quiet

    @property
    def session_length(self) -> timedelta:
        """How long a therapy session lasts unless said otherwise."""
        return timedelta(minutes=self.settings.practice.session_minutes)

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone, where a person has none of their own."""
        return zone(self.settings.practice.zone)


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction of one use case: where it reads and writes, when it happens, and what
    caused it.

    ``origin`` starts the key of every message that the use case says, so that doing it again says
    nothing twice.
    """

    tx: Tx
    practice: Practice
    now: datetime
    origin: str
    draft: Digest | None = field(default=None, repr=False)
    """A therapist's week so far where it was composed beforehand, outside of a write."""
    written_at: datetime | None = None
    """When somebody wrote or tapped what is being handled; None where nobody did."""
    message_id: int | None = None
    """The number of the message that is being handled: what stands below it has a higher one."""

    @property
    def said_at(self) -> datetime:
        """The moment that people's words go by: their "today" and "just now" are the writer's,
        however late they are handled. What is planned and sent goes by ``now``.
        """
        return self.now if self.written_at is None else self.written_at

    def say(self, language: Language, key: str, /, **values: object) -> str:
        """A built-in text for a client, in their language."""
        return self._text(language, f"client.{key}", values)

    def tell(self, language: Language, key: str, /, **values: object) -> str:
        """A built-in text for a therapist, in their language."""
        return self._text(language, f"staff.{key}", values)

    def _text(self, language: Language, key: str, values: dict[str, object]) -> str:
        at = values.pop("zone", None)
        local = at if isinstance(at, ZoneInfo) else None
        return self.practice.texts.say(language, key, zone=local, **values)
