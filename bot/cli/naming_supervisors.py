"""``interlude people invite-supervisor`` and ``end-supervision``: who may look at whose caseload.

Naming somebody shows them nothing: the therapist confirms it in the chat, and each client is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import (
    needs_or_exit,
    refuse,
    settings_or_exit,
    username_or_exit,
    with_store,
    work_in,
)
from bot.config import ConfigProblem
from flows.languages import Language, tongues
from storage.store import Store, Tx

if TYPE_CHECKING:
    from bot.services.work.unit_of_work import Work
    from storage.people import Person

WHY_NOT = {
    "themself": "nobody supervises themself; leave this --for out",
    "has_one": "is supervised already; first `interlude people end-supervision`",
}


@click.command("invite-supervisor", short_help="Name a supervisor; make their link.")
@click.option("--name", default="", help='As therapists and clients read it: "Prof. Adler".')
@click.option("--person", "known", help="The code of somebody who is here already, instead.")
@click.option("--for", "therapists", multiple=True, required=True, help="A therapist's code.")
@click.option(
    "--language",
    type=click.Choice([tongue.plain for tongue in tongues()]),
    help="What the bot speaks to them.",
)
@click.pass_obj
def invite_supervisor(
    config: Path | None,
    name: str,
    known: str | None,
    therapists: tuple[str, ...],
    language: Language | None,
) -> None:
    """Name a supervisor for one or more therapists. --name makes a link that they open once in
    Telegram; --person CODE names a therapist or supervisor who is here. Each therapist is asked to
    confirm it as soon as the supervisor is here, and nothing is shown before that.
    """
    settings = settings_or_exit(config)
    called = " ".join(name.split())
    if bool(called) is bool(known):
        refuse(["give either --name for somebody new or --person for somebody who is here"])
    if settings.practice.supervision != "on":
        advice = 'set it to "on", so that clients are asked'
        needs_or_exit((ConfigProblem("practice.supervision", "it is off", advice),))
    if called and not settings.telegram.token.get_secret_value():
        advice = "ask @BotFather for one, the link is made of the bot's name"
        needs_or_exit((ConfigProblem("telegram.token", "there is no bot token", advice),))

    async def work(store: Store) -> list[str] | tuple[str, ...]:
        username = await username_or_exit(settings) if called else ""
        wanted = tuple(dict.fromkeys(each.strip().upper() for each in therapists))
        return await store.write(
            lambda tx: _name(
                work_in(settings, tx, username=username), called, known, wanted, language
            )
        )

    said = with_store(settings, work)
    if isinstance(said, list):
        refuse(said)
    for line in said:
        click.echo(line)


def _name(
    work: Work,
    called: str,
    known: str | None,
    wanted: tuple[str, ...],
    language: Language | None,
) -> list[str] | tuple[str, ...]:
    """Name the supervisor for all of them, or for none: a list of what stands in the way."""
    from bot.services.care.invitations import invite_supervisor as invite
    from bot.services.supervising import grants
    from flows.schedule.zones import zone
    from storage import people
    from storage.people import Name

    supervisor = None if known is None else people.find_by_code(work.tx, known)
    if known is not None and (supervisor is None or supervisor.role == "client"):
        return [f"{known}: there is no therapist or supervisor with this code"]
    problems, found = _therapists(work, supervisor, wanted)
    if problems:
        return problems
    said: tuple[str, ...] = ()
    if supervisor is None:
        settings = work.practice.settings.practice
        speaks = language or settings.language
        supervisor, link, until = invite(
            work, name=Name(called), language=speaks, zone_name=settings.zone
        )
        before = until.astimezone(zone(settings.zone)).strftime("%Y-%m-%d %H:%M %Z")
        opens = f"{supervisor.code}: open this link in Telegram before {before}. It works once."
        said = (opens, link)
    for therapist in found:
        grants.name(work, supervisor, therapist)
    codes = ", ".join(each.code for each in found)
    return (*said, f"{codes}: asked to confirm it as soon as {supervisor.code} is here.")


def _therapists(
    work: Work, supervisor: Person | None, wanted: tuple[str, ...]
) -> tuple[list[str], list[Person]]:
    """The therapists of these codes; or one line for each that cannot be given the supervisor."""
    from bot.services.supervising import grants
    from storage import people

    problems: list[str] = []
    found: list[Person] = []
    for code in wanted:
        therapist = people.find_by_code(work.tx, code)
        if therapist is None or therapist.role != "therapist":
            problems.append(f"{code}: there is no therapist with this code")
            continue
        why_not = grants.hindrance(work, supervisor, therapist)
        if why_not is not None:
            problems.append(f"{code}: {WHY_NOT[why_not]}")
        found.append(therapist)
    return problems, found


@click.command("end-supervision", short_help="End what a supervisor may look at.")
@click.argument("code")
@click.option("--for", "therapist", help="For this therapist's code only; else for all.")
@click.pass_obj
def end_supervision(config: Path | None, code: str, therapist: str | None) -> None:
    """End the supervisions of the supervisor with this CODE at once. What clients agreed to for it
    ends with it; an unused link is dead.
    """
    settings = settings_or_exit(config)
    shown = code.strip().upper()

    async def work(store: Store) -> list[str]:
        return await store.write(lambda tx: _end(work_in(settings, tx), shown, therapist))

    ended = with_store(settings, work)
    if not ended:
        refuse([f"{shown}: supervises nobody such; `interlude people list` shows who does"])
    click.echo(f"{shown} is shown nothing any more of the caseload of {', '.join(ended)}.")


def _end(work: Work, code: str, therapist: str | None) -> list[str]:
    """End them; the codes of the therapists whose supervision has ended."""
    from bot.services.supervising import grants
    from storage import people, supervisions

    supervisor = people.find_by_code(work.tx, code)
    ended: list[str] = []
    for each in (
        () if supervisor is None else supervisions.list_of_supervisor(work.tx, supervisor.id)
    ):
        theirs = people.load(work.tx, each.therapist_id).code
        if therapist is None or theirs == therapist.strip().upper():
            grants.end(work, each, by="practice")
            ended.append(theirs)
    return ended


def lines_of_supervisors(tx: Tx) -> Iterator[str]:
    """One line for everybody who supervises, with whom, and whether that is confirmed."""
    from storage import people, supervisions

    for person in (*people.list_supervisors(tx), *people.list_therapists(tx)):
        given = supervisions.list_of_supervisor(tx, person.id)
        if person.role == "therapist" and not given:
            continue
        known = "connected" if people.chat_of(tx, person.id) else "link not used yet"
        yield f"{person.code}  supervisor  {people.name_of(tx, person.id).name}  {known}"
        for each in given:
            stands = "confirmed" if each.confirmed_at else "not confirmed yet"
            yield f"  {people.load(tx, each.therapist_id).code}  supervised  {stands}"
