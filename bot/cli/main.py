"""The door: which commands there are, and where each lives. Nothing heavy is imported here."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

_COMMANDS = {
    "demo": ("bot.cli.demo", "demo", "A practice in a box: simulated clients, weeks in seconds."),
    "init": ("bot.cli.init", "init", "Set up: settings, master key, database, shipped flows."),
    "run": ("bot.cli.run", "run", "Run the bot until it is stopped, for example with Ctrl-C."),
    "flows": ("bot.cli.flows", "flows", "Write, try, test and publish flow files."),
    "schedule": ("bot.cli.schedule", "schedule", "What will come to a client, and by which rule."),
    "why": ("bot.cli.schedule", "why", "Why something did or did not come to a client on a day."),
    "people": (
        "bot.cli.people",
        "people",
        "See who is there, invite therapists, put clients into flows.",
    ),
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, _, said) in _COMMANDS.items()])


@click.command(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="New here? `interlude demo` shows all of it; `interlude init` sets up a practice.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file; otherwise INTERLUDE_CONFIG, or config.toml in this folder.",
)
@click.version_option(package_name="interlude")
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Interlude: short check-ins between therapy sessions, and a weekly digest for the
    therapist.
    """
    ctx.obj = config
