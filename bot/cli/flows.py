"""``interlude flows``: the author's bench. Its commands live in ``bot.cli.authoring``."""

from __future__ import annotations

import importlib

import click

from bot.cli.authoring.sources import read_sources

__all__ = ["flows", "read_sources"]

_COMMANDS = {
    "check": ("problems", "check_", "Say everything that is wrong with flow files."),
    "try": ("trying", "try_", "Go through a flow in the terminal, as a client would."),
    "test": ("testing", "test", "Play stories against flows; report what nobody has tried."),
    "show": ("showing", "show", "Show a flow as an outline or as a diagram."),
    "diff": ("versions", "diff_", "Say how files differ from what is published."),
    "publish": ("versions", "publish_", "Make flow files current."),
    "history": ("versions", "history", "Show what was published when, by whom and why."),
    "rollback": ("versions", "rollback", "Make an earlier version current again."),
    "schema": ("showing", "schema", "Write the JSON Schema of flow files, for editors."),
}


class _Bench(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"bot.cli.authoring.{module}"), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, _, said) in _COMMANDS.items()])


@click.command(cls=_Bench)
def flows() -> None:
    """Write, try, test and publish flow files."""
