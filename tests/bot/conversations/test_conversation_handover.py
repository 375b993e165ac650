"""A therapist hands a client over to a colleague: both are asked, and nothing goes over unasked."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from tests.support.house import MONDAY, House, texts

WEBER, KAYA = "Dr. Weber", "Dr. Kaya"
MOMENT = timedelta(seconds=2)
SUNDAY = MONDAY + timedelta(days=6, hours=12)
YES, NO, LATER = (
    "Yes, and choose what is read",
    "No, it stays as it is",
    "Ask me again tomorrow",
)
EVERYTHING, NOW_ON = "Everything from before, too", "Only from now on"
ROOM, NO_ROOM = "Yes, there is room", "No, not at the moment"
BEFORE = "From before, with Dr. Weber"
GONE = "A.B. is with Dr. Kaya since 23 Nov. Nothing is shown here any more."


async def three(house: House) -> tuple[Person, Person, Person]:
    """Dr. Weber, Dr. Kaya, and A.B., who takes part with the first."""
    weber, kaya = await house.therapist(WEBER), await house.therapist(KAYA)
    return weber, kaya, await house.client(weber, "A.B.")


async def propose(house: House, weber: Person, named: str = "A.B. Dr. Kaya") -> str:
    """The answer to whether to hand over, once it was said to be meant."""
    await house.say(weber, f"/handover {named}")
    return (await house.tap(weber, "Yes, ask Dr. Kaya"))[-1]


async def ask(house: House, weber: Person, kaya: Person, client: Person) -> str:
    """The question as the client reads it, after the colleague has said that there is room."""
    await propose(house, weber)
    mark = client.mark
    await house.tap(kaya, ROOM)
    await house.travel(by=MOMENT)
    return all_read(client, mark)


async def hand_over(
    house: House, weber: Person, kaya: Person, client: Person, what: str = NOW_ON
) -> str:
    """The last word to the client."""
    await ask(house, weber, kaya, client)
    await house.tap(client, YES)
    return "\n".join(await house.tap(client, what))


def all_read(person: Person, mark: int = 0) -> str:
    return "\n".join(texts(person.heard(mark)))


async def cares(house: House) -> list[tuple[object, ...]]:
    return await house.rows(
        "SELECT t.code = (SELECT code FROM people WHERE role = 'therapist' ORDER BY id LIMIT 1),"
        " c.state, c.ended_by FROM cares c JOIN people t ON t.id = c.therapist_id ORDER BY c.id"
    )


async def test_both_are_asked_and_then_the_colleague_goes_on(house: House) -> None:
    weber, kaya, client = await three(house)
    mark, own = kaya.mark, client.mark
    shown = (await house.say(weber, "/handover A.B."))[-1]
    assert shown.startswith("Who is to go on with A.B.?") and weber.labels[0] == ["Dr. Kaya"]
    sure = (await house.tap(weber, "Dr. Kaya"))[-1]
    assert sure.startswith("Hand A.B. over to Dr. Kaya?") and "Your notes (/note) stay" in sure
    said = (await house.tap(weber, "Yes, ask Dr. Kaya"))[-1]
    assert "asked whether there is room" in said and "does not know of it" in said
    (room,) = texts(kaya.heard(mark))
    assert room.startswith("Dr. Weber asks whether you could go on with a client of theirs.")
    assert "A.B." not in room and client.heard(own) == []
    taken = (await house.tap(kaya, ROOM))[-1]
    assert taken.startswith("Thank you. Now it is for them to say.")
    await house.travel(by=MOMENT)
    asked = all_read(client, own)
    assert asked.startswith("There is something here for you to read.")
    assert "Dr. Weber suggests that Dr. Kaya goes on with you here" in asked
    assert "open until Monday, 7 December" in asked
    assert await cares(house) == [(1, "active", None)]
    what = (await house.tap(client, YES))[-1]
    assert "May Dr. Kaya read what came before?" in what
    mark, first = kaya.mark, weber.mark
    done = "\n".join(await house.tap(client, NOW_ON))
    assert "From now on Dr. Kaya gets your answers, and Dr. Weber nothing new." in done
    assert "Dr. Kaya reads nothing of what came before" in done
    assert "Dr. Kaya: the next questions will come on Wednesday" in done
    assert await cares(house) == [(1, "ended", "handover"), (0, "active", None)]
    assert "from now on Dr. Kaya goes on" in all_read(weber, first)
    came = all_read(kaya, mark)
    assert "Dr. Weber has handed somebody over to you" in came and "A.B. (" in came
    assert "Of what came before you are shown nothing" in came
    await house.tap(kaya, "Show A.B.")
    assert "takes part" in kaya.last and all(BEFORE not in row for row in kaya.labels)


async def test_the_next_digest_of_both_says_it_once(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.say(client, "/topic the quarrel")
    await hand_over(house, weber, kaya, client, EVERYTHING)
    old, new = weber.mark, kaya.mark
    await house.travel(to=SUNDAY)
    left = "• A.B. is with Dr. Kaya since Monday 23 November, and has said yes to that."
    assert left in all_read(weber, old) and "the quarrel" in all_read(weber, old)
    assert "With you since Monday 23 November, from Dr. Weber." in all_read(kaya, new)
    assert "the quarrel" not in all_read(kaya, new)
    old, new = weber.mark, kaya.mark
    await house.travel(by=timedelta(days=7))
    assert "A.B." not in all_read(weber, old) and "since Monday" not in all_read(kaya, new)


async def test_what_came_before_is_read_only_where_the_client_lets_it_be(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.say(client, "/topic the quarrel")
    await house.travel(to=SUNDAY)
    await hand_over(house, weber, kaya, client, EVERYTHING)
    await house.tap(kaya, "Show A.B.")
    read = "\n".join(await house.tap(kaya, BEFORE))
    assert "A.B., from before: Dr. Weber, week 48 of 2026." in read and "the quarrel" in read
    told = "\n".join(await house.say(client, "/mydata"))
    assert "With Dr. Weber, from 23 November 2026 to 29 November 2026: since then" in told
    assert "Lets be read what the weekly summaries for Dr. Weber say of you" in told
    assert "Read by Dr. Kaya: 29 Nov 2026" in told
    shown = "\n".join(await house.say(client, "/privacy"))
    assert "Dr. Kaya may read what the weekly summaries for Dr. Weber say of you." in shown
    await house.tap(client, "Let nothing from before be read")
    assert "may read what" not in client.last
    assert await house.tap(kaya, BEFORE) == ["This button is no longer current."]
    assert "Reads nothing of what you answered for" in "\n".join(await house.say(client, "/mydata"))


async def test_of_the_weeks_before_the_newest_comes_first(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.travel(to=SUNDAY + timedelta(days=7))
    await hand_over(house, weber, kaya, client, EVERYTHING)
    await house.tap(kaya, "Show A.B.")
    read = "\n".join(await house.tap(kaya, BEFORE))
    assert "week 49 of 2026" in read
    read = "\n".join(await house.tap(kaya, "‹ Before"))
    assert "week 48 of 2026" in read
