"""``interlude inbox``: the messages that could not be handled and were set aside.

Whoever runs the bot sees why, tries them again or removes them. What somebody wrote is shown only
where it is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

import click

from bot.cli.surroundings import CLOCK, refuse, settings_or_exit, with_store

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from storage.inbox import SetAside
    from storage.store import Store, Tx

_IDS = click.argument("ids", metavar="ID...", type=click.IntRange(min=1), nargs=-1, required=True)
_JSON = click.option("--json", "as_json", is_flag=True, help="For programs; times are in UTC.")
_KIND = re.compile(r"[A-Za-z]\w{0,80}")
"""The name of a kind of failure; anything else is not ours to print."""


@click.group()
def inbox() -> None:
    """Messages that were set aside: list, explain, retry or remove them."""


@inbox.command("list", short_help="List what was set aside, oldest first.")
@_JSON
@click.pass_obj
def list_(config: Path | None, as_json: bool) -> None:
    """List the messages that were set aside, oldest first; none of their words."""
    settings = settings_or_exit(config)
    found = with_store(settings, _reading(_all))
    if as_json:
        click.echo(json.dumps([_as_dict(row, code) for row, code in found]))
        return
    local = _zone(settings.practice.zone)
    for row, code in found:
        click.echo(f"{row.id}  {_at(row, local)}  from {code}  {_what(row)}: {_why(row)}")
    if not found:
        click.echo("Nothing was set aside.")


@inbox.command("explain", short_help="Say what one is and why it was set aside.")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.option("--words", is_flag=True, help="Show what was written, too: think who looks on.")
@_JSON
@click.pass_obj
def explain(config: Path | None, number: int, words: bool, as_json: bool) -> None:
    """Say what the message with this ID is, why it was set aside and what can be done.

    Words that are shown count as read: the audit trail has it, and their writer's /mydata the day.
    """
    settings = settings_or_exit(config)
    found = with_store(settings, _reading(_all))
    row, code = next(((r, c) for r, c in found if r.id == number), (None, ""))
    if row is None:
        refuse([_unknown(number)])
    if words:
        _change(config, (number,), "inbox.explained", lambda tx, n: None)
    shown = _words(row) if words else None
    if as_json:
        more = {"words": shown} if words else {}
        click.echo(json.dumps({**_as_dict(row, code), "means": _means(row), **more}))
        return
    local = _zone(settings.practice.zone)
    click.echo(f"{row.id}: {_what(row)} from {code}, received {_at(row, local)}.")
    click.echo(_means(row))
    if words:
        click.echo(f"What was written: {shown}" if shown else "There are no words in it.")
    else:
        click.echo(f"What was written, if anything: interlude inbox explain {row.id} --words")


@inbox.command("retry", short_help="Handle them again, as if they had just come in.")
@_IDS
@click.pass_obj
def retry(config: Path | None, ids: tuple[int, ...]) -> None:
    """Let the bot handle the messages with these IDs again, for example after an upgrade. It does
    so within a second while it runs, and its sender gets the answer.
    """
    from storage import inbox as stored

    now = CLOCK.now()
    for number in _change(config, ids, "inbox.retried", lambda tx, n: stored.retry(tx, n, now)):
        click.echo(f"{number} will be handled again.")


@inbox.command("remove", short_help="Remove them for good, words and all.")
@_IDS
@click.pass_obj
def remove(config: Path | None, ids: tuple[int, ...]) -> None:
    """Remove the messages with these IDs, with what was written in them, for good."""
    from storage import inbox as stored

    for number in _change(config, ids, "inbox.removed", stored.remove):
        click.echo(f"{number} is removed.")


def _change(
    config: Path | None, ids: tuple[int, ...], action: str, change: Callable[[Tx, int], None]
) -> tuple[int, ...]:
    """Do it to all of them or, where one is not set aside, to none."""
    from storage import audit

    now = CLOCK.now()

    def decide(tx: Tx) -> list[int]:
        known = {row.id: code for row, code in _all(tx)}
        missing = [number for number in ids if number not in known]
        for number in () if missing else dict.fromkeys(ids):
            change(tx, number)
            code = known[number]
            audit.add(tx, now=now, actor="admin", action=action, subject=code, detail=str(number))
        return missing

    async def work(store: Store) -> list[int]:
        return await store.write(decide)

    missing = with_store(settings_or_exit(config), work)
    if missing:
        refuse(map(_unknown, missing))
    return tuple(dict.fromkeys(ids))


def _unknown(number: int) -> str:
    return f"{number}: nothing is set aside under this number; `interlude inbox list` shows what is"


def _reading(ask: Callable[[Tx], Any]) -> Callable[[Store], Coroutine[Any, Any, Any]]:
    async def work(store: Store) -> Any:
        return await store.read(ask)

    return work


def _all(tx: Tx) -> list[tuple[SetAside, str]]:
    """List the updates set aside, with the code of each sender."""
    from storage import inbox as stored
    from storage import people

    def code(person_id: int | None) -> str:
        person = None if person_id is None else people.find(tx, person_id)
        return "somebody unknown" if person is None else person.code

    return [(row, code(row.person_id)) for row in stored.list_set_aside(tx)]


def _as_dict(row: SetAside, code: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "received_at": row.received_at.isoformat(),
        "from": code,
        "what": _what(row),
        "why": _why(row),
        "attempts": row.attempts,
    }


def _why(row: SetAside) -> str:
    """The kind of failure, such as ``unreadable`` or the name of an error."""
    kind = (row.error or "").rpartition(" ")[2]
    return kind if _KIND.fullmatch(kind) else "unknown"


def _means(row: SetAside) -> str:
    from bot.workers.handler import UNREADABLE

    if _why(row) == UNREADABLE:
        return (
            "It is not of a shape that this version of Interlude can read. A newer version may: "
            f"upgrade, then `interlude inbox retry {row.id}`."
        )
    return (
        f"Handling it failed {row.attempts} times with {_why(row)}; the log says where, in a line "
        f"`row_set_aside` with row={row.id}. Once that is mended: `interlude inbox retry {row.id}`."
    )


def _what(row: SetAside) -> str:
    """Name the sort of thing that was sent, without a word of it."""
    from bot.chat.update_reading import read_update
    from bot.services.work import incoming as done

    received = None if row.body is None else read_update(row.body)
    if received is None:
        return "something unreadable" if row.body is not None else "a message of somebody erased"
    match received.incoming:
        case done.Said():
            return "a message"
        case done.Started() | done.Commanded():
            return "a command"
        case done.Forwarded():
            return "a forwarded message"
        case done.SentSomething() | done.SentMore():
            return "a picture, sticker or file"
        case done.EditedMessage():
            return "a changed message"
        case done.Pressed():
            return "a tap on a button"
        case done.BlockedBot() | done.UnblockedBot() | done.NothingForUs():
            return "a note of Telegram's"
        case _:
            assert_never(received.incoming)


def _words(row: SetAside) -> str:
    """Return the written words, wherever they stand in the update."""
    update = json.loads(row.body) if row.body else {}
    written = update.get("message") or update.get("edited_message") or {}
    found = written.get("text") or written.get("caption") or ""
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _at(row: SetAside, local: ZoneInfo) -> str:
    return row.received_at.astimezone(local).strftime("%Y-%m-%d %H:%M")


def _zone(name: str) -> ZoneInfo:
    from flows.schedule.zones import zone

    return zone(name)
