"""``interlude evaluate --simulate``: all rules side by side, each figure with its error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from bot.cli.surroundings import refuse
from flows.signals.evaluation.behaviour import SHOWN, Behaviour, Figure, behaviour, practices
from flows.signals.evaluation.presets import IDEAL, IDEAL_SOURCE, PRESETS, Preset
from flows.signals.evaluation.sweeps import Varied, varied
from flows.signals.view import Rule

ALL = "ALL"
SWEPT = ("points",)
HEAD = (
    f"{'rule':22} {'false/session':>15} {'sensitivity':>13} {'delay':>11} {'PPV':>13} "
    f"{'flags/20/week':>13} {'silent':>13}"
)


def show(
    names: Sequence[str],
    rules: Sequence[Rule],
    *,
    clients: int,
    seed: int,
    sweep: bool,
    as_json: bool,
) -> None:
    """Print the figures of these presets, or of all."""
    presets = _presets(names)
    rows: list[dict[str, Any]] = []
    for preset in presets:
        found = _behaviours(preset, rules or SHOWN, clients, seed)
        if as_json:
            rows += [_as_dict(each) for each in found]
        else:
            _show_preset(preset, found, clients)
        if sweep:
            swept = rules or [rule for rule in SHOWN if rule.id in SWEPT]
            for each, figures in _swept(preset, swept, clients, seed):
                if as_json:
                    rows.append({**_as_dict(figures), "varied": each.says})
                else:
                    click.echo(_row(figures, f"{figures.rule}: {each.says}"))
    if as_json:
        click.echo(json.dumps(rows, allow_nan=False))
    else:
        click.echo(f"\nEach figure ± its standard error. The bound: {IDEAL_SOURCE}.")


def _presets(names: Sequence[str]) -> list[Preset]:
    wanted = [name.upper() for name in names]
    unknown = [name for name in wanted if name != ALL and name not in PRESETS]
    if unknown:
        refuse([f"there is no preset {', '.join(unknown)}; there are {', '.join(PRESETS)} and all"])
    return [preset for name, preset in PRESETS.items() if ALL in wanted or name in wanted]


def _behaviours(preset: Preset, rules: Sequence[Rule], clients: int, seed: int) -> list[Behaviour]:
    drawn = practices(preset, clients=clients, seed=seed)
    return [behaviour(rule, drawn) for rule in rules]


def _swept(
    preset: Preset, rules: Sequence[Rule], clients: int, seed: int
) -> Iterator[tuple[Varied, Behaviour]]:
    for each in varied(preset):
        drawn = practices(each.preset, clients=clients, seed=seed, world=each.world, calm=each.calm)
        for rule in rules:
            yield each, behaviour(rule, drawn)


def _show_preset(preset: Preset, found: Sequence[Behaviour], clients: int) -> None:
    click.echo(f"\nPreset {preset.name}, {preset.says}; twice {clients} clients")
    click.echo(HEAD)
    for each in found:
        click.echo(_row(each, each.rule))
    bound = f"{_plain(IDEAL[preset.name]):>13}"
    click.echo(f"{'an ideal observer':22} {'<= .015':>15} {bound} {'':11} {'>= .65':>13}")


def _row(found: Behaviour, name: str) -> str:
    return (
        f"{name:22} {_both(found.false_flags, 4):>15} {_both(found.sensitivity, 3):>13} "
        f"{_both(found.delay, 2):>11} {_both(found.predictive, 3):>13} "
        f"{_both(found.per_week, 2):>13} {_both(found.silent, 3):>13}"
    )


def _both(figure: Figure, places: int) -> str:
    if not figure.cases:
        return "-"
    return f"{_plain(figure.value, places)} ± {_plain(figure.error, places)}"


def _plain(value: float, places: int = 3) -> str:
    return f"{value:.{places}f}".removeprefix("0")


def _as_dict(found: Behaviour) -> dict[str, Any]:
    """A JSON object; a figure without a case is null."""
    body: dict[str, Any] = {"preset": found.preset, "rule": found.rule}
    for name, figure in asdict(found).items():
        if isinstance(figure, dict):
            known = figure["cases"] > 0
            body[name] = figure["value"] if known else None
            body[f"{name}_error"] = figure["error"] if known else None
            body[f"{name}_cases"] = figure["cases"]
    return body
