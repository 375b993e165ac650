"""Nothing is kept for ever where the practice says so: a client who is with nobody any more is told
a month before, and then erased; who comes back meanwhile is kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import Person
from storage.store import Tx
from storage.tables_people import cares as table
from tests.support.house import House, open_house, texts

DAYS = 100
UNTIL_TOLD = timedelta(days=DAYS - 30)
A_DAY = timedelta(days=1)
TOLD = {
    "en": "What is still kept of you here will be erased on",
    "de": "Was hier noch über Sie aufbewahrt ist, wird am",
    "de_du": "Was hier noch über dich aufbewahrt ist, wird am",
}


@pytest.fixture
async def house(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A practice that keeps things for a hundred days after the end."""
    async with open_house(tmp_path, furnished, retention={"after_care_days": DAYS}) as found:
        yield found


async def stop(house: House, client: Person) -> None:
    await house.say(client, "/stop")
    await house.tap(client, client.labels[0][0])


async def pass_by(house: House, by: timedelta) -> None:
    """Time passes, the keeper does its round, and what it says arrives in the daytime."""
    house.jump(by=by)
    await house.app.keeper.tick()
    await house.travel(by=timedelta(hours=20))


async def people_left(house: House) -> int:
    ((count,),) = await house.rows("SELECT count(*) FROM cares")
    return int(count)


def heard(person: Person, mark: int = 0) -> str:
    return "\n".join(texts(person.heard(mark)))


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_a_client_is_told_a_month_before_and_then_erased(house: House, language: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    staying = await house.client(weber, "C.D.")
    await stop(house, client)
    mark, marks = client.mark, weber.mark
    await pass_by(house, UNTIL_TOLD - 2 * A_DAY)
    assert TOLD[language] not in heard(client, mark)
    await pass_by(house, 2 * A_DAY)
    assert heard(client, mark).count(TOLD[language]) == 1
    assert heard(weber, marks).count("What is kept of A.B. here will be erased on") == 1
    await pass_by(house, 26 * A_DAY)
    assert await people_left(house) == 2
    assert heard(client, mark).count(TOLD[language]) == 1, "it is said once"
    await pass_by(house, 5 * A_DAY)
    assert await people_left(house) == 1
    assert (await house.stored(staying)).role == "client"
    assert TOLD["en"] not in heard(staying)
    assert [await house.rows('SELECT "by" FROM erasures')] == [[("practice",)]]


async def test_a_copy_can_be_had_in_that_month(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await stop(house, client)
    await pass_by(house, UNTIL_TOLD)
    mark = client.mark
    await house.say(client, "/export")
    await house.tap(client, client.labels[0][0])
    assert len(client.heard(mark)) > 1


async def test_who_comes_back_is_kept(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(weber, "/client A.B.")
    await stop(house, client)
    await pass_by(house, UNTIL_TOLD)
    await house.rows("SELECT 1")
    ((care,),) = await house.rows("SELECT id FROM cares")

    def come_back(tx: Tx) -> None:
        change = table.update().where(table.c.id == care)
        tx.conn.execute(change.values(state="active", ended_at=None, ended_by=None))

    await house.app.store.write(come_back)
    await pass_by(house, 40 * A_DAY)
    assert await people_left(house) == 1
    assert await house.rows("SELECT erase_at FROM people WHERE erase_at IS NOT NULL") == []


async def test_a_client_of_two_is_kept_while_one_goes_on(house: House) -> None:
    weber, vert = await house.therapist(), await house.therapist("Dr. Vert")
    client = await house.client(weber, "A.B.")
    token = await house.invite(vert, "X.Y.")
    client.start(token)
    await house.settle()
    ((before,),) = await house.rows("SELECT count(*) FROM cares WHERE ended_at IS NULL")
    assert before == 2
    await house.say(weber, "/client A.B.")
    ended = "UPDATE cares SET state = 'ended', ended_by = 'therapist', ended_at = created_at"
    await house.app.store.write(
        lambda tx: tx.conn.exec_driver_sql(f"{ended} WHERE id = (SELECT min(id) FROM cares)")
    )
    await pass_by(house, timedelta(days=2 * DAYS))
    assert await people_left(house) == 2
    assert TOLD["en"] not in heard(client)
    now = house.clock.now()
    last = table.update().where(table.c.ended_at.is_(None))
    over = last.values(state="ended", ended_by="therapist", ended_at=now)
    await house.app.store.write(lambda tx: tx.conn.execute(over))
    await pass_by(house, A_DAY)
    assert TOLD["en"] not in heard(client), "the last care counts"


async def test_an_open_risk_case_keeps_everything(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await stop(house, client)
    opened = (
        "INSERT INTO risk_cases (care_id, client_id, state, opened_at, changed_at) "
        "SELECT id, client_id, 'seen', created_at, created_at FROM cares"
    )
    await house.app.store.write(lambda tx: tx.conn.exec_driver_sql(opened))
    await pass_by(house, timedelta(days=2 * DAYS))
    assert TOLD["en"] not in heard(client) and await people_left(house) == 1


async def test_after_a_long_silence_of_the_machine_nobody_is_erased_untold(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await stop(house, client)
    await pass_by(house, timedelta(days=5 * DAYS))
    assert await people_left(house) == 1 and TOLD["en"] in heard(client)
    await pass_by(house, 25 * A_DAY)
    assert await people_left(house) == 1
    await pass_by(house, 7 * A_DAY)
    assert await people_left(house) == 0


async def test_a_practice_that_keeps_longer_after_all_tells_anew(
    house: House, furnished: Path, tmp_path: Path
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await stop(house, client)
    await pass_by(house, UNTIL_TOLD)
    retention = house.app.practice.settings.retention
    object.__setattr__(retention, "after_care_days", 2 * DAYS)
    await pass_by(house, 60 * A_DAY)
    assert await people_left(house) == 1
    object.__setattr__(retention, "after_care_days", 0)
    await pass_by(house, timedelta(days=3 * DAYS))
    assert await people_left(house) == 1
    assert await house.rows("SELECT erase_at FROM people WHERE erase_at IS NOT NULL") == []
