"""A phone is lost: the old chat is a stranger's at once, a link brings the same person to another,
and nothing of what was on its way to the old one is said in the new.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox import Person
from bot.services.own_data import lost_phone
from bot.services.own_data.lost_phone import CutOff, Link
from bot.services.work.unit_of_work import Work
from storage import people
from storage.store import Tx
from tests.support.house import House, texts, token_in
from tests.support.on_call import FIRST, HARD, WEBER, code_of, digest_of, people_in, rows_of

PRIVATE = "This is a private bot"


async def command(house: House, code: str, what: str) -> CutOff | Link | str:
    """As ``interlude people unbind`` and ``rebind`` do it, in a process beside the bot."""

    def decide(tx: Tx) -> CutOff | Link | str:
        person = people.find_by_code(tx, code)
        assert person is not None
        work = Work(tx, house.app.practice, house.clock.now(), f"{what}@{house.clock.now()}")
        return (lost_phone.cut_off if what == "unbind" else lost_phone.bind_anew)(work, person)

    return await house.app.store.write(decide)


async def is_known(house: House, person: Person) -> bool:
    return await house.app.store.read(
        lambda tx: people.find_by_chat(tx, person.chat_id) is not None
    )


async def link_to(house: House, code: str) -> str:
    made = await command(house, code, "rebind")
    assert isinstance(made, Link)
    return token_in(made.url)


async def joined(house: House, token: str, name: str = "Dr. Weber") -> Person:
    new = house.stranger(name)
    new.start(token)
    await house.settle()
    return new


async def test_a_therapist_goes_on_in_a_new_chat_with_all_that_is_theirs(house: House) -> None:
    weber = await house.admin()
    client = await house.client(weber, "A.B.")
    code = await code_of(house, weber)
    assert await command(house, code, "unbind") == CutOff(True, 0)
    for words in ("/digest", "/client A.B.", "/status", "anything"):
        assert not [text for text in await house.say(weber, words) if "A.B." in text]
    assert any(PRIVATE in text for text in texts(weber.heard()))
    mark = weber.mark
    await house.say(client, "/topic my sister")
    token = await link_to(house, code)
    new = await joined(house, token)
    assert await code_of(house, new) == code
    assert "A.B." in "\n".join(await house.say(new, "/clients"))
    assert "my sister" in await digest_of(house, new)
    assert (await house.stored(new)).admin_since is not None
    assert not [text for text in texts(weber.heard(mark)) if "A.B." in text]
    await house.say(weber, f"/start {token}")
    assert not await is_known(house, weber)


async def test_the_old_phone_can_neither_tap_nor_open_the_link(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await house.say(weber, "/client A.B.")
    code = await code_of(house, weber)
    first, second = await link_to(house, code), await link_to(house, code)
    assert not [text for text in await house.tap(weber, "The last days") if "A.B." in text]
    late = await joined(house, first)
    assert not await is_known(house, late) and not await is_known(house, weber)
    new = await joined(house, second)
    assert await code_of(house, new) == code
    third = await link_to(house, code)
    await command(house, code, "unbind")
    assert not await is_known(house, await joined(house, third, "Thief"))
    before = await house.everything()
    await joined(house, second, "Thief")
    assert (await house.everything())["chats"] == before["chats"]


async def test_whatever_waits_for_the_old_chat_is_dropped_and_never_said_in_the_new(
    house: House,
) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    code = await code_of(house, weber)
    weber.say("/client A.B.")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    mark = weber.mark
    dropped = await command(house, code, "unbind")
    assert isinstance(dropped, CutOff) and dropped.dropped >= 1
    new = await joined(house, await link_to(house, code))
    assert not texts(weber.heard(mark))
    assert not [text for text in texts(new.heard()) if "A.B." in text]


async def test_words_in_a_burst_with_the_cutting_off_do_nothing(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    code = await code_of(house, weber)
    weber.say("/invite C.D.")
    await house.app.receiver.tick()
    await command(house, code, "unbind")
    await house.settle()
    assert await house.rows("SELECT count(*) FROM cares") == [(1,)]


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_client_s_new_chat_shows_nothing_until_the_therapist_has_heard_the_word(
    house: House, language: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    other = await house.client(weber, "C.D.")
    await house.say(client, "/topic a kind word from my sister")
    code = await code_of(house, client)
    mark = weber.mark
    await command(house, code, "unbind")
    await house.settle()
    assert any("A.B." in text and "do not arrive" in text for text in texts(weber.heard(mark)))
    made = await command(house, code, "rebind")
    assert isinstance(made, Link) and made.awaits_word
    new = await joined(house, token_in(made.url), "A.B.")
    assert "sister" not in "\n".join([*texts(new.heard()), *await house.say(new, "/mydata")])
    await house.tap(weber, "I have heard the word")
    assert (await house.stored(new)).code == code
    assert (await house.stored(other)).code != code
    assert (await house.stored(new)).unreachable_at is None


async def test_no_link_is_made_for_who_never_came_or_is_over(house: House) -> None:
    weber = await house.therapist()
    await house.invite(weber, "N.N.")
    ((invited,),) = await house.rows("SELECT code FROM people WHERE role = 'client'")
    assert await command(house, str(invited), "rebind") == "not_here_yet"
    client = await house.client(weber, "A.B.")
    code = await code_of(house, client)
    await house.say(client, "/stop")
    await house.tap(client, client.labels[0][0])
    assert await command(house, code, "rebind") == "over"
    assert await code_of(house, client) == code, "nothing was cut off for nothing"


async def test_an_alert_goes_to_the_next_in_line_while_a_chat_is_cut_off(
    open_practice: Callable[..., Awaitable[House]],
) -> None:
    house = await open_practice(then=[FIRST])
    practice = await people_in(house, colleagues=1)
    await command(house, WEBER, "unbind")
    mark = practice.weber.mark
    await house.say(practice.client, HARD["en"])
    told = [code for what, code in await rows_of(house) if what in ("alerted", "told")]
    assert FIRST in told and WEBER not in told, await rows_of(house)
    assert not texts(practice.weber.heard(mark))


async def test_an_alert_that_lies_in_the_chat_goes_on_when_it_is_cut_off(
    open_practice: Callable[..., Awaitable[House]],
) -> None:
    house = await open_practice(then=[FIRST])
    practice = await people_in(house, colleagues=1)
    await house.say(practice.client, HARD["en"])
    (colleague,) = practice.colleagues
    mark = colleague.mark
    await command(house, WEBER, "unbind")
    await house.settle()
    assert texts(colleague.heard(mark)), "the next in line is told at once, not in half an hour"


async def cut_off_after(house: House, client: Person, *words: str) -> None:
    """The bot has received the words, and before it acts on them the chat is cut off."""
    for each in words:
        client.say(each)
    await house.app.receiver.tick()
    await command(house, await code_of(house, client), "unbind")
    await house.settle()


async def test_what_a_client_wrote_before_the_cut_still_counts_and_is_answered_nowhere(
    house: House,
) -> None:
    weber = await house.therapist()
    client, other = await house.client(weber, "A.B."), await house.client(weber, "C.D.")
    code, mark = await code_of(house, client), client.mark
    await cut_off_after(house, client, "/topic my sister", "/topic the flat")
    assert not texts(client.heard(mark))
    told = await digest_of(house, weber)
    assert "my sister" in told and "the flat" in told
    await house.say(client, "/topic written by a thief")
    assert "thief" not in await digest_of(house, weber)
    assert (await house.stored(other)).code != code


async def test_hard_words_from_before_the_cut_reach_people_and_bring_the_card_to_the_new_chat(
    open_practice: Callable[..., Awaitable[House]],
) -> None:
    house = await open_practice(then=[FIRST])
    practice = await people_in(house, colleagues=1)
    code, mark = await code_of(house, practice.client), practice.client.mark
    heard = practice.weber.mark
    await cut_off_after(house, practice.client, HARD["en"])
    assert not texts(practice.client.heard(mark))
    assert "alerted" in [what for what, _ in await rows_of(house)]
    assert len(texts(practice.weber.heard(heard))) == 2, "the words, and the chat"
    made = await command(house, code, "rebind")
    assert isinstance(made, Link)
    new = await joined(house, token_in(made.url), "A.B.")
    shown = texts(new.heard())
    assert any("112" in text for text in shown)
    assert HARD["en"] not in "".join(shown)


async def test_a_new_chat_shows_no_card_where_nothing_hard_was_written(house: House) -> None:
    weber = await house.therapist()
    client, other = await house.client(weber, "A.B."), await house.client(weber, "C.D.")
    await house.say(other, HARD["en"])
    made = await command(house, await code_of(house, client), "rebind")
    assert isinstance(made, Link)
    new = await joined(house, token_in(made.url), "A.B.")
    assert not any("112" in text for text in texts(new.heard()))
