"""``interlude people name``: what a therapist is called, and in which German cases."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.surroundings import refuse, settings_or_exit, with_store, work_in
from bot.config import Settings
from storage.store import Store, Tx


@click.command("name", short_help="Change what a therapist is called, or add a German case.")
@click.argument("code")
@click.option("--name", help='As clients read it, such as "Dr. Weber".')
@click.option("--dative", help='In the German dative (bei ...): "Herrn Weber"; "" takes it away.')
@click.option(
    "--accusative", help='In the German accusative (für ...): "Herrn Weber"; "" takes it away.'
)
@click.pass_obj
def name_(
    config: Path | None, code: str, name: str | None, dative: str | None, accusative: str | None
) -> None:
    """Change what the therapist with this CODE is called. What is not given stays; but the cases of
    an earlier name go with it, unless they are given anew.
    """
    settings = settings_or_exit(config)
    new = [None if each is None else " ".join(each.split()) for each in (name, dative, accusative)]
    if new == [None, None, None]:
        refuse(["nothing was given to change; give --name, --dative or --accusative"])
    if new[0] == "":
        refuse(["--name: a therapist needs a name; give it as clients are to read it"])
    shown = code.strip().upper()

    async def work(store: Store) -> tuple[str, str]:
        return await store.write(lambda tx: _rename(settings, tx, shown, *new))

    problem, called = with_store(settings, work)
    if problem:
        refuse([problem])
    click.echo(called)


def _rename(
    settings: Settings,
    tx: Tx,
    code: str,
    name: str | None,
    dative: str | None,
    accusative: str | None,
) -> tuple[str, str]:
    """Say what is wrong, or what the therapist is called now."""
    from bot.services.care.invitations import rename_therapist
    from storage import people

    person = people.find_by_code(tx, code)
    if person is None:
        return f"{code}: there is nobody with this code; `interlude people list` shows them", ""
    if person.role != "therapist":
        advice = "clients go by the alias that their therapist chose; give a therapist's code"
        return f"{code}: this is a client, and {advice}", ""
    before = people.name_of(tx, person.id)
    if name is not None and name != before.name:
        before = people.Name(name)
    new = people.Name(
        before.name,
        before.dative if dative is None else dative,
        before.accusative if accusative is None else accusative,
    )
    work = work_in(settings, tx)
    rename_therapist(work, person, new)
    return "", f"{person.code} is called {with_cases(new.name, new.dative, new.accusative)} now."


def with_cases(name: str, dative: str, accusative: str) -> str:
    """The name, and behind it the German cases that were told."""
    told = (("dative", dative), ("accusative", accusative))
    cases = ", ".join(f"{case}: {said}" for case, said in told if said)
    return f"{name} ({cases})" if cases else name
