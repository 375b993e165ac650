"""Below the details of a client: how often the rules that spoke were right, in this practice."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.services.digest import small_print
from bot.services.work.unit_of_work import Work
from flows.digest.section import ClientSection
from flows.signals.flags import Acknowledgement
from storage import cares, check_ins, flags, people
from storage.cares import Care
from storage.store import Tx
from tests.bot.report import weeks
from tests.support.house import House

OFTEN = "In this practice the rule points has spoken"
FEW = "too few to say how often it is right."
SAID = weeks.client(1, "A.B.", series=weeks.ratings(8, strain="yes"))
DIP = weeks.client(1, "A.B.", series=weeks.ratings(8, 8, 8, 5))


@pytest.mark.parametrize(
    ("section", "agreed", "nothing", "expected"),
    [
        (SAID, 3, 3, []),
        (
            DIP,
            0,
            1,
            [
                "In this practice the rule points has spoken once; "
                "that is too little to say how often it is right."
            ],
        ),
        (
            DIP,
            1,
            3,
            [f"{OFTEN} 4 times, and 4 of them were judged: {FEW}"],
        ),
        (
            DIP,
            2,
            3,
            [
                "In this practice the rule points has spoken 5 times; of 5 that were judged, "
                "2 were taken up and 3 were something else."
            ],
        ),
    ],
)
async def test_it_counts_and_says_where_there_is_too_little(
    house: House, section: ClientSection, agreed: int, nothing: int, expected: list[str]
) -> None:
    weber = await house.therapist()
    for number in range(agreed + nothing):
        await house.say(await house.client(weber, f"A{number}"), "/checkin")
    therapist, now = await house.stored(weber), house.clock.now()

    def keep(tx: Tx) -> list[str]:
        for number, care in enumerate(cares.list_for_therapist(tx, therapist.id)):
            what: Acknowledgement = "talked_settled" if number < agreed else "something_else"
            _note(tx, care, what, now)
        return small_print.lines(
            Work(tx, house.app.practice, now, "test"), people.load(tx, therapist.id), section
        )

    assert await house.app.store.write(keep) == expected


def _note(tx: Tx, care: Care, what: Acknowledgement, now: datetime) -> None:
    """The rule spoke about that client, and this was made of it."""
    stored = check_ins.find_open(tx, care.id)
    assert stored is not None
    flag = flags.open_(tx, care.id, now)
    flags.add_reason(
        tx,
        flag=flag,
        client_id=care.client_id,
        rule="points",
        rule_version=1,
        check_in_id=stored.id,
        evidence='{"threshold": 3}',
        now=now,
    )
    flags.acknowledge(tx, flag_id=flag.id, therapist_id=care.therapist_id, what=what, now=now)
    flags.mark(tx, flag.id, state=what, at=now, close=True)
