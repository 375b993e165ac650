"""``interlude safety``: what became of hard words, for whoever runs the bot."""

from __future__ import annotations

import click

from bot.cli.lazy import Place, lazy

_COMMANDS = {
    "cases": Place(
        "bot.cli.safety_cases", "cases", "List the risk cases that nobody has closed yet."
    ),
}


@click.group(cls=lazy(_COMMANDS))
def safety() -> None:
    """What became of hard words: the risk cases that are open."""
