"""``interlude people unbind`` and ``rebind``: somebody's phone was lost.

Registered in ``bot.cli.people``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli.surroundings import (
    CLOCK,
    refuse,
    settings_or_exit,
    username_or_exit,
    with_store,
    work_in,
)
from bot.config import Settings

if TYPE_CHECKING:
    from bot.services.own_data.lost_phone import CutOff, WhyNot
    from bot.services.work.unit_of_work import Work
    from storage.people import Person
    from storage.store import Store, Tx

T = TypeVar("T")
WHY_NOT: dict[WhyNot, str] = {
    "not_here_yet": "has not agreed to anything yet; the therapist makes a new link in the chat",
    "over": "takes part with nobody any more, so there is nothing to connect",
}
OLD_CHAT = (
    "What stands in the old chat stays readable on the lost phone: end its Telegram session, in "
    "Telegram on another device under Settings, Devices. Who has the same Telegram account on a "
    "new phone needs no new link, unless the chat was cut off."
)


@click.command("unbind", short_help="Cut off the chat of somebody whose phone is lost.")
@click.argument("code")
@click.pass_obj
def unbind(config: Path | None, code: str) -> None:
    """Cut off the chat of the person with this CODE at once: nothing is sent there any more, and
    whoever writes there is a stranger. `interlude people rebind` brings the person back.
    """
    from bot.services.own_data import lost_phone

    settings = settings_or_exit(config)
    done = _of(settings, code, lost_phone.cut_off)
    click.echo(_told(code, done))
    click.echo(OLD_CHAT)


@click.command("rebind", short_help="Make the link to a new chat, for the same person.")
@click.argument("code")
@click.pass_obj
def rebind(config: Path | None, code: str) -> None:
    """Make a link that binds another chat to the person with this CODE, with all that is theirs.
    The chat of before is cut off. Hand the link over in person: whoever opens it first has it.
    """
    from bot.services.own_data import lost_phone
    from flows.schedule.zones import zone

    settings = settings_or_exit(config)
    link = _of(settings, code, lost_phone.bind_anew, with_name=True)
    if isinstance(link, str):
        refuse([f"{code.strip().upper()} {WHY_NOT[link]}"])
    until = f"{link.until.astimezone(zone(settings.practice.zone)):%Y-%m-%d %H:%M %Z}"
    click.echo(f"{code.strip().upper()}: open this link in Telegram before {until}. It works once.")
    click.echo(link.url)
    if link.awaits_word:
        click.echo(
            "Until the therapist has heard the word that both are told, nothing of before is shown."
        )
    click.echo(OLD_CHAT)


def _of(
    settings: Settings, code: str, do: Callable[[Work, Person], T], *, with_name: bool = False
) -> T:
    """Do it for the person with this code; where there is nobody, the command ends with 2."""
    from storage import people

    async def work(store: Store) -> T | None:
        username = await username_or_exit(settings) if with_name else ""

        def decide(tx: Tx) -> T | None:
            person = people.find_by_code(tx, code)
            if person is None:
                return None
            origin = f"lost_phone@{CLOCK.now().timestamp():.6f}"
            return do(work_in(settings, tx, username=username, origin=origin), person)

        return await store.write(decide)

    done = with_store(settings, work)
    if done is None:
        refuse([f"{code}: there is nobody with this code; `interlude people list` shows them"])
    return done


def _told(code: str, done: CutOff) -> str:
    named = code.strip().upper()
    if not done.had_chat:
        return f"{named} had no chat here; links that were made for them are good no more."
    waited = f", {done.dropped} that waited are dropped" if done.dropped else ""
    return f"{named} is cut off: nothing more is sent to that chat{waited}."
