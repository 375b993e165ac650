"""How many possible strains a digest shows by name, by the practice's own choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.work.unit_of_work import Work
from storage import people
from storage.store import Tx
from tests.support.house import open_house
from tests.support.rated import rated_client

DIPS, CLIENTS = 6, 8


@pytest.mark.parametrize(
    ("percent", "on_top"), [(0, 1), (15, 1), (25, 2), (49, 3), (50, 4), (100, DIPS)]
)
async def test_a_practice_chooses_its_share_and_the_rest_is_one_line_with_a_count(
    furnished: Path, tmp_path: Path, percent: int, on_top: int
) -> None:
    async with open_house(tmp_path, furnished, signals={"on_top_percent": percent}) as house:
        weber = await house.therapist()
        now = house.clock.now()

        def fill(tx: Tx) -> None:
            work = Work(tx, house.app.practice, now, "test")
            therapist = people.list_therapists(tx)[0]
            for number in range(CLIENTS):
                newest = 4.0 if number < DIPS else 8.0
                rated_client(work, therapist.id, f"A{number}", (8.0, 8.5, 8.0, 8.5, newest))

        await house.app.store.write(fill)
        told = "\n".join(await house.say(weber, "/digest"))
        shown = told.partition("▪ Possible strain, from the ratings")[2]
        assert shown.count("rated the session 4.0 of 10") + shown.count("Rated 4.0") == on_top
        folded = DIPS - on_top
        if folded > 1:
            assert f"{folded} more, less marked: " in shown
        else:
            assert "less marked" not in shown if not folded else "One more, less marked" in shown
