"""``interlude flows diff``, ``publish``, ``history`` and ``rollback``: versions and who made them.

A file edited on disk changes nothing until it is published; a broken one never replaces a good one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bot.cli.authoring.changes import (
    as_dict,
    dict_without_file,
    lines_of,
    lines_without_file,
)
from bot.cli.authoring.checking import report
from bot.cli.authoring.file_arguments import check_sources, find_file, packs_of, sources
from bot.cli.authoring.login import who
from bot.cli.surroundings import CLOCK, PROBLEMS_FOUND, refuse, settings_or_exit, with_store
from bot.config import Settings
from bot.services.flow_files.publishing import (
    Checked,
    Comparison,
    RollbackRefused,
    Source,
    check,
    compare,
    current_flows,
    ever_published,
    publish,
    roll_back,
)
from bot.services.flow_files.retiring import Fileless, without_file
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import flow_versions
from storage.flow_versions import Publication
from storage.store import Store, Tx

_JSON = click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
_WHY = click.option("--why", required=True, help="One line for the audit log.")


@click.command("diff")
@click.argument("names", nargs=-1, metavar="[FLOW|PATH]...")
@_JSON
@click.pass_obj
def diff_(config: Path | None, names: tuple[str, ...], as_json: bool) -> None:
    """Say how the files on disk differ from what is published, and what that means."""
    settings = settings_or_exit(config)
    found = sources(settings, [find_file(settings, name) for name in names])
    ever = with_store(settings, _ever)
    checked = _good(check_sources(settings, found, ever=ever))

    flows = [flow for flow, _ in checked.flows]

    def look(tx: Tx) -> tuple[list[Comparison], list[Fileless]]:
        gone = [] if names else without_file(tx, flows)
        return [compare(tx, flow) for flow in flows], gone

    async def work(store: Store) -> tuple[list[Comparison], list[Fileless]]:
        return await store.read(look)

    compared, gone = with_store(settings, work)
    if as_json:
        told = [*map(as_dict, compared), *map(dict_without_file, gone)]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    _tell(compared, as_json=False)
    for each in gone:
        for line in lines_without_file(each):
            click.echo(line)


@click.command("publish")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_WHY
@_JSON
@click.pass_obj
def publish_(config: Path | None, paths: tuple[Path, ...], why: str, as_json: bool) -> None:
    """Make flow files current. Check-ins under way finish in the version in which they began."""
    settings = settings_or_exit(config)
    reason = _reason(why)
    checked = _checked_for_publishing(settings, sources(settings, paths))
    now = CLOCK.now()

    def decide(tx: Tx) -> tuple[list[Comparison], tuple[str, ...]]:
        compared = [compare(tx, flow) for flow, _ in checked.flows]
        return compared, publish(tx, checked, now=now, who=who(), why=reason)

    async def work(store: Store) -> tuple[list[Comparison], tuple[str, ...]]:
        return await store.write(decide)

    compared, changed = with_store(settings, work)
    differing = [one for one in compared if not one.is_same]
    if as_json:
        done = {
            "published": list(changed),
            "comparisons": [as_dict(one) for one in differing],
            "warnings": [str(warning) for warning in checked.problems],
        }
        click.echo(json.dumps(done, ensure_ascii=False))
        return
    _tell(differing, as_json=False)
    for warning in checked.problems:
        click.echo(str(warning))
    click.echo(f"Published: {', '.join(changed)}." if changed else "Nothing had changed.")


@click.command("history")
@click.argument("flow", required=False)
@_JSON
@click.pass_obj
def history(config: Path | None, flow: str | None, as_json: bool) -> None:
    """Show which versions were published when, by whom and why, the newest first."""
    settings = settings_or_exit(config)

    async def work(store: Store) -> list[Publication]:
        return await store.read(lambda tx: flow_versions.list_history(tx, flow))

    rows = with_store(settings, work)
    if as_json:
        click.echo(json.dumps([_row(row) for row in rows], ensure_ascii=False))
        return
    if not rows:
        click.echo(f"{flow or 'Nothing'} was never published." if flow else "Nothing is published.")
    local = zone(settings.practice.zone)
    for row in rows:
        at = row.at.astimezone(local).strftime("%Y-%m-%d %H:%M")
        what = {"rollback": " (rollback)", "retire": " (retired)"}.get(row.action, "")
        current = "  current" if row.is_current else ""
        click.echo(
            f"{at}  {row.flow_id}  {row.fingerprint[:12]}  {row.who}: {row.why}{what}{current}"
        )


@click.command("rollback")
@click.argument("flow")
@click.argument("fingerprint", required=False)
@_WHY
@_JSON
@click.pass_obj
def rollback(
    config: Path | None, flow: str, fingerprint: str | None, why: str, as_json: bool
) -> None:
    """Make an earlier version of FLOW current again; without FINGERPRINT the one before."""
    settings = settings_or_exit(config)
    reason, now = _reason(why), CLOCK.now()

    async def work(store: Store) -> Comparison | RollbackRefused:
        return await store.write(
            lambda tx: roll_back(tx, flow, fingerprint, now=now, who=who(), why=reason)
        )

    done = with_store(settings, work)
    if isinstance(done, RollbackRefused):
        refuse([done.why])
    _tell([done], as_json)
    if not as_json:
        click.echo(f"Current again: {flow} {done.flow.fingerprint[:12]}.")


def _reason(why: str) -> str:
    reason = " ".join(why.split())
    if not reason:
        refuse(["--why: say in a few words why; whoever looks it up later will be glad"])
    return reason


async def _ever(store: Store) -> list[Flow]:
    return await store.read(ever_published)


def _checked_for_publishing(settings: Settings, found: list[Source]) -> Checked:
    """The check of these files beside the flows that are published now, not those on disk."""

    async def work(store: Store) -> tuple[list[Flow], list[Flow]]:
        return await store.read(lambda tx: (current_flows(tx), ever_published(tx)))

    beside, ever = with_store(settings, work)
    checked = check(
        found,
        packs=packs_of(settings),
        weekly_cap=settings.practice.weekly_cap,
        quiet=settings.practice.quiet,
        default=settings.flows.default,
        beside=beside,
        ever=ever,
    )
    return _good(checked)


def _good(checked: Checked) -> Checked:
    """The check itself; with an error in any file the command ends with 1 and changes nothing."""
    if not checked.is_good:
        report(checked)
        click.echo("Nothing was changed; the published flows stay as they are.")
        sys.exit(PROBLEMS_FOUND)
    return checked


def _tell(compared: list[Comparison], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([as_dict(one) for one in compared], ensure_ascii=False))
        return
    for comparison in compared:
        for line in lines_of(comparison):
            click.echo(line)


def _row(row: Publication) -> dict[str, object]:
    return {
        "flow": row.flow_id,
        "fingerprint": row.fingerprint,
        "at": row.at.isoformat(),
        "who": row.who,
        "why": row.why,
        "action": row.action,
        "current": row.is_current,
    }
