"""``interlude retention``: who is erased when, long after the end. It changes nothing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import settings_or_exit, with_store, work_in

if TYPE_CHECKING:
    from storage.retention_times import Over
    from storage.store import Store


@click.command(short_help="Say who is erased when, long after the end.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def retention(config: Path | None, as_json: bool) -> None:
    """Say of every client who is with nobody any more, by code, when they are erased: a dry run of
    what the bot does by itself where retention.after_care_days says so.
    """
    from bot.services.own_data.retention import list_over

    settings = settings_or_exit(config)

    async def work(store: Store) -> list[tuple[Over, datetime | None]]:
        return await store.read(lambda tx: list_over(work_in(settings, tx)))

    found = with_store(settings, work)
    days = settings.retention.after_care_days
    if not as_json:
        rule = f"erased {days} days after the end" if days else "kept for ever"
        click.echo(f"Clients who are with nobody any more are {rule} (retention.after_care_days).")
    for over, at in found:
        if as_json:
            times = {"over_since": over.over_since, "told": over.erase_at, "erased_at": at}
            shown = {name: None if t is None else t.isoformat() for name, t in times.items()}
            click.echo(json.dumps({"client": over.code, **shown}))
        else:
            click.echo(f"{over.code}  over since {over.over_since:%Y-%m-%d}  {_told(over, at)}")


def _told(over: Over, at: datetime | None) -> str:
    if at is None:
        return "kept"
    if over.erase_at is None:
        return f"not told yet; erased on {at:%Y-%m-%d} at the earliest"
    return f"told; erased on {at:%Y-%m-%d}"
