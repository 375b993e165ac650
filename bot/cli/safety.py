"""``interlude safety``: how hard words are found and what became of them, for who runs the bot."""

from __future__ import annotations

import click

from bot.cli.lazy import Place, lazy

_COMMANDS = {
    "check": Place(
        "bot.cli.safety_screen", "check", "Read lines; print one verdict a line, as JSON."
    ),
    "test": Place("bot.cli.safety_screen", "test", "Hold the screen against all of its examples."),
    "learn": Place(
        "bot.cli.safety_screen", "learn", "Learn the examples anew, after a change of them."
    ),
    "cases": Place(
        "bot.cli.safety_cases", "cases", "List the risk cases that nobody has closed yet."
    ),
}


@click.group(cls=lazy(_COMMANDS))
def safety() -> None:
    """Try the screen of hard words; list the risk cases that are open."""
