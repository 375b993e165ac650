"""``interlude people handover``: clients of a therapist who is gone are asked whether a colleague
may go on with them.

Registered in ``bot.cli.people``. It must never hand anybody over by itself: nobody who runs the bot
can say yes for a client.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.named_therapist import therapist_of
from bot.cli.surroundings import CLOCK, refuse, settings_or_exit, with_store, work_in
from bot.config import Settings
from storage.store import Store, Tx

if TYPE_CHECKING:
    from bot.services.work.unit_of_work import Work
    from storage.cares import Care
    from storage.people import Person

WHY: dict[str, str] = {
    "handover_not_yet": "has not agreed to anything yet",
    "handover_not_here": "does not take part",
    "handover_ending": "the therapy is ending",
    "handover_case": "a risk case is open; it has to be closed first (`interlude safety cases`)",
}
STANDS: dict[str, str] = {
    "proposed": "the colleague is asked whether there is room",
    "taken": "there is room; the client is asked as soon as it fits",
    "asked": "the client is asked",
    "agreed": "the client has said yes; a risk case has to be closed first",
}


@dataclass(frozen=True, slots=True)
class Stands:
    """The standing of one client."""

    client: str
    to: str
    state: str
    """``proposed``, ``taken``, ``asked`` or ``agreed``, or ``refused``."""
    said: str


@click.command("handover", short_help="Ask clients whether a colleague may go on.")
@click.option("--from", "from_", required=True, help="The code of the therapist so far.")
@click.option("--to", help="The code of the colleague; without it, say what is pending.")
@click.option("--client", help="The code of one client; without it, all who take part.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list for programs.")
@click.pass_obj
def handover(
    config: Path | None, from_: str, to: str | None, client: str | None, as_json: bool
) -> None:
    """Ask the clients of a therapist who is gone whether a colleague may go on with them: the
    colleague first, then each client in the chat. Without --to, say what is pending.
    """
    settings = settings_or_exit(config)

    async def work(store: Store) -> list[Stands] | str:
        if to is None:
            return await store.read(lambda tx: _pending(_work(settings, tx), from_))
        return await store.write(lambda tx: _propose(_work(settings, tx), from_, to, client))

    found = with_store(settings, work)
    if isinstance(found, str):
        refuse([found])
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found]))
        return
    for each in found:
        click.echo(f"{each.client}  to {each.to}  {each.said}")
    if not found:
        click.echo("Nothing is pending.")


def _work(settings: Settings, tx: Tx) -> Work:
    return work_in(settings, tx, origin=f"handover@{CLOCK.now().timestamp():.6f}")


def _pending(work: Work, from_: str) -> list[Stands] | str:
    from storage import cares, handovers, people

    therapist = therapist_of(work.tx, from_)
    if isinstance(therapist, str):
        return therapist
    return [
        Stands(
            cares.load(work.tx, each.care_id).client_code,
            people.load(work.tx, each.to_therapist_id).code,
            each.state,
            STANDS[each.state],
        )
        for each in handovers.list_open_of(work.tx, therapist.id)
        if cares.load(work.tx, each.care_id).state == "active"
    ]


def _propose(work: Work, from_: str, to: str, client: str | None) -> list[Stands] | str:
    """Return how it stands with each client, or a sentence that says why nothing was done."""
    from bot.cli.authoring.login import who
    from bot.services.handover import offering

    therapist, colleague = therapist_of(work.tx, from_), therapist_of(work.tx, to)
    if isinstance(therapist, str):
        return therapist
    if isinstance(colleague, str):
        return colleague
    if colleague.id == therapist.id:
        return f"{to}: that is the same therapist"
    if not offering.can_be_asked(work, colleague):
        return f"{to}: no message reaches this therapist; they have to open their link first"
    chosen = _chosen(work, therapist, client)
    if isinstance(chosen, str):
        return chosen
    made, stands = [], []
    for care in chosen:
        hindrance = offering.hindrance(work, care)
        new = offering.propose(work, care, colleague, by="practice", actor=who())
        if new is not None:
            made.append(new)
        stands.append(_stands(work, care, colleague, hindrance))
    offering.ask_for_room(work, therapist, colleague, made)
    return stands


def _chosen(work: Work, therapist: Person, client: str | None) -> list[Care] | str:
    from storage import cares

    if client is None:
        return cares.list_for_therapist(work.tx, therapist.id, states=("active",))
    care = cares.find_by_code(work.tx, client)
    if care is None or care.therapist_id != therapist.id:
        return f"{client}: this therapist has no client with this code"
    return [care]


def _stands(work: Work, care: Care, colleague: Person, hindrance: str | None) -> Stands:
    from storage import handovers, people

    if hindrance is not None:
        return Stands(care.client_code, colleague.code, "refused", f"not asked: {WHY[hindrance]}")
    pending = handovers.find_open(work.tx, care.id)
    if pending is None:
        raise ValueError("a handover that nothing hinders is open")
    to = people.load(work.tx, pending.to_therapist_id).code
    return Stands(care.client_code, to, pending.state, STANDS[pending.state])
