"""A client reads on which days their words were shown to anybody of the practice, by whatever way.

The table of entries is gone through whole: a new command or button that shows words is found here.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from bot.services.arriving.entries.for_therapists import FOR_THERAPISTS
from bot.services.own_data import readings
from bot.services.work.button_forms import FORMS, Name
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from storage import audit, cares
from tests.bot.conversations.test_conversation_digest import SUNDAY, WORDS, strained
from tests.support.cast import TABLES
from tests.support.house import House
from tests.support.on_call import HARD

DAY = timedelta(days=1)
LONG = "quince " * 60
"""Longer than a digest quotes."""
SAID = (WORDS, LONG.strip(), HARD["en"])
SHOW_WORDS: frozenset[str] = frozenset(
    {"/digest", "flag", "flags", "acknowledge", "take_back", "details", "read", "whole"}
    | {"card_days", "week", "rest", "one", "one_by_one", "pictures", "paper", "case", "case_mark"}
)
"""The things that a therapist can do in this story that show words of the client's in the chat."""
SURELY: frozenset[str] = frozenset(
    {"/digest", "flag", "acknowledge", "details", "whole", "one", "one_by_one", "rest", "case"}
)
"""Those of them that show words whatever was tapped before."""
SHOWN_ALREADY: frozenset[str] = frozenset({"flag", "flags", "one_by_one", "pictures"})
"""They show a kept digest again where it lies in the chat already, and nothing that is new."""
WORDS_OF: dict[Name, str] = {
    "acknowledge": "will_raise",
    "case_mark": "in_touch",
    "people_page": "card",
    "calendar": "yes",
    "session_mark": "held",
    "language": "en",
    "staff_language": "en",
    "leave_keep": "wait",
    "cover_say": "yes",
    "leave_digests": "deputy",
}
"""A code word for each button that carries one."""


async def told(house: House) -> tuple[Person, Person]:
    """A therapist, and a client who said something hard, something long, and that it was tense."""
    weber, client = await strained(house)
    await house.say(client, HARD["en"])
    assert client.last.startswith("Shall Dr. Weber get these words")
    await house.tap(client, client.labels[0][0])
    await house.travel(by=DAY)
    await house.say(client, f"/topic {LONG}")
    return weber, client


async def readings_so_far(house: House) -> int:
    """The number of times at which the audit trail or a digest has that somebody read."""
    (care_id,) = await house.app.store.read(cares.list_ids)

    def count(work: Work) -> int:
        care = cares.load(work.tx, care_id)
        since = care.created_at
        rows = audit.list_about(work.tx, care.client_code, since=since)
        return sum(readings.is_reading(row) for row in rows)

    (marked,) = await house.rows("SELECT count(*) FROM digest_sections WHERE read_at IS NOT NULL")
    return await house.work(count) + int(marked[0])


async def unread_again(house: House) -> None:
    """Nobody has read anything of a digest: only the first time is kept."""
    for table in ("digests", "digest_sections"):
        sql = f"UPDATE {table} SET read_at = NULL"
        await house.app.store.write(lambda tx, sql=sql: tx.conn.exec_driver_sql(sql).close())


def words_in(person: Person, mark: int) -> bool:
    """True where anything that the person was shown since then holds the client's words."""
    shown = "\n".join(entry.text for entry in person.heard(mark) if entry.text)
    return any(said[:100] in shown for said in SAID)


async def newest_ids(house: House) -> dict[str, int]:
    """The newest thing of each sort that a button may name; 1 where there is none."""
    found = {}
    for thing, table in TABLES.items():
        ((newest,),) = await house.rows(f"SELECT max(id) FROM {table}")
        found[thing] = newest or 1
    return found


def every_tap(ids: dict[str, int]) -> dict[str, str]:
    """The data of one button of each name that a therapist has."""
    made = {}
    for tap in FOR_THERAPISTS.taps:
        form = FORMS[tap.name]
        numbers = [ids.get(each, 0) for each in form.numbers]
        assert form.things <= ids.keys(), f"no {form.things - ids.keys()} in this story"
        word = WORDS_OF[tap.name] if form.has_word else ""
        made[tap.name] = data(tap.name, *numbers, word=word)
    return made


@pytest.mark.parametrize("is_draft", [False, True], ids=["kept digest", "draft"])
async def test_no_command_and_no_button_shows_words_without_a_reading(
    house: House, is_draft: bool
) -> None:
    weber, _ = await told(house)
    await house.travel(to=SUNDAY - DAY if is_draft else SUNDAY)
    await house.say(weber, "/note A.B. bring the form")
    ids = await newest_ids(house)
    taps = every_tap(ids | {"digest": 0} if is_draft else ids)
    commands = {f"/{each.name}": f"/{each.name}" for each in FOR_THERAPISTS.commands}
    showed = set()
    # what ends the care or its questions comes last: until then all of it is there to be shown
    order = sorted(
        taps,
        key=lambda name: (
            name.startswith(("wrong", "end", "withdraw", "new", "hand", "leave", "days_off")),
            not name.startswith("case"),
        ),
    )
    for name in (*commands, *order):
        await house.travel(by=timedelta(seconds=5))  # else so many answers wait for their pace
        await unread_again(house)
        mark, before = weber.mark, await readings_so_far(house)
        if name in commands:
            await house.say(weber, commands[name])
            await house.say(weber, f"{commands[name]} A.B.")
        else:
            await house.say(weber, "/help")  # a message that an answer may change
            await house.forge(weber, taps[name])
        if words_in(weber, mark):
            showed.add(name)
            is_anew = is_draft or name not in SHOWN_ALREADY
            assert await readings_so_far(house) > before or not is_anew, name
    assert showed <= SHOW_WORDS, "what shows words is to be listed here, and to be a reading"
    assert showed >= SURELY, "this story does not try them any more"
