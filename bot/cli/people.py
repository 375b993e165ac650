"""``interlude people``: who is there, and the link that brings a therapist in."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli import therapist_link
from bot.cli.binding import rebind, unbind
from bot.cli.enrolling import enrol, unenrol
from bot.cli.handing_over import handover
from bot.cli.naming_admins import admin
from bot.cli.naming_supervisors import end_supervision, invite_supervisor, lines_of_supervisors
from bot.cli.pausing_all import hold
from bot.cli.renaming import name_, with_cases
from bot.cli.surroundings import (
    needs_or_exit,
    refuse,
    settings_or_exit,
    username_or_exit,
    with_store,
    work_in,
)
from bot.config import ConfigProblem, Settings
from flows.languages import Language, tongues
from storage.store import Store, Tx


@click.group()
def people() -> None:
    """See who is there, invite therapists, put clients into flows."""


people.add_command(enrol)
people.add_command(unenrol)
people.add_command(unbind)
people.add_command(rebind)
people.add_command(name_)
people.add_command(handover)
people.add_command(hold)
people.add_command(invite_supervisor)
people.add_command(end_supervision)
people.add_command(admin)


@people.command("list", short_help="List therapists and their clients, by code.")
@click.pass_obj
def list_(config: Path | None) -> None:
    """List therapists and supervisors by name, and clients by code: neither names nor aliases of
    clients.
    """
    settings = settings_or_exit(config)

    async def work(store: Store) -> list[str]:
        return await store.read(_lines)

    for line in with_store(settings, work):
        click.echo(line)


def _lines(tx: Tx) -> list[str]:
    from storage import cares
    from storage import people as stored

    lines = []
    for therapist in stored.list_therapists(tx):
        known = "connected" if stored.chat_of(tx, therapist.id) else "link not used yet"
        known += "" if therapist.admin_since is None else "  admin"
        called = stored.name_of(tx, therapist.id)
        name = with_cases(called.name, called.dative, called.accusative)
        lines.append(f"{therapist.code}  therapist  {name}  {therapist.zone}  {known}")
        lines.extend(
            f"  {care.client_code}  client  {care.language}  {care.state}"
            for care in cares.list_for_therapist(tx, therapist.id, states=cares.STATES)
        )
    lines.extend(lines_of_supervisors(tx))
    return lines or ["Nobody is here yet. Begin with: interlude people invite-therapist --name ..."]


@people.command("invite-therapist", short_help="Make the link for a therapist.")
@click.option("--name", required=True, help='As clients read it, such as "Dr. Weber".')
@click.option("--dative", default="", help='In the German dative (bei ...): "Herrn Weber".')
@click.option("--accusative", default="", help='In the German accusative (für ...): "Herrn Weber".')
@click.option(
    "--language",
    type=click.Choice([tongue.plain for tongue in tongues()]),
    help="What the bot speaks to them.",
)
@click.option("--zone", help="Their IANA time zone, such as Europe/Berlin.")
@click.pass_obj
def invite_therapist(
    config: Path | None,
    name: str,
    dative: str,
    accusative: str,
    language: Language | None,
    zone: str | None,
) -> None:
    """Make a link that a therapist opens once in Telegram to connect."""
    settings = settings_or_exit(config)
    if not settings.telegram.token.get_secret_value():
        advice = "ask @BotFather for one, the link is made of the bot's name"
        needs_or_exit((ConfigProblem("telegram.token", "there is no bot token", advice),))
    zone_name = _zone_or_exit(zone or settings.practice.zone)
    called = therapist_link.named(name, dative, accusative)

    async def work(store: Store) -> therapist_link.Invited:
        return await therapist_link.invite(
            settings,
            store,
            called,
            language=language or settings.practice.language,
            zone_name=zone_name,
            username=await username_or_exit(settings),
        )

    therapist_link.show(with_store(settings, work))


@people.command("zone", short_help="Change the time zone of a person.")
@click.argument("code")
@click.argument("zone")
@click.pass_obj
def zone_(config: Path | None, code: str, zone: str) -> None:
    """Change the time zone of the person with this CODE to ZONE, such as Europe/Lisbon. What is
    planned for a client moves with it.
    """
    settings = settings_or_exit(config)
    name = _zone_or_exit(zone, "ZONE")

    async def work(store: Store) -> bool:
        return await store.write(lambda tx: _move(settings, tx, code.strip().upper(), name))

    if not with_store(settings, work):
        refuse([f"{code}: there is nobody with this code; `interlude people list` shows them"])
    click.echo(f"{code.strip().upper()} lives by the clock of {name} now.")


def _move(settings: Settings, tx: Tx, code: str, zone_name: str) -> bool:
    from bot.services.planning.plans import change_zone
    from storage import people as stored

    person = stored.find_by_code(tx, code)
    if person is not None:
        change_zone(work_in(settings, tx), person, zone_name)
    return person is not None


def _zone_or_exit(name: str, where: str = "--zone") -> str:
    from flows.schedule.zones import UnknownZoneError, zone

    try:
        return zone(name).key
    except UnknownZoneError as error:
        refuse([f"{where}: {error}"])
