"""``interlude flows``: the author's bench. Its commands live in ``bot.cli.authoring``."""

from __future__ import annotations

import click

from bot.cli.lazy import Place, lazy

_COMMANDS = {
    "check": Place(
        "bot.cli.authoring.checking", "check_", "Say everything that is wrong with flow files."
    ),
    "try": Place(
        "bot.cli.authoring.trying", "try_", "Go through a flow in the terminal, as a client would."
    ),
    "test": Place(
        "bot.cli.authoring.testing",
        "test",
        "Play stories against flows; report what nobody has tried.",
    ),
    "show": Place(
        "bot.cli.authoring.showing", "show", "Show a flow as an outline or as a diagram."
    ),
    "diff": Place(
        "bot.cli.authoring.versions", "diff_", "Say how files differ from what is published."
    ),
    "publish": Place("bot.cli.authoring.versions", "publish_", "Make flow files current."),
    "history": Place(
        "bot.cli.authoring.versions", "history", "Show what was published when, by whom and why."
    ),
    "rollback": Place(
        "bot.cli.authoring.versions", "rollback", "Make an earlier version current again."
    ),
    "list": Place(
        "bot.cli.authoring.standing", "list_", "Show which flows there are, and who is in them."
    ),
    "retire": Place(
        "bot.cli.authoring.standing", "retire_", "End a flow; nobody gets it any more."
    ),
    "schema": Place(
        "bot.cli.authoring.showing", "schema", "Write the JSON Schema of flow files, for editors."
    ),
}


@click.command(cls=lazy(_COMMANDS))
def flows() -> None:
    """Write, try, test and publish flow files."""
