"""The first therapist of a practice: asked for by name, and brought in by a link.

Used by ``interlude init``. Whoever is there already is not asked for again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli import therapist_link
from bot.cli.surroundings import with_store
from bot.config import Settings
from flows.languages import tongues
from storage.store import Store

if TYPE_CHECKING:
    from storage.people import Name

ASKS = "\nName of the first therapist, as clients read it, such as Dr. Weber (Enter: later)"


def asked() -> Name | None:
    """The name, in the cases that it has; None: later."""
    from storage.people import Name

    name = _typed(ASKS)
    if not name:
        return None
    if not any(tongue.declines(name) for tongue in tongues()):
        return Name(name)
    dative = _typed("  … in the dative, as in: bei Herrn Weber", name)
    return Name(name, dative, _typed("  … in the accusative, as in: für Herrn Weber", dative))


def invite(settings: Settings, name: Name, username: str) -> None:
    """The therapist is in the database, and the link is on the screen."""

    async def work(store: Store) -> therapist_link.Invited:
        practice = settings.practice
        return await therapist_link.invite(
            settings,
            store,
            name,
            language=practice.language,
            zone_name=practice.zone,
            username=username,
        )

    click.echo()
    therapist_link.show(with_store(settings, work))


def _typed(asks: str, default: str = "") -> str:
    answer: str = click.prompt(asks, default=default, show_default=bool(default))
    return " ".join(answer.split())
