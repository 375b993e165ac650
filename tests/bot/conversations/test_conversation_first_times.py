"""The welcome says when questions come, by which clock and in which language, and changes each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.house import House, open_house, texts

KEEP = {"en": "It suits me like this", "de": "So passt es mir", "de_du": "So passt es mir"}
SUITS = {"en": "When suits you?", "de": "Wann passt es Ihnen?", "de_du": "Wann passt es dir?"}


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_one_tap_keeps_it_and_it_is_never_asked_again(house: House, language: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    assert SUITS[language] in client.last
    assert client.labels[0] == [KEEP[language]]
    before = await house.rows("SELECT wish_at, wish_days FROM enrolments")
    await house.tap(client, KEEP[language])
    assert client.labels == []
    assert await house.rows("SELECT wish_at, wish_days FROM enrolments") == before
    await house.travel(by=timedelta(days=8))
    sent = [each.text for each in client.heard() if each.kind == "sent"]
    assert sum(SUITS[language] in text for text in sent) == 1


async def test_who_ignores_it_gets_the_questions_all_the_same(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(by=timedelta(days=3))
    assert any("How has your week been so far?" in text for text in texts(client.heard()))


async def test_another_hour_another_language_and_another_clock(house: House) -> None:
    client = await house.client(await house.therapist())
    shown = client.newest
    assert "“The week so far” comes every week: Wednesday, 18:00." in shown.text
    client.tap("Another language", shown)
    await house.settle()
    assert client.last.startswith("You are spoken to in English here.")
    client.tap("My clock shows another time", shown)
    await house.settle()
    assert client.last.startswith("Then please send the nearest large city")
    said = await house.tap(client, "An hour later ›")
    assert any("comes every week: Wednesday, 19:00." in text for text in said)


async def test_without_a_fixed_time_only_clock_and_language_are_said(
    furnished: Path, tmp_path: Path
) -> None:
    async with open_house(tmp_path, furnished, flows={"default": ["after-session"]}) as house:
        client = await house.client(await house.therapist())
        assert "When suits you?" not in client.last
        assert "Times go by the clock of Berlin, where it is 09:00 now." in client.last
        assert client.labels == [
            [KEEP["en"]],
            ["My clock shows another time"],
            ["Another language"],
        ]


async def test_of_several_each_leads_to_its_own(furnished: Path, tmp_path: Path) -> None:
    both = {"default": ["mid-week", "weekly-review"]}
    async with open_house(tmp_path, furnished, flows=both) as house:
        client = await house.client(await house.therapist())
        assert client.last.count("comes every week:") == 2
        assert ["The week so far"] in client.labels
