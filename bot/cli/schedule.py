"""``interlude schedule`` and ``interlude why``: what will come to a client, and why something did
or did not come, in plain sentences from stored facts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import click

from bot.cli.surroundings import CLOCK, refuse, settings_or_exit, with_store
from bot.config import Settings
from bot.services.planning import outlook, plain_outlook
from bot.services.planning.outlook import Coming
from bot.services.work.unit_of_work import Work
from bot.texts import shipped
from bot.texts.keys import ScheduleKey
from storage.cares import Care
from storage.store import Store, Tx

T = TypeVar("T")

_CLIENT = click.argument("client")
_JSON = click.option("--json", "as_json", is_flag=True, help="For programs; times are in UTC.")


@click.command()
@_CLIENT
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=14,
    show_default=True,
    help="How far to look ahead.",
)
@_JSON
@click.pass_obj
def schedule(config: Path | None, client: str, days: int, as_json: bool) -> None:
    """Show what will come to a client, and by which rule. CLIENT is the code."""
    settings = settings_or_exit(config)
    care, found = _asked(
        settings,
        client,
        lambda work, care: outlook.coming(work, care, until=work.now + timedelta(days=days)),
    )
    if as_json:
        click.echo(json.dumps([_as_dict(each) for each in found]))
        return
    for line in plain_outlook.ahead(settings.practice.language, care, days, found):
        click.echo(line)


@click.command()
@_CLIENT
@click.argument("day", metavar="DATE")
@_JSON
@click.pass_obj
def why(config: Path | None, client: str, day: str, as_json: bool) -> None:
    """Say why something did or did not come to a client on a day. CLIENT is the code, DATE like
    2026-11-24.
    """
    settings = settings_or_exit(config)
    on = _date(day)
    if on is None:
        refuse([_say(settings, "unknown_date", date=day)])
    care, facts = _asked(settings, client, lambda work, care: outlook.day_facts(work, care, on))
    said = plain_outlook.reasons(settings.practice.language, facts)
    if as_json:
        listed = [{"reason": key, "sentence": sentence} for key, sentence in said]
        click.echo(json.dumps({"client": care.client_code, "date": str(on), "reasons": listed}))
        return
    click.echo(_say(settings, "why_title", code=care.client_code, on=on))
    for _, sentence in said:
        click.echo(f"  {sentence}")


def _asked(settings: Settings, code: str, ask: Callable[[Work, Care], T]) -> tuple[Care, T]:
    """Read what is stored about the client with this code; an unknown one ends the command."""
    from bot.app import practice_of
    from bot.ids import SystemIds

    practice = practice_of(settings, SystemIds(), "")

    def read(tx: Tx) -> tuple[Care, T] | None:
        care = _care(tx, code)
        return None if care is None else (care, ask(Work(tx, practice, CLOCK.now(), "cli"), care))

    async def work(store: Store) -> tuple[Care, T] | None:
        return await store.read(read)

    found = with_store(settings, work)
    if found is None:
        refuse([_say(settings, "unknown_client", code=code)])
    return found


def _care(tx: Tx, code: str) -> Care | None:
    from storage import cares

    return cares.find_by_code(tx, code)


def _date(text: str) -> date | None:
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _say(settings: Settings, key: ScheduleKey, **values: object) -> str:
    return shipped().schedule(settings.practice.language, key, **values)


def _as_dict(each: Coming) -> dict[str, object]:
    return {
        "flow": each.flow_id,
        "title": each.title,
        "at": each.at.isoformat(),
        "rule": each.rule,
        "left_out": each.verdict != "comes",
        "verdict": each.verdict,
    }
