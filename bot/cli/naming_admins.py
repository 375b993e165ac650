"""``interlude people admin``: who is told in the chat what ails the machine."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.surroundings import refuse, settings_or_exit, with_store, work_in
from bot.config import Settings
from storage.store import Store, Tx


@click.command("admin", short_help="Name who is told when the machine needs a hand.")
@click.argument("code")
@click.option("--end", is_flag=True, help="They are told no more.")
@click.pass_obj
def admin(config: Path | None, code: str, end: bool) -> None:
    """Let the therapist or supervisor with this CODE be admin: the bot tells them in their chat
    when the machine needs a hand, and /status shows them how it is. They see no client by it.
    """
    settings = settings_or_exit(config)
    shown = code.strip().upper()

    async def work(store: Store) -> tuple[bool, str]:
        return await store.write(lambda tx: _decide(settings, tx, shown, is_end=end))

    is_done, said = with_store(settings, work)
    if not is_done:
        refuse([said])
    click.echo(said)


def _decide(settings: Settings, tx: Tx, code: str, *, is_end: bool) -> tuple[bool, str]:
    """Return whether it was done, and what to say of it."""
    from bot.services.alarms import admins
    from storage import people

    person, work = people.find_by_code(tx, code), work_in(settings, tx)
    if person is None:
        return False, f"{code}: there is nobody with this code; `interlude people list` shows them"
    if is_end:
        was = admins.end(work, person)
        left = bool(people.list_admins(tx))
        rest = "" if left else "; nobody is now, and trouble stands in the log only"
        return True, f"{code} {'is admin no more' if was else 'was no admin'}{rest}."
    if not admins.name(work, person):
        return False, f"{code}: this is a client; give the code of a therapist or a supervisor"
    known = people.chat_of(tx, person.id) is not None
    rest = "" if known else " as soon as they have opened their link"
    return True, f"{code} is admin: told in their chat when the machine needs a hand{rest}."
