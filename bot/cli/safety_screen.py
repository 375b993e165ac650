"""``interlude safety check``, ``test`` and ``learn``: tries the screen on lines and on examples.

Nothing that is typed here is kept. No verdict says that somebody is safe: ``none`` means that
nothing known stood there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.surroundings import PROBLEMS_FOUND, bench_settings, refuse
from bot.own_screen import OwnScreen, encoder, has_encoder, read_folder

if TYPE_CHECKING:
    from flows.safety.examples import Example
    from flows.safety.trial import Tried

NO_EXTRA = "this needs the encoder; install the extra: screen"


@click.command()
@click.option("--why", is_flag=True, help="Also say which rules and which examples spoke.")
@click.pass_obj
def check(config: Path | None, why: bool) -> None:
    """Read lines from the standard input; print one verdict a line, as JSON."""
    screen = OwnScreen(bench_settings(config).safety.examples)
    state = screen.state()
    for problem in state.problems:
        click.echo(problem, err=True)
    if not state.is_whole:
        click.echo(f"the screen goes {state.says}", err=True)
    known = _by_id(config) if why else {}
    for number, line in enumerate(sys.stdin, 1):
        verdict = screen.judge(line)
        shown: dict[str, Any] = {
            "line": number,
            "risk": verdict.risk,
            "matched": list(verdict.matched),
        }
        if why:
            shown["nearest"] = [_shown(known[one]) for one in verdict.nearest]
        click.echo(json.dumps(shown, ensure_ascii=False))


@click.command()
@click.pass_obj
def test(config: Path | None) -> None:
    """Hold the examples against a screen that has not learnt from their writer, and your own
    examples against the screen as it is. It takes a few minutes.
    """
    from flows.safety.examples import shipped_examples
    from flows.safety.extending import extended
    from flows.safety.trial import changed, held_out

    if not has_encoder():
        refuse([NO_EXTRA])
    shipped = shipped_examples()
    own = _own(config, shipped)
    screen = OwnScreen().screen()
    wider = extended(screen, own)
    if isinstance(wider, list):
        click.echo("\n".join(wider), err=True)
        sys.exit(PROBLEMS_FOUND)
    _show(held_out(screen, (*shipped, *own), encoder()))
    if own:
        click.echo("\nVerdicts that your own examples change:")
        for example, before, after in changed(screen, wider, (*shipped, *own)):
            click.echo(f"  {example.id} ({example.kind}): {before} -> {after}  {example.text}")


@click.command()
def learn() -> None:
    """Write what was learnt from the examples anew, after a change of examples or rules."""
    from flows.safety import Ear, Screen
    from flows.safety.examples import shipped_examples
    from flows.safety.extending import lost_wishes
    from flows.safety.learning import learn_all
    from flows.safety.learnt import FILE, as_bytes, from_bytes
    from flows.safety.rules import shipped_rules
    from flows.safety.vote import parts_of

    if not has_encoder():
        refuse([NO_EXTRA])
    examples = shipped_examples()
    parts = parts_of([example.text for example in examples], encoder())
    content = as_bytes(learn_all(examples, parts, shipped_rules()))
    lost = lost_wishes(Screen(Ear(encoder(), from_bytes(content))))
    if lost:
        refuse([f"“{sentence}” would no longer lead to the card" for sentence in lost])
    import flows.safety

    Path(str(flows.safety.__file__)).with_name(FILE).write_bytes(content)
    click.echo(f"{len(examples)} examples were learnt")


def _own(config: Path | None, shipped: tuple[Example, ...]) -> tuple[Example, ...]:
    folder = bench_settings(config).safety.examples
    if folder is None:
        return ()
    found = read_folder(folder, shipped)
    if isinstance(found, list):
        refuse(found)
    return found


def _by_id(config: Path | None) -> dict[str, Example]:
    from flows.safety.examples import shipped_examples

    shipped = shipped_examples()
    folder = bench_settings(config).safety.examples
    own = read_folder(folder, shipped) if folder is not None else ()
    return {one.id: one for one in (*shipped, *(own if isinstance(own, tuple) else ()))}


def _shown(example: Example) -> dict[str, str]:
    return {"id": example.id, "kind": example.kind, "text": example.text}


def _show(tried: list[Tried]) -> None:
    from flows.safety.trial import shares

    click.echo("Each writer's texts, judged by a screen that learnt from all other writers alone;")
    click.echo("in brackets the interval that the share lies in nineteen times of twenty (Wilson).")
    for share in shares(tried):
        click.echo(f"  {share}")
    click.echo("\nExamples whose verdict is not what their label says:")
    for one in tried:
        if one.is_wrong:
            example = one.example
            click.echo(f"  {example.id} ({example.kind}): {one.risk}  {example.text}")
