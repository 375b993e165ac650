"""``interlude inbox``: the messages that could not be handled and were set aside.

Whoever runs the bot sees why, tries them again or drops them, as in ``interlude outbox``. What
somebody wrote is shown only where it is asked for.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import click

from bot.cli.kept_messages import ID, IDS, JSON, Line, change_all, local, read, show
from bot.cli.surroundings import CLOCK, refuse, settings_or_exit

if TYPE_CHECKING:
    from storage.inbox import SetAside
    from storage.store import Tx

_KIND = re.compile(r"[A-Za-z]\w{0,80}")
"""The name of a kind of failure; anything else is not ours to print."""


@click.group()
def inbox() -> None:
    """Messages that were set aside: list, explain, retry or drop them."""


@inbox.command("list", short_help="List what was set aside, oldest first.")
@JSON
@click.pass_obj
def list_(config: Path | None, as_json: bool) -> None:
    """List the messages that were set aside, oldest first; none of their words."""
    settings = settings_or_exit(config)
    show(
        [_line(row, code) for row, code in read(config, _all)],
        zone_name=settings.practice.zone,
        towards="from",
        none="Nothing was set aside.",
        as_json=as_json,
    )


@inbox.command("explain", short_help="Say what one is and why it was set aside.")
@ID
@click.option("--words", is_flag=True, help="Show what was written, too: think who looks on.")
@JSON
@click.pass_obj
def explain(config: Path | None, number: int, words: bool, as_json: bool) -> None:
    """Say what the message with this ID is, why it was set aside and what can be done.

    Words that are shown count as read: the audit trail has it, and their writer's /mydata the day.
    """
    settings = settings_or_exit(config)
    found = read(config, lambda tx: _find(tx, number))
    if found is None:
        refuse([_unknown(number)])
    row, code = found
    if words:
        change_all(config, (number,), "inbox.explained", lambda tx, n: code, _why_not)
    shown = _words(row) if words else None
    line = _line(row, code)
    if as_json:
        more = {"words": shown} if words else {}
        click.echo(json.dumps(line.as_dict(means=_means(row), **more)))
        return
    received = local(row.received_at, settings.practice.zone)
    click.echo(f"{row.id}: {line.what} from {code}, received {received}.")
    click.echo(_means(row))
    if words:
        click.echo(f"What was written: {shown}" if shown else "There are no words in it.")
    else:
        click.echo(f"What was written, if anything: interlude inbox explain {row.id} --words")


@inbox.command("retry", short_help="Handle them again, as if they had just come in.")
@IDS
@click.pass_obj
def retry(config: Path | None, ids: tuple[int, ...]) -> None:
    """Let the bot handle the messages with these IDs again, for example after an upgrade. It does
    so within a second while it runs, and its sender gets the answer.
    """
    from storage import inbox as stored

    now = CLOCK.now()

    def change(tx: Tx, number: int) -> str:
        code = _code_of(tx, number)
        stored.retry(tx, number, now)
        return code

    for number in change_all(config, ids, "inbox.retried", change, _why_not):
        click.echo(f"{number} will be handled again.")


@inbox.command("drop", short_help="Let them go for good, words and all.")
@IDS
@click.pass_obj
def drop(config: Path | None, ids: tuple[int, ...]) -> None:
    """Let the messages with these IDs go for good, with what was written in them. Their sender was
    told that they are kept, and is told nothing now.
    """
    from storage import inbox as stored

    told: list[str] = []

    def change(tx: Tx, number: int) -> str:
        code = _code_of(tx, number)
        stored.remove(tx, number)
        told.append(f"{number} is gone. {code} was told that it is kept: tell them yourself.")
        return code

    change_all(config, ids, "inbox.dropped", change, _why_not)
    for line in told:
        click.echo(line)


def _find(tx: Tx, number: int) -> tuple[SetAside, str] | None:
    return next(((row, code) for row, code in _all(tx) if row.id == number), None)


def _code_of(tx: Tx, number: int) -> str:
    return next(code for row, code in _all(tx) if row.id == number)


def _why_not(tx: Tx, number: int) -> str | None:
    return _unknown(number) if _find(tx, number) is None else None


def _unknown(number: int) -> str:
    return f"{number}: nothing is set aside under this number; `interlude inbox list` shows what is"


def _all(tx: Tx) -> list[tuple[SetAside, str]]:
    """List the updates set aside, with the code of each sender."""
    from storage import inbox as stored
    from storage import people

    def code(person_id: int | None) -> str:
        person = None if person_id is None else people.find(tx, person_id)
        return "somebody unknown" if person is None else person.code

    return [(row, code(row.person_id)) for row in stored.list_set_aside(tx)]


def _line(row: SetAside, code: str) -> Line:
    what, why = _what(row), _why(row)
    return Line(row.id, row.received_at, code, what, "set_aside", why, row.attempts)


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
