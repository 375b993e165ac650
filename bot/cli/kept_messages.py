"""The things that ``interlude inbox`` and ``interlude outbox`` share: one form of listing, the same
arguments, and changes that are made to all the messages that were named or to none.

It must never show a word of a message.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.surroundings import CLOCK, refuse, settings_or_exit, with_store

if TYPE_CHECKING:
    from storage.store import Store, Tx

T = TypeVar("T")

IDS = click.argument("ids", metavar="ID...", type=click.IntRange(min=1), nargs=-1, required=True)
ID = click.argument("number", metavar="ID", type=click.IntRange(min=1))
JSON = click.option("--json", "as_json", is_flag=True, help="For programs; times are in UTC.")


@dataclass(frozen=True, slots=True)
class Line:
    """One message in a listing."""

    id: int
    at: datetime
    person: str
    """The code of whoever wrote it, or whom it is to."""
    what: str
    state: str
    why: str
    attempts: int

    def as_dict(self, **more: object) -> dict[str, Any]:
        """The form for programs."""
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "person": self.person,
            "what": self.what,
            "state": self.state,
            "why": self.why,
            "attempts": self.attempts,
            **more,
        }


def show(lines: Iterable[Line], *, zone_name: str, towards: str, none: str, as_json: bool) -> None:
    """Print a listing, one message a line; ``none`` where there is none."""
    listed = list(lines)
    if as_json:
        click.echo(json.dumps([line.as_dict() for line in listed]))
        return
    for line in listed:
        when = local(line.at, zone_name)
        click.echo(f"{line.id}  {when}  {towards} {line.person}  {line.what}: {line.why}")
    if not listed:
        click.echo(none)


def local(at: datetime, zone_name: str) -> str:
    """The moment by the practice's clock, to the minute."""
    from flows.schedule.zones import zone

    return at.astimezone(zone(zone_name)).strftime("%Y-%m-%d %H:%M")


def read(config: Path | None, ask: Callable[[Tx], T]) -> T:
    """Ask the database, in a read."""

    async def work(store: Store) -> T:
        return await store.read(ask)

    return with_store(settings_or_exit(config), work)


def change_all(
    config: Path | None,
    ids: tuple[int, ...],
    action: str,
    change: Callable[[Tx, int], str],
    why_not: Callable[[Tx, int], str | None],
) -> tuple[int, ...]:
    """Change them all, each with its line in the audit trail; where ``why_not`` says something of
    one, none is changed and the command ends with 2. ``change`` returns the code of the person.
    """
    from storage import audit

    now, wanted = CLOCK.now(), tuple(dict.fromkeys(ids))

    def decide(tx: Tx) -> list[str]:
        reasons = [reason for number in wanted if (reason := why_not(tx, number))]
        for number in () if reasons else wanted:
            code = change(tx, number)
            audit.add(tx, now=now, actor="admin", action=action, subject=code, detail=str(number))
        return reasons

    def work(store: Store) -> Coroutine[Any, Any, list[str]]:
        return store.write(decide)

    reasons = with_store(settings_or_exit(config), work)
    if reasons:
        refuse(reasons)
    return wanted
