"""``interlude run``: the bot itself, until it is asked to stop."""

from __future__ import annotations

import asyncio
import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.no_core_dump import forbid_core_dumps
from bot.cli.stop_signals import stop_on_signals
from bot.cli.surroundings import (
    CLOCK,
    needs_or_exit,
    refuse,
    run_or_exit,
    settings_or_exit,
    sqlite_file,
)
from bot.config import (
    ConfigProblem,
    Settings,
    crisis_remarks,
    exposed_secrets,
    needs_for_run,
)
from bot.config.mistakes import nearest
from bot.config.origins import choose_file

if TYPE_CHECKING:
    from bot.app import App
    from storage.errors import Displaced
    from storage.store import Store

REFUSED = (
    "telegram.token: Telegram does not know this token; copy it again from @BotFather, "
    "or make a new one there with /token"
)

AS_ROOT = (
    "This runs as root, which it need not: as a user of its own it can do less harm "
    "(docs/small-server.md)"
)
OUTDATED = (
    "a newer version of Interlude has brought the database up to date while this one ran, so this "
    "one stopped; nothing is lost: start the newer version here, too"
)
SAVED = ".saved-"
"""Between the name of a database that lost its place and the time in the name of its copy."""
SAVE_AGAIN_SECONDS = 60.0
"""Between two tries to save a database that has lost its place."""
NO_FILE_HERE = ConfigProblem(
    "config.toml",
    "there is none in this folder",
    "go to the folder that holds yours, name it with --config, or let `interlude init` make one",
)


@click.command()
@click.pass_obj
def run(config: Path | None) -> None:
    """Run the bot until it is stopped, for example with Ctrl-C; nothing it took in is lost."""
    forbid_core_dumps()
    settings = settings_or_exit(config)
    missing = needs_for_run(settings)
    file = choose_file(config, os.environ)
    if missing and file is None:
        missing = (NO_FILE_HERE, *missing)
    needs_or_exit(missing)
    for line in exposed_secrets(settings, file):
        click.echo(str(line), err=True)
    if not run_or_exit(_run(settings)):
        refuse([REFUSED])


async def _run(settings: Settings) -> bool:
    """False where Telegram does not know the token."""
    from bot.cli.alone import alone
    from storage.migrate import ensure_there, upgrade

    stop = asyncio.Event()
    stop_on_signals(stop)
    await ensure_there(settings.database.url)
    refuse_while_saved(settings)
    with alone(settings):
        await upgrade(settings.database.url)
        return await _keep_trying(settings, stop)


def refuse_while_saved(settings: Settings) -> None:
    """Started again by itself, the bot must not go on with a file that took the place of the one
    whose words are in the copy: a person says which of them it is.
    """
    path = settings.database.file
    if path is None:
        return
    beside = path.parent.glob(f"{glob.escape(path.name)}{SAVED}*")
    saved = sorted(each for each in beside if not each.name.endswith(("-wal", "-shm")))
    if saved:
        refuse(
            [
                f"{saved[-1]} holds what was taken in when {path} was replaced; rename it to "
                f"{path}, or move it elsewhere if the file that is there now was put there on "
                "purpose"
            ]
        )


async def _keep_trying(settings: Settings, stop: asyncio.Event) -> bool:
    """Connect and work until ``stop``, however long Telegram is away at first."""
    import structlog

    from bot.app import NoDoorError, TelegramAwayError, TokenRefusedError, open_app
    from bot.ids import SystemIds
    from bot.running import Runner
    from bot.starter import Starter
    from bot.workers.supervise import is_told, pause_after

    starter = Starter.of(os.environ)
    log = structlog.get_logger(__name__)
    failures = 0
    while not stop.is_set():
        try:
            async with open_app(settings, clock=CLOCK, ids=SystemIds()) as app:
                for remark in _remarks(settings) if not failures else ():
                    click.echo(remark, err=True)
                unknown = await unknown_flows(app)
                if unknown:
                    refuse(unknown)
                await Runner(app, CLOCK, stop, starter).run()
                if app.place.is_outdated:
                    refuse([OUTDATED])
                if not app.store.is_in_place():
                    raise await _saved(app.store, settings)
        except TokenRefusedError:
            return False
        except NoDoorError as error:
            refuse([no_door(settings, str(error))])
        except TelegramAwayError as error:
            starter.ready()  # it has started, and tries for as long as it takes
            starter.works()
            failures += 1
            if is_told(failures):
                log.warning("telegram_away", error=str(error), failures=failures)
            await CLOCK.wait(stop, pause_after(failures))
    return True


def no_door(settings: Settings, why: str) -> ConfigProblem:
    """Without it nothing that people write could come in."""
    webhook = settings.webhook
    what = f"the bot cannot listen at {webhook.host}, port {webhook.port} ({why})"
    advice = "choose a port that no other program has, and tell your reverse proxy of it"
    return ConfigProblem("webhook.port", what, advice)


def _remarks(settings: Settings) -> list[str]:
    """Say what is no hindrance but worth a look, once the bot is connected."""
    remarks = [str(remark) for remark in crisis_remarks(settings.practice)]
    return [*remarks, AS_ROOT] if os.geteuid() == 0 else remarks


async def _saved(store: Store, settings: Settings) -> Displaced:
    """Save what the file without a place holds beside its old place; the refusal to end with.

    While there is no room for the copy the process stays, for the file goes with it; asked to stop
    once more, it ends.
    """
    import structlog

    from storage.errors import Displaced

    path = sqlite_file(settings)
    copy = path.with_name(f"{path.name}{SAVED}{CLOCK.now():%Y%m%dT%H%M%S}")
    again = asyncio.Event()
    stop_on_signals(again)
    what = f"the database file {path} was replaced or removed while the bot ran, so it stopped"
    while not again.is_set():
        try:
            await store.copy_to(copy)
        except OSError as error:
            advice = f"make room; until then the file is open as one of /proc/{os.getpid()}/fd"
            structlog.get_logger(__name__).error(
                "database_not_saved", why=error.strerror, advice=advice
            )
            await CLOCK.wait(again, SAVE_AGAIN_SECONDS)
        else:
            return Displaced(
                f"{what}; all that it held is saved in {copy}: rename that to {path} and start "
                "again, unless the file that is there now was put there on purpose"
            )
    return Displaced(f"{what}; what it held could not be saved and is gone")


async def unknown_flows(app: App) -> list[ConfigProblem]:
    """Flows that the settings give to new clients, but that nobody has published."""
    flows = await app.store.read(app.practice.shelf.list_current)
    known = [flow.id for flow in flows]
    return [
        ConfigProblem(
            "flows.default",
            f"there is no published flow {name}",
            f"did you mean {near}?" if (near := nearest(name, known)) else "publish it first",
        )
        for name in app.settings.flows.default
        if name not in known
    ]
