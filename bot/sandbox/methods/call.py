"""The input of a method, and the way it is listed.

Used by the modules of this package and by ``asgi``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.requests import Params
from bot.sandbox.updates import Poll
from bot.sandbox.world import Account


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one bot; ``poll`` is used by ``getUpdates`` alone."""

    account: Account
    params: Params
    poll: Poll = field(default_factory=Poll)

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.account.world.clock.now()


@dataclass(frozen=True, slots=True)
class Method:
    """A method: Telegram's name, the parameters it heeds (others are ignored) and what it does."""

    name: str
    fields: tuple[str, ...]
    run: Callable[[Call], object]
    counted: bool = False
