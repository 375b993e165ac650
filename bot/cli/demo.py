"""``interlude demo``: watch a practice live through some weeks, without a token."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import click

from bot.cli.surroundings import refuse

OURS = ("transcripts", "digests", "pictures", "interlude.db", "interlude.key")


@click.command()
@click.option("--headless", is_flag=True, help="Without a page to look at; the default for now.")
@click.option(
    "--weeks", default=8, show_default=True, type=click.IntRange(1, 52), help="How long it goes on."
)
@click.option(
    "--seed",
    default=7,
    show_default=True,
    type=click.IntRange(min=0),
    help="The same number gives the same weeks; another one gives others.",
)
@click.option(
    "--out",
    default=Path("demo"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where transcripts, digests and pictures are written.",
)
def demo(headless: bool, weeks: int, seed: int, out: Path) -> None:
    """Run the real bot with simulated clients; no token, no network beyond this machine."""
    from bot.demo.practice_in_a_box import BEGINS_AT, run_demo
    from bot.logs import set_up

    set_up("warning", "text")
    _make_room(out)
    shown = 0

    def passed(now: datetime) -> None:
        nonlocal shown
        week = min((now - BEGINS_AT) // timedelta(weeks=1) + 1, weeks)
        if week > shown:
            shown = week
            click.echo(f"week {week} of {weeks} …")

    click.echo("One therapist and nine simulated clients; the clock jumps from event to event.")
    written = asyncio.run(run_demo(out.resolve(), weeks=weeks, seed=seed, passed=passed))
    click.echo(f"\n{written.messages} messages were sent. What everyone saw:")
    for path in (*written.transcripts, *written.digests, *written.pictures):
        click.echo(f"  {out / path.relative_to(out.resolve())}")


def _make_room(out: Path) -> None:
    """Remove an earlier demo's files; refuse a folder that holds anything else."""
    out.mkdir(parents=True, exist_ok=True)
    strangers = [p.name for p in out.iterdir() if not p.name.startswith(OURS)]
    if strangers:
        refuse([f"{out}: holds other files ({strangers[0]}); choose an empty folder with --out"])
    for path in out.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
