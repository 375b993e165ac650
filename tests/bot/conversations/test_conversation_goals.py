"""Goals in the client's words, where they are with them, and the step agreed on: lines of their own
in the digest, as the client gave them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.config.settings import SHIPPED_FLOWS
from bot.sandbox import Person
from bot.services.digest.own_goals import goals_of
from bot.services.digest.reporting import GOAL_PROGRESS
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.planning import enrolling
from bot.services.work.unit_of_work import Work
from storage import answers, cares, held_back
from storage.store import Tx
from tests.support.house import House

SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""18:00 in Berlin: the digest's cut-off."""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


async def switch_on(house: House, *names: str) -> None:
    """The client takes part in these flows, and no longer in the weekly one."""

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        for name in names:
            flow = work.practice.shelf.current(tx, name)
            assert flow is not None
            enrolling.switch_on(work, cares.load(tx, 1), flow, by="test")
        enrolling.switch_off(work, cares.load(tx, 1), "mid-week", by="test")

    await house.app.store.write(decide)


async def pair(house: House, *flows: str) -> tuple[Person, Person]:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await switch_on(house, *flows)
    return weber, client


async def says(house: House, client: Person, *words: str) -> None:
    for word in words:
        if any(word in row for row in client.labels):
            await house.tap(client, word)
        else:
            await house.say(client, word)


async def digest_of(house: House, weber: Person, number: int = 1) -> str:
    await house.travel(to=SUNDAY + (number - 1) * WEEK + timedelta(minutes=5))
    return [e.text for e in weber.ledger if e.text.startswith("Your week")][-1]


async def with_goals(house: House) -> tuple[Person, Person]:
    weber, client = await pair(house, "goals", "weekly-review")
    await house.say(client, "/checkin")
    await says(house, client, "What you are working towards", "Yes, agreed", "sleep through", "Yes")
    await says(house, client, "see friends", "No")
    return weber, client


async def test_what_is_said_of_a_goal_after_the_cut_off_is_for_the_next_digest(
    house: House,
) -> None:
    """One look back goes on over the cut-off: each digest has what was said in its time."""
    _, client = await with_goals(house)
    await house.travel(to=SUNDAY - DAY)
    await says(house, client, "6", "About the same")
    between = house.clock.now() + timedelta(minutes=1)
    await house.travel(to=between + timedelta(minutes=1))
    await says(house, client, "A little closer")

    def told(work: Work) -> list[int]:
        care = cares.load(work.tx, 1)
        measured = answers.list_measured(work.tx, care.id, measure=GOAL_PROGRESS)
        spans = (between, house.clock.now() + timedelta(minutes=1))
        return [
            len(goals_of(work, care, measured, from_at=SUNDAY - WEEK, cut_off_at=until))
            for until in spans
        ]

    first, second = await house.work(told)
    assert second == first + 1


async def reviews(house: House, client: Person, *labels: str, week: int) -> None:
    """The look back on a Saturday: the week, each goal, and no words."""
    await house.travel(to=SUNDAY + (week - 1) * WEEK - DAY)
    await says(house, client, "6", *labels, "Skip", "Skip", "Skip")


async def test_goals_are_told_in_the_clients_words_with_where_they_were_before(
    house: House,
) -> None:
    weber, client = await with_goals(house)
    await house.travel(to=SUNDAY - 2 * DAY)
    await house.say(weber, "/digest")
    assert "• M.K.: New goal: “sleep through” New goal: “see friends”" in weber.last
    await reviews(house, client, "About the same", "A little closer", week=1)
    text = await digest_of(house, weber)
    assert "Goal “sleep through”: About the same. Goal “see friends”: A little closer." in text
    assert "New goal" not in text and "Looking back" not in text
    await reviews(house, client, "A little closer", "Skip", week=2)
    text = await digest_of(house, weber, 2)
    assert "Goal “sleep through”: A little closer (on 28 Nov: About the same)." in text
    assert "see friends" not in text
    await house.tap(weber, "Each client")
    said = await house.tap(weber, "M.K.")
    assert any("▪ Goals\nGoal “sleep through”: A little closer (on 28 Nov" in t for t in said)


