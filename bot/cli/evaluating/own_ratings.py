"""``interlude evaluate --stored`` and ``--record``: the practice's own ratings and flags, counted.

It prints counts only: no rating, no name, no code. It must never change anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.cli.surroundings import CLOCK, settings_or_exit, with_store
from bot.services.signals import past
from bot.services.signals.past import Past, RuleRecord
from bot.services.work.unit_of_work import Work
from flows.signals.evaluation.behaviour import COMPUTED
from flows.signals.view import Rule
from storage.store import Store, Tx

SHARES_FROM = 20
"""Of fewer cases no percentage is printed: 3 of 4 is not 75 %."""


T = TypeVar("T")


def _asked(config: Path | None, ask: Callable[[Work], T]) -> T:
    """Read what is stored; it changes nothing."""
    from bot.app import practice_of
    from bot.ids import SystemIds

    settings = settings_or_exit(config)
    practice = practice_of(settings, SystemIds(), "")

    def read(tx: Tx) -> T:
        return ask(Work(tx, practice, CLOCK.now(), "cli"))

    async def work(store: Store) -> T:
        return await store.read(read)

    return with_store(settings, work)


def show_stored(config: Path | None, rules: Sequence[Rule], *, as_json: bool) -> None:
    """Print how many flags each rule would have raised on the ratings that are kept."""
    kept = _asked(config, lambda work: past.past_of(work))
    rows = [_would(kept, rule) for rule in rules or COMPUTED]
    if as_json:
        click.echo(json.dumps({"within": kept.spreads.within, "rules": rows}))
        return
    click.echo(f"{kept.ratings} ratings of {len(kept.series)} clients")
    click.echo(f"swing of one client's ratings, with what was assumed: {kept.spreads.within:.2f}")
    for row in rows:
        share = of(row["new_flags"], kept.ratings)
        click.echo(
            f"{row['rule']:22} {share} ratings would have raised a flag, of "
            f"{row['clients']} clients"
        )


def _would(kept: Past, rule: Rule) -> dict[str, Any]:
    found = list(past.would_flag(kept, rule))
    return {
        "rule": rule.id,
        "ratings": kept.ratings,
        "new_flags": sum(found),
        "clients": sum(1 for count in found if count),
    }


def show_record(config: Path | None, rules: Sequence[Rule], *, as_json: bool) -> None:
    """Print what therapists made of the flags in which each rule had spoken."""
    wanted = {rule.id for rule in rules}
    records = [
        record
        for record in _asked(config, lambda work: past.records(work))
        if not wanted or record.rule in wanted
    ]
    if as_json:
        click.echo(json.dumps([record_as_dict(record) for record in records]))
        return
    if not records:
        click.echo("no flag has been raised yet")
    for record in records:
        click.echo(f"{record.rule}: {_said(record)}")


def record_as_dict(record: RuleRecord) -> dict[str, Any]:
    """A JSON object of one rule's record."""
    return {
        "rule": record.rule,
        "fired": record.fired,
        "agreed": record.agreed,
        "nothing_there": record.nothing_there,
        "no_word": record.no_word,
    }


def _said(record: RuleRecord) -> str:
    judged = record.agreed + record.nothing_there
    if not judged:
        return f"spoke in {record.fired}; no therapist has said yet what was there"
    return (
        f"spoke in {record.fired}; of {judged} that were judged, {of(record.agreed, judged)} were "
        f"taken up, {of(record.nothing_there, judged)} were something else"
    )


def of(count: int, cases: int) -> str:
    """A count of cases, with a percentage only where there are enough of them."""
    share = f" ({round(100 * count / cases)} %)" if cases >= SHARES_FROM else ""
    return f"{count} of {cases}{share}"
