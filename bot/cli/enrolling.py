"""``interlude people enrol`` and ``unenrol``: put a client into a flow, or take them out of it.

Registered in ``bot.cli.people``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import click

from bot.cli.surroundings import refuse, settings_or_exit, with_store, work_in
from bot.config import Settings
from flows.script.flow import Flow
from storage.store import Store, Tx

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")


@dataclass(frozen=True, slots=True)
class Changed:
    """The outcome of the command."""

    changed: bool
    warnings: list[str] = field(default_factory=list)
    """The check-ins that every week leaves out now."""


@click.command("enrol", short_help="Put a client into a flow.")
@click.argument("client")
@click.argument("flow")
@_JSON
@click.pass_obj
def enrol(config: Path | None, client: str, flow: str, as_json: bool) -> None:
    """Put CLIENT (a code) into FLOW (an id); what is to come is planned at once."""
    _change(config, client, flow, on=True, as_json=as_json)


@click.command("unenrol", short_help="Take a client out of a flow.")
@click.argument("client")
@click.argument("flow")
@_JSON
@click.pass_obj
def unenrol(config: Path | None, client: str, flow: str, as_json: bool) -> None:
    """Take CLIENT out of FLOW; nothing more of it comes, what was answered stays."""
    _change(config, client, flow, on=False, as_json=as_json)


def _change(config: Path | None, client: str, flow: str, *, on: bool, as_json: bool) -> None:
    settings = settings_or_exit(config)
    code = client.strip().upper()

    async def work(store: Store) -> Changed | str:
        return await store.write(lambda tx: _decide(settings, tx, code, flow, on))

    changed = with_store(settings, work)
    if isinstance(changed, str):
        refuse([changed])
    if as_json:
        said = {"client": code, "flow": flow, "on": on, "changed": changed.changed}
        click.echo(json.dumps(said | {"warnings": changed.warnings}))
        return
    already = "" if changed.changed else " already"
    click.echo(f"{code} is {'in' if on else 'not in'} {flow}{already}.")
    for warning in changed.warnings:
        click.echo(f"But {warning}")


def _decide(settings: Settings, tx: Tx, code: str, flow_id: str, on: bool) -> Changed | str:
    """Return the changes and what they make of the weeks, or a sentence that says why not."""
    from bot.cli.authoring.login import who
    from bot.services.planning import enrolling
    from flows.script.weekly_load import in_words
    from storage import cares

    work = work_in(settings, tx)
    care = cares.find_by_code(tx, code)
    if care is None:
        return f"{code}: there is no client with this code; `interlude people list` shows them"
    if not on:
        return Changed(enrolling.switch_off(work, care, flow_id, by=who()))
    flow = work.practice.shelf.current(tx, flow_id)
    if flow is None:
        known = [each.id for each in work.practice.shelf.list_current(tx)]
        near = get_close_matches(flow_id, known, n=1)
        advice = f"did you mean {near[0]}?" if near else f"published: {', '.join(known) or 'none'}"
        return f"{flow_id}: no such flow is published; {advice}"
    if not enrolling.may_switch(care):
        return f"{code}: the client does not take part at the moment ({care.state})"
    changed = enrolling.switch_on(work, care, flow, by=who())
    cap = settings.practice.weekly_cap
    found = enrolling.overloads_of(work, care)
    return Changed(
        changed,
        [in_words(one, cap)[0] for one in found if flow_id in {one.flow.id, *_ids(one.behind)}],
    )


def _ids(flows: Sequence[Flow]) -> list[str]:
    return [flow.id for flow in flows]
