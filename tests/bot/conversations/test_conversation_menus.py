"""Chats with a command menu of their own have the present one, in each language."""

from __future__ import annotations

import sqlalchemy as sa

from bot.sandbox import Person
from bot.services.arriving import menus
from bot.services.work.unit_of_work import Work
from storage.store import Tx
from tests.bot.conversations.test_conversation_new_phone import moved
from tests.support.house import House


def shown(house: House, person: Person) -> dict[str, str]:
    """The commands that the person's own menu shows, with what each does; empty without one."""
    for (scope, _), commands in house.sandbox.world.account().commands.items():
        if str(person.chat_id) in scope:
            return {str(each["command"]): str(each["description"]) for each in commands}
    return {}


async def start_anew(house: House) -> None:
    """The bot of the next version looks once after the menus."""
    now = house.clock.now()

    def work(tx: Tx) -> Work:
        return Work(tx, house.app.practice, now, f"menus@{now.timestamp()}")

    old = await house.app.store.read(lambda tx: menus.list_old(work(tx)))
    await house.app.store.write(lambda tx: menus.renew(work(tx), old))
    await house.settle()


async def test_a_therapist_of_before_gets_the_menu_at_the_next_start(house: House) -> None:
    weber = await house.therapist()
    house.sandbox.world.account().commands.clear()
    await house.app.store.write(  # as a version before this one had left it
        lambda tx: tx.conn.execute(sa.text("UPDATE people SET menu_mark = NULL"))
    )
    await start_anew(house)
    assert "clients" in shown(house, weber)
    calls = house.sandbox.calls["setMyCommands"]
    await start_anew(house)
    assert house.sandbox.calls["setMyCommands"] == calls


async def test_the_menu_of_an_admin_alone_has_what_only_they_may_ask(house: House) -> None:
    weber, keller = await house.admin(), await house.therapist("Dr. Keller")
    await start_anew(house)
    assert "status" in shown(house, weber) and "clients" in shown(house, keller)
    assert "status" not in shown(house, keller)


async def test_a_client_who_changes_language_has_a_menu_in_it(house: House) -> None:
    weber = await house.therapist()
    client, other = await house.client(weber), await house.client(weber, "C.D.")
    await house.say(client, "/language")
    await house.tap(client, "Deutsch, Sie")
    assert shown(house, client)["pause"].startswith("Eine Zeit lang keine")
    await house.say(client, "/language")
    await house.tap(client, "English")
    assert shown(house, client)["pause"] == "No check-ins for a while"
    assert shown(house, other) == {}
    house.sandbox.world.account().commands.clear()
    await house.say(client, "/help")
    assert shown(house, client) == {}


async def test_a_client_who_moves_takes_the_menu_along(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/language")
    await house.tap(client, "Deutsch, Sie")
    assert shown(house, await moved(house, weber))["pause"].startswith("Eine Zeit lang keine")
