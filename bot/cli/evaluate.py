"""``interlude evaluate``: how the rules behave on simulated, own or foreign ratings of the past.

It changes nothing and sends nothing. The client's own word is shown whatever a rule says, so it is
counted apart. What it prints of the practice's own ratings are counts, never ratings.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import PROBLEMS_FOUND, refuse

if TYPE_CHECKING:
    from flows.signals.evaluation.foreign import Columns, Scale
    from flows.signals.view import Rule


@click.command(short_help="How the rules behave on simulated, own or foreign past ratings.")
@click.option(
    "--simulate",
    "presets",
    metavar="PRESET",
    multiple=True,
    help="A simulated practice: A, B, C, D or all; several times for several.",
)
@click.option("--stored", is_flag=True, help="The practice's own ratings, before a rule is on.")
@click.option("--record", is_flag=True, help="What therapists made of the flags of each rule.")
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Ratings from elsewhere: a table with a first line of names.",
)
@click.option(
    "--columns",
    default="client,time,rating",
    show_default=True,
    help="Its columns; a fourth may say whether something wasn't right.",
)
@click.option("--scale", default="0:10", show_default=True, help="The range of its ratings.")
@click.option("--rule", "chosen", multiple=True, help="Only this rule; several times for several.")
@click.option(
    "--clients",
    type=click.IntRange(20, 100_000),
    default=1000,
    show_default=True,
    help="Simulated clients of each sort.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same draws the same.")
@click.option("--sweep", is_flag=True, help="Also vary what the simulation assumes, one at a time.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def evaluate(
    config: Path | None,
    presets: tuple[str, ...],
    stored: bool,
    record: bool,
    table: Path | None,
    columns: str,
    scale: str,
    chosen: tuple[str, ...],
    clients: int,
    seed: int,
    sweep: bool,
    as_json: bool,
) -> None:
    """Show how the rules behave: on a simulated practice, on your own past ratings, or on a table
    of ratings from elsewhere.
    """
    if sum((bool(presets), stored, record, table is not None)) != 1:
        refuse(["choose one of --simulate PRESET, --stored, --record and --csv FILE"])
    rules = _rules(chosen)
    if table is not None:
        _foreign(table, _columns(columns), _scale(scale), rules, as_json=as_json)
    elif presets:
        from bot.cli.evaluating import simulating

        simulating.show(presets, rules, clients=clients, seed=seed, sweep=sweep, as_json=as_json)
    else:
        from bot.cli.evaluating import own_ratings

        show = own_ratings.show_record if record else own_ratings.show_stored
        show(config, rules, as_json=as_json)


def _rules(chosen: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules asked for, all that reckon where none is. Ends with 2 where one is unknown."""
    from flows.signals.evaluation.behaviour import SHOWN

    known = {rule.id: rule for rule in SHOWN}
    unknown = [name for name in chosen if name not in known]
    if unknown:
        refuse([f"there is no rule {', '.join(unknown)}; there are {', '.join(known)}"])
    return tuple(known[name] for name in chosen)


def _columns(text: str) -> Columns:
    from flows.signals.evaluation.foreign import Columns

    names = [name.strip() for name in text.split(",")]
    if not 3 <= len(names) <= 4 or not all(names):
        refuse([f"--columns {text}: three names or four, as in client,time,rating"])
    return Columns(*names)


def _scale(text: str) -> Scale:
    from flows.signals.evaluation.foreign import Scale

    low, _, high = text.partition(":")
    try:
        scale = Scale(float(low), float(high))
    except ValueError:
        refuse([f"--scale {text}: two numbers, as in 0:10"])
    if not scale.low < scale.high:
        refuse([f"--scale {text}: the lower end comes first, as in 0:10"])
    return scale


def _foreign(
    path: Path, columns: Columns, scale: Scale, rules: tuple[Rule, ...], *, as_json: bool
) -> None:
    from bot.cli.evaluating import foreign_ratings
    from flows.signals.evaluation.foreign import read_table

    try:
        text = path.read_text("utf-8")
    except OSError as error:
        refuse([f"{path} cannot be read: {error.strerror}"])
    except UnicodeDecodeError:
        refuse([f"{path} is not in UTF-8; save it as such"])
    found = read_table(text, columns, scale)
    if isinstance(found, str):
        refuse([f"{path}: {found}; say which they are with --columns"])
    ratings, bad = found
    for each in bad:
        click.echo(f"{path}:{each.line}: {each.says}", err=as_json)
    foreign_ratings.show(ratings, scale, rules, as_json=as_json)
    if bad:
        sys.exit(PROBLEMS_FOUND)
