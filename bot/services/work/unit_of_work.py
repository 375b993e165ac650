"""One transaction of one use case, which every service is handed: it says what it is about in the
reader's language and otherwise only holds what belongs together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services.work.practice import Practice
from bot.texts.keys import ClientKey, StaffKey
from flows.languages import Language
from storage.store import Tx

INSTANT = timedelta(microseconds=1)
"""The shortest time that is kept apart from none."""


@dataclass(frozen=True, slots=True)
class Work:
    """The place where a use case reads and writes, when it happens, and what caused it.

    ``origin`` starts the key of every message that the use case says, so that doing it again says
    nothing twice.
    """

    tx: Tx
    practice: Practice
    now: datetime
    origin: str
    written_at: datetime | None = None
    """The time when somebody wrote or tapped what is being handled; None where nobody did."""
    message_id: int | None = None
    """The number of the message that is being handled: what stands below it has a higher one."""
    ahead: object = field(default=None, repr=False)
    """The things read for this before the write, where reading them takes longer than a write may;
    whoever wants them knows their sort, and reads them now where they are not there.
    """

    @property
    def said_at(self) -> datetime:
        """The moment that people's words go by: their "today" and "just now" are the writer's,
        however late they are handled. What is planned and sent goes by ``now``.
        """
        return self.now if self.written_at is None else self.written_at

    @property
    def until_now(self) -> datetime:
        """The end of a span that still holds what happens in this piece of work: spans leave out
        their end.
        """
        return self.now + INSTANT

    def say(self, language: Language, key: ClientKey, /, **values: object) -> str:
        """A built-in text for a client, in their language."""
        return self.practice.texts.client(language, key, **values)

    def tell(self, language: Language, key: StaffKey, /, **values: object) -> str:
        """A built-in text for a therapist, in their language."""
        return self.practice.texts.staff(language, key, **values)
