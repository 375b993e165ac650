"""Groups of commands that are imported when they are called, so that help is there at once."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import NamedTuple

import click


class Place(NamedTuple):
    """The place of a command, and its line in the list of commands."""

    module: str
    name: str
    says: str


def lazy(commands: Mapping[str, Place]) -> type[click.Group]:
    """A kind of group that knows these commands by their place only."""

    class Lazy(click.Group):
        """A group whose commands are imported when they are called."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            """Their names, in the order of the help."""
            return list(commands)

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            """The command, imported now; None if there is none of that name."""
            place = commands.get(cmd_name)
            if place is None:
                return None
            command = getattr(importlib.import_module(place.module), place.name)
            if not isinstance(command, click.Command):
                raise TypeError(f"{place.module}.{place.name} is no command")
            return command

        def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            """The list of commands, without importing any."""
            with formatter.section("Commands"):
                formatter.write_dl([(name, place.says) for name, place in commands.items()])

    return Lazy
