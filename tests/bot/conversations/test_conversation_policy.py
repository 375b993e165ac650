"""The practice's own privacy policy: /privacy leads to it where there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Person
from tests.support.house import House, open_house

PAGE = "https://praxis.example/privacy"


@pytest.fixture
async def with_policy(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(
        tmp_path,
        furnished,
        practice={
            "privacy_url": PAGE,
            "zone": "Europe/Berlin",
            "crisis": {"en": "112", "de": "112"},
        },
    ) as opened:
        yield opened


async def answer(house: House, person: Person) -> str:
    """All that /privacy says."""
    mark = person.mark
    await house.say(person, "/privacy")
    return "\n".join(entry.text for entry in person.heard(mark))


async def test_clients_and_therapists_are_led_to_the_practice_s_own_policy(
    with_policy: House,
) -> None:
    therapist = await with_policy.therapist()
    client = await with_policy.client(therapist)
    assert f"privacy policy of the practice: {PAGE}" in await answer(with_policy, client)
    assert f"as clients read it: {PAGE}" in await answer(with_policy, therapist)


async def test_no_page_is_named_where_there_is_none(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist)
    for person in (client, therapist):
        assert "privacy policy" not in await answer(house, person)
