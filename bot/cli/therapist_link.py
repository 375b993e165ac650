"""The link by which a therapist comes in: made, and shown as text and as a picture to scan.

Used by ``interlude init`` for the first therapist and by ``people invite-therapist``.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import work_in
from bot.config import Settings
from flows.languages import Language
from storage.store import Store, Tx

if TYPE_CHECKING:
    from storage.people import Name

ADMIN_HEARS = "told in their chat when the machine needs a hand"
BLACK_AND_WHITE, PLAIN = "\033[97;40m", "\033[0m"
"""White on black whatever the terminal's own colours are: a camera reads no picture in reverse."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A therapist who has a link."""

    code: str
    link: str
    until: str
    """In words, by the therapist's own clock."""
    is_admin: bool


def named(name: str, dative: str, accusative: str) -> Name:
    """A name as it was typed, in its cases; no space counts but one between two words."""
    from storage.people import Name

    return Name(*(" ".join(each.split()) for each in (name, dative, accusative)))


async def invite(
    settings: Settings,
    store: Store,
    name: Name,
    *,
    language: Language,
    zone_name: str,
    username: str,
) -> Invited:
    """A new therapist and their link; the first one of a practice is its admin."""
    from bot.services.alarms import admins
    from bot.services.care.invitations import invite_therapist
    from flows.schedule.zones import zone

    def decide(tx: Tx) -> Invited:
        work = work_in(settings, tx, username=username)
        person, link, until = invite_therapist(
            work, name=name, language=language, zone_name=zone_name
        )
        at = until.astimezone(zone(zone_name)).strftime("%Y-%m-%d %H:%M %Z")
        return Invited(person.code, link, at, admins.name_the_first(work, person))

    return await store.write(decide)


def show(invited: Invited) -> None:
    """The link is on the screen; at a terminal that can draw it, as a picture, too."""
    code = invited.code
    click.echo(f"{code}: open this link in Telegram before {invited.until}. It works once.")
    click.echo(invited.link)
    if sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf"):
        click.echo(f"\n{to_scan(invited.link)}", color=True)
    if invited.is_admin:
        click.echo(f"{code} is admin, too, as the first one here: {ADMIN_HEARS}.")
        click.echo("To name somebody else: interlude people admin CODE")


def to_scan(link: str) -> str:
    """The link as a QR code of half blocks, two dots a character, with its white border."""
    import segno

    drawn = io.StringIO()
    segno.make_qr(link, error="l").terminal(drawn, compact=True)
    return "\n".join(f"{BLACK_AND_WHITE}{line}{PLAIN}" for line in drawn.getvalue().splitlines())
