"""``interlude audit``: the trail of who did what, and whether it is whole. It shows codes only."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import PROBLEMS_FOUND, refuse, settings_or_exit, with_store

if TYPE_CHECKING:
    from storage.audit import AuditRow, Head, Verified
    from storage.store import Store


@click.group()
def audit() -> None:
    """The record of who did what, and whether it is whole."""


@audit.command("list", short_help="List what was done, newest first.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_(config: Path | None, limit: int, as_json: bool) -> None:
    """List what was done: when, by whom, what, to whom; codes, never names or words."""
    from storage import audit as trail

    async def work(store: Store) -> list[AuditRow]:
        return await store.read(lambda tx: trail.list_(tx, limit))

    for row in with_store(settings_or_exit(config), work):
        told = (f"{row.at:%Y-%m-%dT%H:%M:%SZ}", row.actor, row.action, row.subject, row.detail)
        if as_json:
            names = ("at", "actor", "action", "subject", "detail")
            line = {"id": row.id, **dict(zip(names, told, strict=True))}
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            click.echo("  ".join((str(row.id), *told)).rstrip())


@audit.command("verify", short_help="Say whether it is whole.")
@click.option("--head", "heads", multiple=True, help="A head that was published, such as 120-…")
@click.pass_obj
def verify(config: Path | None, heads: tuple[str, ...]) -> None:
    """Say whether a row was changed, removed, put in or moved. Whether rows were cut off at the end
    is seen by a head that was published before: give it with --head.
    """
    from storage import audit as trail

    published = [_head_or_exit(text) for text in heads]

    async def work(store: Store) -> tuple[Verified, Head | None]:
        return await store.read(lambda tx: (trail.verify(tx, published), trail.head(tx)))

    found, head = with_store(settings_or_exit(config), work)
    before = f", {found.unmarked} of them from before rows were marked" if found.unmarked else ""
    click.echo(f"{found.rows} rows{before}; head {head or 'none yet'}")
    if found.broken_at is not None:
        click.echo(
            f"row {found.broken_at} does not follow from those before it: it, or one before, was "
            "changed, removed or put in by somebody who wrote into the database past Interlude"
        )
    if not found.head_is_there:
        click.echo(
            "a head that was published is not there: rows were cut off at the end, or this "
            "database was restored from a backup that is older than the head"
        )
    if not found.is_whole:
        sys.exit(PROBLEMS_FOUND)
    click.echo("whole")


def _head_or_exit(text: str) -> Head:
    from storage.audit import read_head

    head = read_head(text)
    if head is None:
        refuse([f"--head: {text} is none; one looks like 120-0123456789ab"])
    return head
