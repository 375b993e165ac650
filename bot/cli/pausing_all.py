"""``interlude people hold``: a therapist is not there, and nobody is to wait for them here.

Registered in ``bot.cli.people``; docs/sealed-instruction.md leads there. It must never pause
anybody before whoever runs it has read what the clients will read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.named_therapist import therapist_of
from bot.cli.surroundings import CLOCK, refuse, settings_or_exit, with_store, work_in
from bot.config import Settings
from storage.store import Store, Tx

if TYPE_CHECKING:
    from bot.services.work.unit_of_work import Work


@click.command("hold", short_help="Pause the questions of all clients of a therapist.")
@click.argument("code")
@click.option("--yes", is_flag=True, help="Ask nothing first.")
@click.pass_obj
def hold(config: Path | None, code: str, *, yes: bool) -> None:
    """Pause the questions of all clients of the therapist with this CODE, and tell them so. The bot
    goes on: whoever writes hard words gets the crisis card. A client goes on with /resume, and the
    therapist with /pause.
    """
    settings = settings_or_exit(config)

    async def look(store: Store) -> list[str] | str:
        return await store.read(lambda tx: _shown(_work(settings, tx), code))

    shown = with_store(settings, look)
    if isinstance(shown, str):
        refuse([shown])
    if not shown:
        click.echo("Nothing to pause: none of this therapist's clients is asked anything now.")
        return
    for line in shown:
        click.echo(line)
    if not yes:
        click.confirm("Pause their questions and send them this?", abort=True)

    async def act(store: Store) -> int:
        return await store.write(lambda tx: _hold(_work(settings, tx), code))

    count = with_store(settings, act)
    click.echo(f"Paused for {count}; they read it by day, outside quiet hours.")
    click.echo("What they write is kept. Open cases of hard words: `interlude safety cases`.")


def _work(settings: Settings, tx: Tx) -> Work:
    return work_in(settings, tx, origin=f"hold@{CLOCK.now().timestamp():.6f}")


def _shown(work: Work, code: str) -> list[str] | str:
    """Return what the clients will read, once each wording; or why nothing can be done."""
    from bot.services.care import pausing_for

    therapist = therapist_of(work.tx, code)
    if isinstance(therapist, str):
        return therapist
    texts: dict[str, list[str]] = {}
    for care in pausing_for.to_hold(work, therapist):
        texts.setdefault(pausing_for.said_of_hold(work, care), []).append(care.client_code)
    return [line for text, codes in texts.items() for line in (", ".join(codes) + ":", text, "")]


def _hold(work: Work, code: str) -> int:
    from bot.cli.authoring.login import who
    from bot.services.care import pausing_for

    therapist = therapist_of(work.tx, code)
    return 0 if isinstance(therapist, str) else len(pausing_for.hold(work, therapist, who()))
