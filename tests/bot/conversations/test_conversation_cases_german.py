"""A case from the alert to its end, as a German-speaking therapist and their deputies read it; the
client is addressed with Sie and with du.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Fault
from bot.services.safety import cases
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.safety import Verdict
from storage import cares
from storage.store import Tx
from tests.support.house import House
from tests.support.on_call import FIRST, HARD, SECOND, heard_by, people_in, state_of

TELL = "Dr. Weber Bescheid geben"
TO_DEPUTY = (
    "Eine Nachricht, die nicht warten sollte. Sie bekommen sie als Vertretung für Dr. Weber.\n\n"
    "Zu A.B.: Bitte tippen Sie unten, um zu sehen, was es ist."
)
NEW = (
    "Etwas Neues in einer Sache, die Sie schon geöffnet haben.\n\n"
    "Zu A.B.: Bitte tippen Sie unten, um zu sehen, was es ist."
)
QUOTE = "In eigenen Worten: „Ich will nicht mehr leben“"
NOW, LATER = "• Mo. 23. Nov., 09:00: ", "• Mo. 23. Nov., 09:30: "


def lines_of(shown: str) -> list[str]:
    """The steps as they are shown, between the title and the words."""
    title, steps, _ = shown.split("\n\n")
    assert title.startswith("Zu A.B. (")
    return steps.splitlines()


@pytest.mark.parametrize("language", ["de", "de_du"])
async def test_a_case_from_the_alert_to_its_end(open_practice: Any, language: str) -> None:
    house = await open_practice(deputies=[FIRST], then=[SECOND], escalate_minutes=30)
    people = await people_in(house, colleagues=2, language=language, colleagues_speak="de")
    weber, client = people.weber, people.client
    first, second = people.colleagues
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    marks = first.mark, second.mark
    await house.say(client, HARD[language])
    await house.travel(by=timedelta(minutes=30))
    assert await heard_by(house, first, marks[0]) == [TO_DEPUTY]
    assert await heard_by(house, second, marks[1]) == [TO_DEPUTY]
    (shown,) = await house.tap(second, "Öffnen")
    assert lines_of(shown) == [
        f"{NOW}hat Worte geschrieben, auf die der Notfalltext kam",
        f"{NOW}Nachricht gesendet an Dr. Weber",
        f"{NOW}Nachricht gesendet an Dr. Vert 0",
        f"{LATER}Nachricht gesendet an Dr. Vert 1",
        f"{LATER}geöffnet von Dr. Vert 1",
    ]
    assert shown.endswith("\n\nDie Worte kann nur Dr. Weber lesen.")
    (shown,) = await house.tap(weber, "Öffnen")
    assert shown.endswith(f"\n\n{QUOTE}")
    assert weber.labels == [["Ich bin in Kontakt"], ["Nicht erreicht"], ["War etwas anderes"]]
    toast, shown = sorted(await house.tap(weber, "Nicht erreicht"), key=len)
    assert toast == "Notiert. Es gibt sonst niemanden, der benachrichtigt werden kann."
    assert lines_of(shown)[-1] == f"{LATER}Dr. Weber hat die Person nicht erreicht"
    mark = weber.mark
    await house.tap(client, TELL)
    assert await heard_by(house, weber, mark) == [NEW]
    await house.tap(weber, "Öffnen")
    toast, shown = sorted(await house.tap(weber, "Ich bin in Kontakt"), key=len)
    assert toast == "Notiert."
    assert weber.labels == [["Nicht erreicht"], ["War etwas anderes"], ["Abschließen"]]
    _, shown = sorted(await house.tap(weber, "Abschließen"), key=len)
    assert lines_of(shown)[-5:] == [
        f"{LATER}hat getippt, dass die Therapeutin oder der Therapeut Bescheid bekommen soll",
        f"{LATER}noch einmal eine Nachricht gesendet an Dr. Weber",
        f"{LATER}geöffnet von Dr. Weber",
        f"{LATER}Dr. Weber ist in Kontakt",
        f"{LATER}abgeschlossen von Dr. Weber",
    ]
    assert await state_of(house) == "closed"
    # the buttons of an old message say that it is over
    said = await house.forge(weber, data("case_mark", 1, word="in_touch"))
    assert "Das ist schon abgeschlossen." in said


async def heard(house: House, what: str) -> None:
    """Something is heard of the one client, as the screen or a flow would have it."""

    def hear(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        care = cares.load(tx, 1)
        if what == "others":
            cases.hear(work, care, "others", Verdict("explicit", ("de.harm-others",)))
        else:
            cases.answered(work, care, "night.safe")

    await house.app.store.write(hear)
    await house.settle()


async def test_what_else_stands_in_a_case(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1, language="de", colleagues_speak="de")
    weber, (first,) = people.weber, people.colleagues
    for person in (weber, first):
        house.sandbox.faults.add(Fault("sendMessage", 403, chat_id=person.chat_id))
    await heard(house, "others")
    await heard(house, "flow")
    await house.travel(by=timedelta(seconds=2))
    mark = weber.mark
    await house.say(weber, "/help")
    await house.tap(weber, "Öffnen")
    shown = (await heard_by(house, weber, mark))[-1]
    assert lines_of(shown) == [
        f"{NOW}hat Worte geschrieben, in denen es um Gefahr für jemand anderen geht",
        f"{NOW}Nachricht gesendet an Dr. Weber",
        f"{NOW}die Nachricht an Dr. Weber konnte nicht zugestellt werden",
        f"{NOW}Nachricht gesendet an Dr. Vert 0",
        f"{NOW}die Nachricht an Dr. Vert 0 konnte nicht zugestellt werden",
        f"{NOW}niemand hatte das geöffnet; vermerkt für die Person, die den Bot betreibt",
        f"{NOW}hat ein Zeichen von Gefahr gegeben",
        f"{NOW}niemand hatte das geöffnet; vermerkt für die Person, die den Bot betreibt",
        f"{NOW}noch einmal eine Nachricht gesendet an Dr. Weber",
        f"{NOW}geöffnet von Dr. Weber",
    ]
    assert shown.endswith(
        "\n\nDie Worte sind nicht aufbewahrt oder wurden nicht an Sie weitergegeben."
    )
    _, shown = sorted(await house.tap(weber, "War etwas anderes"), key=len)
    assert (
        lines_of(shown)[-1]
        == f"{NOW}Dr. Weber hat notiert, dass es etwas anderes war; abgeschlossen"
    )


async def test_nothing_was_agreed_and_the_digest_leads_to_the_case(open_practice: Any) -> None:
    house = await open_practice()
    people = await people_in(house, language="de", agrees=False)
    await house.say(people.client, HARD["de"])
    await house.travel(by=timedelta(days=6, hours=10))
    (shown,) = await house.tap(people.weber, "Öffnen: A.B.")
    assert f"{NOW}niemand wurde benachrichtigt: Das war nicht vereinbart" in lines_of(shown)
