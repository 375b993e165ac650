"""Every command of a therapist: what it says and does; how therapy sessions are recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from tests.support.house import House

UNREADABLE = "I could not read that time. Please write it like this: /session A.B. 25.11. 15:00"


async def pair(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber, "A.B.")


async def test_the_plain_commands(house: House) -> None:
    weber = await house.therapist()
    assert (await house.say(weber, "/start"))[0].startswith("Hello Dr. Weber.")
    assert (await house.say(weber, "/help"))[0].startswith("/crisis")
    assert (await house.say(weber, "/privacy"))[0].startswith("Answers are stored encrypted")
    assert (await house.say(weber, "/clients"))[0].startswith("You have no clients here yet.")
    assert (await house.say(weber, "/session"))[0].startswith("You have no clients here yet.")
    assert (await house.say(weber, "/invite"))[0].startswith("Send /invite followed by initials")
    for theirs in ("/checkin", "/stop", "/resume", "/nonsense"):
        (said,) = await house.say(weber, theirs)
        assert said == "I do not know that command. /help shows what you can do here."
    (said,) = await house.say(weber, "how are you")
    assert said.startswith("I can only read commands and taps here, and this message was not kept.")
    weber.send_sticker()
    await house.settle()
    assert weber.last == said


async def test_clients_lists_everyone_and_how_things_stand(house: House) -> None:
    weber = await house.therapist()
    await house.say(weber, "/invite draft")
    await house.invite(weber, "invited")
    await house.client(weber, "asked", agrees=False)
    await house.client(weber, "active")
    paused = await house.client(weber, "paused")
    await house.say(paused, "/pause")
    blocked = await house.client(weber, "blocked")
    blocked.block()
    ended = await house.client(weber, "ended")
    await house.forge(ended, "x:7")
    declined = await house.client(weber, "declined", agrees=False)
    await house.forge(declined, "d:8")
    (said,) = await house.say(weber, "/clients")
    lines = dict(line.removeprefix("• ").split(": ", 1) for line in said.splitlines()[1:])
    told = {name.partition(" ")[0]: what for name, what in lines.items()}
    assert said.startswith("8 clients:")
    assert told == {
        "draft": "begun, how to address them is still open",
        "invited": "invited, link not used yet",
        "asked": "has opened the link, no yes or no yet",
        "active": "takes part, next Wed 25 Nov, 18:00",
        "paused": "has paused",
        "blocked": "cannot be reached; the bot may be blocked",
        "ended": "stopped on Mon 23 Nov",
        "declined": "said no on Mon 23 Nov",
    }


async def test_a_long_list_of_clients_fits_messages(house: House) -> None:
    weber = await house.therapist()
    for number in range(60):
        weber.say(f"/invite {'😀' * 20}{number}")
    await house.settle()
    said = await house.say(weber, "/clients")
    while "More ›" in weber.labels[-1]:
        await house.tap(weber, "More ›")
        said.append(weber.last)
    assert len(said) == 4
    assert all(len(text.encode("utf-16-le")) <= 2 * 4096 for text in said)
    listed = {line for text in said for line in text.splitlines() if line.startswith("•")}
    assert len(listed) == 60


@pytest.mark.parametrize("typed", ["\u200b", "\u2060\u200d", "\u0301", "\u00a0"])
async def test_an_alias_that_does_not_show_is_none(house: House, typed: str) -> None:
    weber = await house.therapist()
    (said,) = await house.say(weber, f"/invite {typed}")
    assert said.startswith("Send /invite followed by initials")
    assert await house.rows("SELECT count(*) FROM cares") == [(0,)]


@pytest.mark.parametrize("typed", ["x" * 24, "{alias} {0}", "<b>&</b>", "Ж. Ü.", "👩‍👩‍👧", "%s"])
async def test_an_odd_alias_is_shown_as_it_is(house: House, typed: str) -> None:
    weber = await house.therapist()
    shown = typed.replace("\u200d", "")
    await house.client(weber, typed)
    assert weber.last == f"{shown} has agreed and takes part from now on."
    (said,) = await house.say(weber, "/clients")
    assert f"• {shown} (" in said
    labels = {label for e in weber.heard() for row in e.keyboard for label in row}
    assert any(shown in label for label in labels)


async def test_an_alias_that_is_too_long_is_refused(house: House) -> None:
    weber = await house.therapist()
    (said,) = await house.say(weber, f"/invite {'x' * 25}")
    assert said == f"“{'x' * 23}…” is too long: please choose an alias of at most 24 characters."
    (said,) = await house.say(weber, f"/invite {'x' * 3000}")
    assert said.endswith("…” is too long: please choose an alias of at most 24 characters.")


async def test_an_alias_that_is_another_clients_code_is_taken(house: House) -> None:
    weber, client = await pair(house)
    code = (await house.stored(client)).code
    (said,) = await house.say(weber, f"/invite {code.lower()}")
    assert said.startswith(f"“{code.lower()}” is the code of your client “A.B.”.")


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("2026-11-24 15:00", "Tue 24 Nov, 15:00"),
        ("24.11. 15:00", "Tue 24 Nov, 15:00"),
        ("24.11 15.00", "Tue 24 Nov, 15:00"),
        ("24.11.2026, 15:00 Uhr", "Tue 24 Nov, 15:00"),
        ("15:00", "Mon 23 Nov, 15:00"),
        ("9.1. 9:05", "Sat 9 Jan, 09:05"),
    ],
)
async def test_a_planned_therapy_session(house: House, typed: str, start: str) -> None:
    weber, _ = await pair(house)
    (said,) = await house.say(weber, f"/session A.B. {typed}")
    assert said.startswith(f"Planned: A.B., {start}. The questions about it go out")
    assert await house.rows("SELECT state FROM therapy_sessions") == [("planned",)]
    assert await house.rows("SELECT count(*) FROM occurrences WHERE slot = 'session-1'") == [(1,)]


async def test_a_therapy_session_that_just_ended_by_word_by_code_and_by_tap(house: House) -> None:
    weber, client = await pair(house)
    other = await house.client(weber, "C D")
    third = await house.client(weber, "E.F.")
    (said,) = await house.say(weber, f"/session {(await house.stored(client)).code.lower()}")
    assert said == (
        "Recorded: A.B., Mon 23 Nov, 08:10. The questions about it go out Monday, 11:00."
    )
    (said,) = await house.say(weber, "/session c d")
    assert said.startswith("Recorded: C D,")
    (said,) = await house.say(weber, "/session")
    assert said.startswith("Therapy sessions today and in the coming week.")
    (said,) = await house.tap(weber, "One just ended …")
    assert said.startswith("Whose therapy session just ended?")
    assert weber.labels == [["A.B.", "C D", "E.F."]]
    assert (await house.tap(weber, "E.F."))[0].startswith("Recorded: E.F.,")
    (said,) = await house.tap(weber, "E.F.")
    assert said == "A therapy session with E.F. around that time is recorded already."
    assert await house.rows("SELECT state, count(*) FROM therapy_sessions GROUP BY 1") == [
        ("happened", 3)
    ]
    await house.travel(to=datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    for one in (client, other, third):
        assert "How comfortable did you feel with Dr. Weber?" in one.last


MISTAKEN = [
    ("A.B. tomorrow", UNREADABLE),
    ("A.B. 25.11.", UNREADABLE),
    ("A.B. 31.2. 15:00", UNREADABLE),
    ("A.B. 25.13. 15:00", UNREADABLE),
    ("A.B. 0.0. 15:00", UNREADABLE),
    ("A.B. 25:00", UNREADABLE),
    ("A.B. 15:60", UNREADABLE),
    ("A.B. 2026-11-25 15:00 or so", UNREADABLE),
    ("A.B. ٢٥.١١. ١٥:٠٠", UNREADABLE),
    ("A.B. 0000-11-25 15:00", UNREADABLE),
    ("A.B. 2031-11-25 15:00", "That date is too far away. Please check it and try again."),
    ("A.B. 2026-09-25 15:00", "That date is too far away. Please check it and try again."),
    ("X.Y.", "I do not find “X.Y.” among your clients. /clients shows them; use the alias or"),
    ("X.Y. 15:00", "I do not find “X.Y.” among your clients."),
    ("15:00", "I do not find “15:00” among your clients."),
]


async def test_a_mistaken_therapy_session_is_explained(house: House) -> None:
    weber, _ = await pair(house)
    for typed, said in MISTAKEN:
        (heard,) = await house.say(weber, f"/session {typed}")
        assert heard.startswith(said), typed
        assert await house.rows("SELECT count(*) FROM therapy_sessions") == [(0,)], typed


async def test_an_unknown_word_of_any_length_is_quoted_within_a_message(house: House) -> None:
    weber, _ = await pair(house)
    (heard,) = await house.say(weber, f"/session {'z' * 4000}")
    assert heard.startswith("I do not find “zzz")
    assert len(heard) < 300


async def test_overlapping_sessions_are_one(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. 7:00")
    for inside in ("6:30", "7:00", "7:49"):
        (said,) = await house.say(weber, f"/session A.B. {inside}")
        assert said.startswith("A therapy session with A.B. around that time is recorded already.")
    for beside in ("6:10", "7:50"):
        (said,) = await house.say(weber, f"/session A.B. {beside}")
        assert said.startswith("Recorded:")


async def test_a_therapy_session_with_somebody_who_has_not_agreed(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, agrees=False)
    (said,) = await house.say(weber, "/session A.B.")
    assert said == (
        "Recorded: A.B., Mon 23 Nov, 08:10. A.B. has not agreed yet, so nothing is asked about it."
    )
    await house.say(weber, "/invite draft")
    (said,) = await house.say(weber, "/session draft")
    assert said.startswith("draft has no link yet, or takes part no more")
    assert await house.rows("SELECT count(*) FROM therapy_sessions") == [(1,)]


async def test_a_therapy_session_during_a_pause_says_so(house: House) -> None:
    weber, client = await pair(house)
    await house.say(client, "/pause")
    (said,) = await house.say(weber, "/session A.B.")
    assert said.endswith("\nA.B. has paused the check-ins; nothing comes until they go on.")
    await house.travel(by=timedelta(days=1))
    assert await house.rows("SELECT state, reason FROM occurrences WHERE slot = 'session-1'") == [
        ("paused", "paused")
    ]


async def test_taking_a_session_back_takes_its_questions_back(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B.")
    assert await house.tap(weber, "Take it back") == [
        "Taken back: A.B., Mon 23 Nov, 08:10. Nothing will be asked about it."
    ]
    assert ["Take it back"] not in weber.labels
    heard = len(client.heard())
    await house.travel(by=timedelta(days=1))
    assert len(client.heard()) == heard
    assert await house.rows("SELECT state FROM therapy_sessions") == [("cancelled",)]
    # the same time can be recorded anew
    (said,) = await house.say(weber, "/session A.B. 23.11. 8:10")
    assert said.startswith("Recorded:")


async def test_taking_back_ends_questions_that_are_open_already(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=3))
    assert "How comfortable" in client.last
    await house.tap(weber, "Take it back")
    assert await house.rows("SELECT status FROM check_ins") == [("stopped",)]
    assert ["We did not meet"] not in client.labels
    assert "By what Dr. Weber has noted, this session did not take place." in client.screen[-1].text
    assert await house.rows("SELECT count(*) FROM answers") == [(0,)]


async def test_a_doubled_undo_is_explained(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B.")
    weber.tap("Take it back")
    weber.tap("Take it back")
    mark = weber.mark
    await house.settle()
    toasts = [e.text for e in weber.heard(mark) if e.kind == "toast"]
    assert "This button is no longer current." in toasts


async def test_zones_of_therapist_and_client_differ(house: House) -> None:
    """The therapist types and reads their own time; the client is asked at theirs."""
    tokyo = await house.therapist("Dr. Sato", zone="Asia/Tokyo")
    client = await house.client(tokyo)
    (said,) = await house.say(tokyo, "/session A.B. 24.11. 15:00")
    # 15:50 in Tokyo is 07:50 in Berlin, and two hours later 09:50
    assert said == (
        "Planned: A.B., Tue 24 Nov, 15:00."
        " The questions about it go out Tuesday, 24 November, 17:50."
    )
    mark = client.mark
    await house.travel(to=datetime(2026, 11, 24, 8, 49, tzinfo=UTC))
    assert client.heard(mark) == []
    await house.travel(by=timedelta(minutes=1))
    assert "Dr. Sato gets your answers on Sunday." in client.last


@pytest.mark.promise("P5b")
async def test_another_therapists_clients_do_not_exist(house: House) -> None:
    weber, _ = await pair(house)
    kern = await house.therapist("Dr. Kern")
    (said,) = await house.say(kern, "/session A.B.")
    assert said.startswith("I do not find “A.B.” among your clients.")
    (said,) = await house.say(kern, "/clients")
    assert said.startswith("You have no clients here yet.")
    # the same alias is free for another therapist
    await house.client(kern, "A.B.")
    assert weber.last == "A.B. has agreed and takes part from now on."
    for forged in (
        "t:1",
        "u:1",
        "la:1:en",
        "f:1:0",
        "ka:1:0:will_raise",
        "v:1:0",
        "z:1",
        "g:1",
        "t:99",
    ):
        said = await house.forge(kern, forged)
        assert said in (["This button is no longer current."],), forged


async def test_a_mended_command_acts_unless_it_would_act_twice(house: House) -> None:
    weber, _ = await pair(house)
    weber.edit(weber.say("/clints"), "/clients")
    await house.settle()
    assert "A.B." in weber.last
    typed = weber.say("/session A.B.")
    await house.settle()
    weber.edit(typed, "/session A.B. tomorrow 15:00")
    await house.settle()
    assert weber.last.startswith("I do not carry out a changed /session a second time")
    assert await house.rows("SELECT count(*) FROM therapy_sessions") == [(1,)]