async def test_a_goal_that_is_held_back_is_nowhere_and_neither_is_the_time_before(
    house: House,
) -> None:
    weber, client = await with_goals(house)
    await reviews(house, client, "About the same", "A little closer", week=1)
    await digest_of(house, weber)
    await reviews(house, client, "Further away", "A little closer", week=2)
    rows = await house.rows("SELECT id FROM check_ins WHERE flow_id = 'weekly-review' ORDER BY id")
    newest, now = rows[-1][0], house.clock.now()
    await house.app.store.write(lambda tx: held_back.add(tx, newest, ["progress@g1"], now))
    text = await digest_of(house, weber, 2)
    assert "sleep through" not in text
    assert "Goal “see friends”: A little closer (on 28 Nov: A little closer)." in text


async def test_a_goal_rated_by_number_is_told_by_number(house: House) -> None:
    text = (SHIPPED_FLOWS / "weekly-review.toml").read_text("utf-8")
    start, end = text.index('id = "progress"'), text.index('measures = "goal_progress"')
    rated = text[:start] + NEARNESS + text[end:]
    checked = check([Source("weekly-review.toml", rated)])
    assert checked.is_good, checked.problems
    now = house.clock.now()
    await house.app.store.write(lambda tx: publish(tx, checked, now=now, who="t", why="test"))
    weber, client = await with_goals(house)
    await reviews(house, client, "3", "2", week=1)
    await digest_of(house, weber)
    await reviews(house, client, "4", "2", week=2)
    text = await digest_of(house, weber, 2)
    assert (
        "Goal “sleep through”: 4/4 (on 28 Nov: 3/4). Goal “see friends”: 2/4 (on 28 Nov: 2/4)."
        in text
    )


NEARNESS = """id = "progress"
kind = "scale"
min = 0
max = 4
low = { en = "far away", de = "weit weg" }
high = { en = "reached", de = "erreicht" }
optional = true
ask.en = "Your goal: {each}. How near are you to it?"
ask.de = "Ihr Ziel: {each}. Wie nahe sind Sie ihm?"
ask.de_du = "Dein Ziel: {each}. Wie nahe bist du ihm?"
"""


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (
            ("Partly done", "I rang twice and hung up.", "Too big"),
            "• M.K.: Agreed step: Partly done · Too big. “I rang twice and hung up.”",
        ),
        (("Not done", "Skip", "Skip"), "• M.K.: Agreed step: Not done."),
        (("There was no step",), "• M.K.: Agreed step: There was no step."),
    ],
)
async def test_the_step_agreed_on_is_a_line_of_its_own(
    house: House, labels: tuple[str, ...], told: str
) -> None:
    weber, client = await pair(house, "between")
    await house.say(weber, "/session M.K.")
    await house.travel(by=timedelta(hours=3))
    await says(house, client, "8", "8", "8", "8", "No", "Skip")
    await house.travel(to=SUNDAY - DAY)
    await says(house, client, *labels)
    text = await digest_of(house, weber)
    assert told in text
    assert "The step you agreed on" not in text


async def test_a_goal_that_is_named_again_is_not_new(house: House) -> None:
    weber, client = await with_goals(house)
    await digest_of(house, weber)
    await house.travel(by=DAY)
    await house.say(client, "/checkin")
    await says(house, client, "What you are working towards", "Yes, agreed", "Sleep through", "Yes")
    await says(house, client, "work less", "No")
    text = await digest_of(house, weber, 2)
    assert "New goal: “work less”" in text
    assert "leep through" not in text


async def test_each_digest_tells_of_the_step_what_was_said_in_its_time(house: House) -> None:
    weber, client = await pair(house, "between")
    await house.say(weber, "/session M.K.")
    await house.travel(by=timedelta(hours=3))
    await says(house, client, "8", "8", "8", "8", "No", "Skip")
    await house.say(weber, "/session M.K. 25.11. 15:00")
    await house.travel(to=SUNDAY - timedelta(hours=1))
    await house.tap(client, "Partly done")
    assert "Agreed step: Partly done." in await digest_of(house, weber)
    await says(house, client, "I rang twice and hung up.", "Skip")
    text = await digest_of(house, weber, 2)
    assert "Agreed step: “I rang twice and hung up.”" in text
