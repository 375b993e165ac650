"""``interlude safety cases``: the risk cases that nobody has closed, and whether anybody saw them.

It knows codes and times only: no names, no aliases, no words.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bot.cli.surroundings import PROBLEMS_FOUND, settings_or_exit, with_store
from bot.config import Settings
from storage.risk_cases import RiskCase
from storage.store import Store, Tx


@dataclass(frozen=True, slots=True)
class _Row:
    """One open case, as the command shows it."""

    client: str
    therapist: str
    state: str
    opened_at: str
    told: tuple[str, ...]

    @property
    def is_unseen(self) -> bool:
        """True while nobody has opened it."""
        return self.state == "open"


@click.command(short_help="List the risk cases that nobody has closed yet.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def cases(config: Path | None, as_json: bool) -> None:
    """List the risk cases that nobody has closed yet, by code.

    Ends with 1 where nobody has opened one of them, or where the settings name a deputy whom there
    is not.
    """
    settings = settings_or_exit(config)

    async def work(store: Store) -> tuple[list[_Row], list[str]]:
        return await store.read(lambda tx: (_rows(tx), _unknown(tx, settings)))

    rows, unknown = with_store(settings, work)
    for row in rows:
        click.echo(json.dumps(asdict(row)) if as_json else _line(row))
    for code in unknown:
        click.echo(
            f"safety.deputies or safety.then: {code} is no therapist's code; "
            "`interlude people list` shows them",
            err=True,
        )
    if not rows and not as_json:
        click.echo("No case is open.")
    if unknown or any(row.is_unseen for row in rows):
        sys.exit(PROBLEMS_FOUND)


def _rows(tx: Tx) -> list[_Row]:
    from storage import risk_cases

    return [_row(tx, case) for case in risk_cases.list_open(tx)]


def _row(tx: Tx, case: RiskCase) -> _Row:
    from storage import cares, people, risk_cases

    care = cares.load(tx, case.care_id)
    steps = risk_cases.list_steps(tx, case.id)
    return _Row(
        client=care.client_code,
        therapist=people.load(tx, care.therapist_id).code,
        state=case.state,
        opened_at=case.opened_at.isoformat(timespec="minutes"),
        told=tuple(people.load(tx, person).code for person in risk_cases.told_since(steps)),
    )


def _line(row: _Row) -> str:
    told = f"told: {', '.join(row.told)}" if row.told else "nobody was told"
    seen = "nobody has opened it" if row.is_unseen else row.state.replace("_", " ")
    return f"{row.client}  client of {row.therapist}  since {row.opened_at}  {seen}  {told}"


def _unknown(tx: Tx, settings: Settings) -> list[str]:
    from bot.services.safety.on_call import unknown_codes

    return unknown_codes(tx, settings.safety)
