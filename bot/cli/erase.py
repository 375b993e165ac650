"""``interlude erase``: everything that is kept of a client goes, as if they had sent /erase."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import (
    CLOCK,
    PROBLEMS_FOUND,
    refuse,
    settings_or_exit,
    with_store,
    work_in,
)
from bot.config import Settings
from storage.store import Store, Tx

if TYPE_CHECKING:
    from bot.services.own_data.erasing import Erased
    from storage.erasures import Erasure


@click.command(short_help="Erase everything that is kept of a client, or list what was erased.")
@click.argument("code", required=False)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@click.option("--list", "lists", is_flag=True, help="List who was erased: code, date, receipt.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def erase(config: Path | None, code: str | None, yes: bool, lists: bool, as_json: bool) -> None:
    """Erase everything that is kept of the client with this CODE: every row of theirs, their part
    in stored digests, and their key. It cannot be undone.

    The bot tells the client with a receipt, and their therapists in the next digest that one client
    was erased. Backups made before keep a copy until you delete them.
    """
    settings = settings_or_exit(config)
    if lists == (code is not None):
        refuse(["Give a client's CODE, or --list; `interlude people list` shows the codes"])
    if code is None:
        _list(settings, as_json=as_json)
        return
    wanted = code.strip().upper()
    if not yes and not click.confirm(_question(settings, wanted), err=True):
        click.echo("Nothing was erased.", err=True)
        sys.exit(PROBLEMS_FOUND)

    async def work(store: Store) -> Erased | str:
        from bot.workers.eraser import bring_to_end

        done = await store.write(lambda tx: _erase(settings, tx, wanted))
        await bring_to_end(store, CLOCK)
        return done

    done = with_store(settings, work)
    if isinstance(done, str):
        refuse([f"{wanted}: {done}"])
    _tell(done, as_json=as_json)


def _question(settings: Settings, code: str) -> str:
    """Ask about all that would go: a client of several therapists has a code with each."""

    async def work(store: Store) -> list[str]:
        return await store.read(lambda tx: _codes_of(tx, code))

    others = [each for each in with_store(settings, work) if each != code]
    also = f", who is also {' and '.join(others)} with another therapist" if others else ""
    return f"Erase everything that is kept of {code}{also}?"


def _codes_of(tx: Tx, code: str) -> list[str]:
    from storage import cares, people

    person = people.find_by_code(tx, code)
    own = [] if person is None else cares.list_for_client(tx, person.id)
    return list(dict.fromkeys(each.client_code for each in own))


def _erase(settings: Settings, tx: Tx, code: str) -> Erased | str:
    """Return what was done, or why nothing was."""
    from bot.services.own_data import erasing
    from storage import cares, people

    person = people.find_by_code(tx, code)
    if person is None:
        return "there is nobody with this code; `interlude people list` shows them"
    if person.role != "client":
        return "this is nobody's client; only clients can be erased"
    if not cares.list_for_client(tx, person.id):
        return "was erased already; only their receipt is still on its way"
    work = work_in(settings, tx, origin=f"erase{person.id}")
    earlier = people.list_earlier(tx, person.id)
    return erasing.erase(work, person, by="practice", earlier=earlier)


def _tell(done: Erased, *, as_json: bool) -> None:
    log = done.log
    if as_json:
        click.echo(json.dumps({**_as_json(log), **_counts(done)}))
        return
    click.echo(f"{log.code} is erased. Receipt: {log.receipt}")
    earlier = {each.code for each in done.earlier}
    for code in done.codes:
        if code != log.code and code not in earlier:
            click.echo(f"  with {code}: the same client with another therapist")
    for each in done.earlier:
        click.echo(f"  with {each.code}, who had the same chat before. Receipt: {each.receipt}")
    for name, count in _counts(done).items():
        click.echo(f"  {name.replace('_', ' ')}: {count}")
    click.echo("`interlude run` sends the client the receipt. Backups of before keep a copy.")


def _counts(done: Erased) -> dict[str, int]:
    kept = done.kept
    return {
        "check_ins": kept.check_ins,
        "answers": kept.answers,
        "notes": kept.notes,
        "therapy_sessions": kept.therapy_sessions,
        "flags": kept.flags,
        "crisis_cards": kept.cards,
        "memos": kept.memos,
        "digest_sections": kept.sections,
    }


def _list(settings: Settings, *, as_json: bool) -> None:
    from storage import erasures

    async def work(store: Store) -> list[Erasure]:
        return await store.read(erasures.list_)

    found = with_store(settings, work)
    for log in found:
        fields = _as_json(log)
        click.echo(json.dumps(fields) if as_json else "  ".join(fields.values()))
    if not found and not as_json:
        click.echo("Nobody was erased.")


def _as_json(log: Erasure) -> dict[str, str]:
    return {
        "client": log.code,
        "erased_at": log.erased_at.isoformat(timespec="minutes"),
        "by": log.by,
        "receipt": log.receipt,
        "told": "done" if log.left_at is not None else "under way",
    }
