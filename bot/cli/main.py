"""The door: which commands there are, and where each lives. Nothing heavy is imported here."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot.cli.lazy import Place, lazy

# The memory of toml_rs would be taken in two huge pages at once, 6 MB for some kilobytes. It is
# asked for when the library is loaded, which every command but the help does.
os.environ.setdefault("MIMALLOC_ARENA_EAGER_COMMIT", "0")

_COMMANDS = {
    "demo": Place(
        "bot.cli.demo",
        "demo",
        "A practice in a box, on a page: simulated clients, a clock to turn.",
    ),
    "init": Place("bot.cli.init", "init", "Set up: settings, master key, database, shipped flows."),
    "doctor": Place("bot.cli.doctor", "doctor", "Is it ready: what to mend, and the crisis card."),
    "run": Place("bot.cli.run", "run", "Run the bot until it is stopped, for example with Ctrl-C."),
    "healthcheck": Place(
        "bot.cli.healthcheck", "healthcheck", "Ask a running bot whether it does its work."
    ),
    "flows": Place("bot.cli.flows", "flows", "Write, try, test and publish flow files."),
    "schedule": Place(
        "bot.cli.schedule", "schedule", "What will come to a client, and by which rule."
    ),
    "why": Place(
        "bot.cli.schedule", "why", "Why something did or did not come to a client on a day."
    ),
    "people": Place(
        "bot.cli.people",
        "people",
        "See who is there, invite therapists, put clients into flows.",
    ),
    "digest": Place("bot.cli.digest", "digest", "Write a therapist's week to files; send nothing."),
    "export": Place(
        "bot.cli.export", "export", "Write everything that is kept of a client to two files."
    ),
    "erase": Place(
        "bot.cli.erase", "erase", "Erase everything that is kept of a client; see who was erased."
    ),
    "backup": Place("bot.cli.backup", "backup", "Make a backup now, or the key for backups."),
    "restore": Place(
        "bot.cli.restore", "restore", "Bring the practice back from a backup, or rehearse that."
    ),
    "move": Place("bot.cli.move", "move", "Carry the practice from SQLite to PostgreSQL, or back."),
    "retention": Place(
        "bot.cli.retention", "retention", "Who is erased when, long after the end; a dry run."
    ),
    "audit": Place("bot.cli.audit", "audit", "Who did what, and whether that record is whole."),
    "keys": Place("bot.cli.key_rotation", "keys", "The master key: how it stands, and a new one."),
    "safety": Place(
        "bot.cli.safety", "safety", "Try the screen of hard words; which risk cases are open."
    ),
    "evaluate": Place(
        "bot.cli.evaluate", "evaluate", "How the rules behave on simulated, own or foreign ratings."
    ),
    "inbox": Place(
        "bot.cli.inbox", "inbox", "Messages that were set aside: explain, retry or drop them."
    ),
    "outbox": Place(
        "bot.cli.outbox", "outbox", "Messages that did not leave: explain, retry or drop them."
    ),
}


@click.command(
    cls=lazy(_COMMANDS),
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
