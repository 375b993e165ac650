"""``interlude flows list`` and ``retire``: which flows there are, and how one is ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import click

from bot.cli.authoring.file_arguments import packs_of, sources
from bot.cli.authoring.login import who
from bot.cli.surroundings import CLOCK, refuse, settings_or_exit, with_store
from bot.config import Settings
from bot.services.flow_files.retiring import Listed, Retired, list_flows, retire
from bot.services.flow_files.sources import read_each
from flows.script.flow import Flow
from storage import flow_versions
from storage.store import Store, Tx


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list for programs.")
@click.pass_obj
def list_(config: Path | None, as_json: bool) -> None:
    """Show every flow: published, retired or only a file, and how many clients are in it."""
    settings = settings_or_exit(config)
    files = _files(settings)

    async def work(store: Store) -> list[Listed]:
        return await store.read(lambda tx: list_flows(tx, files, settings.flows.default))

    listed = with_store(settings, work)
    if as_json:
        click.echo(json.dumps([_as_dict(each) for each in listed], ensure_ascii=False))
        return
    if not listed:
        click.echo("There is no flow: none was published, and the folder holds no flow file.")
    width = max((len(each.flow_id) for each in listed), default=0)
    for each in listed:
        click.echo(f"{each.flow_id.ljust(width)}  {', '.join(_facts(each))}")


def _files(settings: Settings) -> dict[str, tuple[Flow, str]]:
    """The good flow files of the settings' folder, by flow id, each with its path."""
    folder = settings.flows.directory
    if not folder.is_dir() or not any(folder.glob("*.toml")):
        return {}
    files: dict[str, tuple[Flow, str]] = {}
    for source in sources(settings, ()):
        for flow, _ in read_each([source], packs_of(settings)).flows:
            files.setdefault(flow.id, (flow, source.path))
    return files


def _facts(each: Listed) -> Iterator[str]:
    match each.standing:
        case "published":
            yield f"published {(each.fingerprint or '')[:12]}"
        case "retired":
            yield "retired"
        case "file":
            yield "never published"
    if each.path is None:
        yield "no file here"
    else:
        yield each.path if each.is_same or each.standing != "published" else f"{each.path} differs"
    if each.standing != "file":
        yield f"{each.clients} {'client' if each.clients == 1 else 'clients'}"
    if each.is_default:
        yield "given to new clients"


def _as_dict(each: Listed) -> dict[str, object]:
    return {
        "flow": each.flow_id,
        "state": {"file": "unpublished"}.get(each.standing, each.standing),
        "fingerprint": each.fingerprint,
        "file": each.path,
        "same": each.is_same,
        "clients": each.clients,
        "default": each.is_default,
    }


@click.command("retire")
@click.argument("flow")
@click.option("--why", required=True, help="One line for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_obj
def retire_(config: Path | None, flow: str, why: str, as_json: bool) -> None:
    """End FLOW: nobody gets it any more. What is under way finishes; publishing brings it back."""
    settings = settings_or_exit(config)
    reason = " ".join(why.split())
    if not reason:
        refuse(["--why: say in a few words why; whoever looks it up later will be glad"])
    if flow in settings.flows.default:
        advice = "take it out of that setting first, or `interlude run` will not start"
        refuse([f"{flow}: flows.default gives it to new clients; {advice}"])

    def decide(tx: Tx) -> Retired | str:
        done = retire(tx, flow, now=CLOCK.now(), who=who(), why=reason)
        return _unpublished(tx, flow) if done is None else done

    async def work(store: Store) -> Retired | str:
        return await store.write(decide)

    done = with_store(settings, work)
    if isinstance(done, str):
        refuse([done])
    if as_json:
        click.echo(json.dumps(_retired_as_dict(flow, done)))
        return
    for line in _retired_lines(flow, done):
        click.echo(line)


def _unpublished(tx: Tx, flow_id: str) -> str:
    if flow_versions.list_history(tx, flow_id):
        return f"{flow_id} is retired already; `interlude flows history {flow_id}` says since when"
    known = [row.flow_id for row in flow_versions.list_current(tx)]
    near = get_close_matches(flow_id, known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"published: {', '.join(known) or 'none'}"
    return f"{flow_id}: no such flow is published; {advice}"


def _retired_lines(flow_id: str, done: Retired) -> Iterator[str]:
    yield f"{flow_id} is retired. New clients are not given it, and no check-in of it begins."
    yield f"  {_count(done.clients, 'client was', 'clients were')} in it."
    if done.cancelled:
        yield f"  {_count(done.cancelled, 'planned check-in', 'planned check-ins')} will not come."
    if done.under_way:
        verb = "is under way and finishes", "are under way and finish"
        yield f"  {_count(done.under_way, *(f'check-in {verb[0]}', f'check-ins {verb[1]}'))}."
    for follower in done.followers:
        yield f"  ATTENTION: {follower} follows it and will not come any more either."
    yield f'  To bring it back: interlude flows rollback {flow_id} --why "…"'


def _retired_as_dict(flow_id: str, done: Retired) -> dict[str, object]:
    return {
        "flow": flow_id,
        "fingerprint": done.fingerprint,
        "clients": done.clients,
        "under_way": done.under_way,
        "cancelled": done.cancelled,
        "followers": list(done.followers),
    }


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
