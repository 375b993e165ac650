"""The crisis card comes to anybody who asks for it or needs it: whoever they are, whatever they do,
in their language and form, each time, and next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from structlog.testing import capture_logs

from bot.config.settings import Practice
from bot.own_screen import OwnScreen
from bot.sandbox import Fault, Person
from bot.services.arriving.intake import Stranger
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.safety import card
from bot.texts import shipped
from bot.workers.strangers import MOST_A_DAY
from flows.languages import Language, languages, tongues
from tests.support.house import MONDAY, House, open_house

NUMBERS = {
    "en": "Emergency: 112. Samaritans, day and night, free: 116 123.",
    "de": "Notruf: 112. Telefonseelsorge, Tag und Nacht, kostenlos: 0800 111 0 111.",
}
BODY = {
    "en": "If you are in danger or cannot keep yourself safe, please turn to the people there now."
    " Nobody watches this chat.",
    "de": "Wenn Sie in Gefahr sind oder nicht für Ihre Sicherheit sorgen können, wenden Sie sich"
    " bitte jetzt an die Menschen dort. Niemand schaut in diesen Chat.",
    "de_du": "Wenn du in Gefahr bist oder nicht für deine Sicherheit sorgen kannst, wende dich"
    " bitte jetzt an die Menschen dort. Niemand schaut in diesen Chat.",
}
ASKING = {
    "en": ("/crisis", "help", "HELP!!!", "Help me please", "sos", "/notfall", "/hilfe", "/sos"),
    "de": ("/crisis", "Hilfe", "hilfe!", "Bitte helfen Sie mir", "SOS 🆘", "/notfall", "/krise"),
}
ELSEWHERE = (
    "ayuda",
    "¡Socorro!",
    "au secours",
    "à l’aide",
    "помогите",
    "Aiuto!",
    "yardım",
    "النجدة",
)
EXPLICIT = {"en": "I want to kill myself", "de": "Ich will mich umbringen"}
LIKELY = {"en": "I think a lot about suicide", "de": "Ich denke oft an Suizid"}
HARMLESS = {"en": "The rent went up and my back hurts", "de": "Die Miete ist gestiegen"}
KINDS = """
language = 1
id = "kinds"
title = { en = "Kinds", de = "Arten" }
[schedule]
trigger = "on_request"
"""
STEP = """
[[step]]
id = "{kind}_step"
kind = "{kind}"
optional = true
ask = {{ en = "A {kind}?", de = "Etwas: {kind}?", neutral = true }}
{keys}
"""
OPTIONS = """options = [
  { id = "a", en = "One", de = "Eins", neutral = true },
  { id = "b", en = "Two", de = "Zwei", neutral = true },
]"""
KEYS = {
    "scale": """min = 0
max = 10
low = { en = "low", de = "wenig", neutral = true }
high = { en = "high", de = "viel", neutral = true }""",
    "choice": OPTIONS,
    "several": OPTIONS,
    "number": "min = 0\nmax = 100",
    "text": "",
    "yes_no": "",
    "time": "",
    "date": "",
}


def plain(language: str) -> str:
    return language[:2]


@asynccontextmanager
async def practice(
    folder: Path, furnished: Path, crisis: dict[str, str] | None = None
) -> AsyncIterator[House]:
    """A house with numbers as practices write them."""
    async with open_house(
        folder, furnished, practice={"crisis": NUMBERS if crisis is None else crisis}
    ) as house:
        yield house


@pytest.fixture
async def town(tmp_path: Path, furnished: Path) -> AsyncIterator[House]:
    async with practice(tmp_path, furnished) as house:
        yield house


def is_card(text: str, language: str) -> bool:
    """Tell whether this is the card in this language and form, its numbers where they are seen."""
    numbers = NUMBERS[plain(language)]
    others = [body for one, body in BODY.items() if one != language]
    end = text.find(numbers) + len(numbers)
    return (
        numbers in text
        and end <= card.VISIBLE
        and BODY[language] in text
        and not any(body in text for body in others)
    )


async def in_state(house: House, weber: Person, language: str, state: str) -> Person:
    """A client of whom this is true."""
    alias = f"{state[:9]}.{language}"
    client = await house.client(weber, alias, language, agrees=state not in ("asked", "declined"))
    care = (await house.rows("SELECT max(id) FROM cares"))[0][0]
    match state:
        case "declined":
            await house.forge(client, f"d:{care}")
        case "ended":
            await house.forge(client, f"x:{care}")
        case "paused":
            await house.say(client, "/pause")
        case "asking":
            await house.say(client, "/checkin")
    return client


@pytest.mark.promise("P4b")
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("state", ["asked", "running", "paused", "declined", "ended", "asking"])
async def test_a_client_in_any_state_gets_the_card_each_time(
    town: House, language: str, state: str
) -> None:
    weber = await town.therapist()
    client = await in_state(town, weber, language, state)
    before = await town.rows("SELECT state, paused_at IS NULL FROM cares")
    for text in (*ASKING[plain(language)], *ELSEWHERE, "/crisis", "/crisis"):
        mark = client.mark
        said = await town.say(client, text)
        assert len(said) == 1 and is_card(said[0], language), text
        assert "hard" not in said[0] and "schwer" not in said[0], "asking is no hard word"
        assert client.heard(mark)[-1].text == said[0]
    for words in (EXPLICIT, LIKELY):
        said = await town.say(client, words[plain(language)])
        assert is_card(said[0], language)
    said = await town.say(client, HARMLESS[plain(language)])
    assert not any(is_card(each, language) for each in said)
    assert await town.rows("SELECT state, paused_at IS NULL FROM cares") == before
    assert weber.heard(weber.mark) == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", sorted(KEYS))
async def test_the_card_comes_at_every_kind_of_question(
    tmp_path: Path, furnished: Path, language: str, kind: str
) -> None:
    """With more questions of the kind than are answered here, so that one could follow."""
    first = STEP.format(kind=kind, keys=KEYS[kind])
    more = "".join(first.replace("_step", f"_step{number}") for number in range(4))
    source = Source("kinds.toml", KINDS + first + more)
    checked = check([source])
    assert checked.is_good, [str(problem) for problem in checked.problems]
    async with open_house(
        tmp_path, furnished, practice={"crisis": NUMBERS}, flows={"default": ["kinds"]}
    ) as house:
        await house.app.store.write(
            lambda tx: publish(tx, checked, now=MONDAY, who="test", why="kinds")
        )
        client = await house.client(await house.therapist(), "A.B.", language)
        tongue = plain(language)
        for word in (ASKING[tongue][1], "/notfall", EXPLICIT[tongue], LIKELY[tongue]):
            await house.say(client, "/checkin")
            asked, mark = client.last, client.mark
            assert asked.startswith(("A ", "Etwas: "))
            await house.say(client, word)
            sent = [entry for entry in client.heard(mark) if entry.kind == "sent"]
            assert len(sent) == 1, "no question follows by itself"
            assert is_card(sent[0].text, language), word
            await house.travel(by=timedelta(hours=2))
            assert [e for e in client.heard(mark) if e.kind == "sent"] == sent, "nor later"
        await house.say(client, "/checkin")
        said = await house.say(client, HARMLESS[tongue])
        assert not any(is_card(text, language) for text in said)


async def test_a_harmless_text_gets_no_card(town: House) -> None:
    client = await town.client(await town.therapist())
    for text in (HARMLESS["en"], "help yourself to cake", "My sister helps with the move", "/help"):
        said = await town.say(client, text)
        assert not any(NUMBERS["en"] in each for each in said), text


@pytest.mark.promise("P4b")
@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_therapist_gets_the_card_for_the_asking_only(town: House, language: str) -> None:
    weber = await town.therapist(language=language)
    for text in (*ASKING[language], *ELSEWHERE):
        (said,) = await town.say(weber, text)
        assert is_card(said, language), text
    (said,) = await town.say(weber, EXPLICIT[language])
    assert NUMBERS[language] not in said, "they write about others"


@pytest.mark.promise("P5a")
@pytest.mark.parametrize(("app", "language"), [("en", "en"), ("de-AT", "de"), ("fr", "en")])
async def test_a_stranger_gets_the_card_each_time_and_leaves_nothing(
    town: House, app: str, language: str
) -> None:
    await town.invite_therapist()
    before = await town.everything()
    stranger = town.stranger("Canary Stranger", app)
    for text in ("hello", *ASKING[language], EXPLICIT["en"], EXPLICIT["de"], "/crisis", "/crisis"):
        mark = stranger.mark
        stranger.say(text)
        await town.travel(by=timedelta(seconds=2))
        (entry,) = stranger.heard(mark)
        if text == "hello":
            assert entry.text.endswith(": /crisis.")
        else:
            assert is_card(entry.text, language), text
    mark = stranger.mark
    stranger.send_photo(caption=EXPLICIT["en"])
    stranger.start("no-such-link")
    stranger.say("/crisis")
    await town.travel(by=timedelta(seconds=5))
    heard = [entry.text for entry in stranger.heard(mark)]
    assert [is_card(text, language) for text in heard].count(True) == 2
    assert await town.everything() == before
    for path in town.folder.iterdir():
        content = await asyncio.to_thread(path.read_bytes)
        assert str(stranger.chat_id).encode() not in content
        assert EXPLICIT["en"].encode() not in content


async def test_no_crowd_withholds_the_card_from_a_stranger(town: House) -> None:
    """Past the lines of a day, and before those that wait."""
    await town.invite_therapist()
    strangers = town.app.strangers
    with capture_logs():
        for number in range(MOST_A_DAY + 5):
            strangers.meet(Stranger(number, "en", has_link=False, words="hello"))
    somebody = town.stranger()
    somebody.say("/crisis")
    await town.settle()
    (entry,) = somebody.heard()
    assert is_card(entry.text, "en")
    await strangers.finish(0)


async def test_a_stranger_s_card_that_may_not_have_arrived_is_sent_again(town: House) -> None:
    await town.invite_therapist()
    stranger = town.stranger()
    town.sandbox.faults.add(Fault("sendMessage", 502, when="after", chat_id=stranger.chat_id))
    stranger.say("/crisis")
    await town.travel(by=timedelta(minutes=1))
    assert [is_card(entry.text, "en") for entry in stranger.heard()] == [True, True]


async def test_the_next_try_for_a_stranger_waits_a_little_and_holds_up_nobody(town: House) -> None:
    await town.invite_therapist()
    lost, other = town.stranger(), town.stranger()
    fault = Fault("sendMessage", 502, count=2, chat_id=lost.chat_id)
    town.sandbox.faults.add(fault)
    lost.say("/crisis")
    other.say("/crisis")
    await town.travel(by=timedelta(seconds=1))
    assert [is_card(entry.text, "en") for entry in other.heard()] == [True]
    assert town.sandbox.calls["sendMessage"] == 2, "the second try is yet to come"
    await town.travel(by=timedelta(seconds=11))
    assert [is_card(entry.text, "en") for entry in lost.heard()] == [True]


async def test_who_has_an_expired_link_gets_the_card(town: House) -> None:
    weber = await town.therapist()
    token = await town.invite(weber, "A.B.")
    await town.travel(by=timedelta(days=8))
    client = town.stranger()
    client.start(token)
    await town.settle()
    assert client.last.startswith("This link has expired")
    assert client.last.endswith("In an emergency: /crisis.")
    for text in ("/crisis", EXPLICIT["en"]):
        await town.say(client, text)
        assert is_card(client.last, "en"), text


@pytest.mark.parametrize("language", languages())
async def test_without_numbers_in_a_language_the_card_is_the_practice_s_throughout(
    tmp_path: Path, furnished: Path, language: str
) -> None:
    async with practice(tmp_path, furnished, {"en": NUMBERS["en"]}) as house:
        client = await house.client(await house.therapist(), "A.B.", language)
        await house.say(client, "/checkin")
        for text in ("/crisis", EXPLICIT[plain(language)]):
            (said,) = await house.say(client, text)
            assert is_card(said, "en"), text
            assert "nicht" not in said and "Niemand" not in said
            assert ["Go on with the questions"] in client.labels


async def test_a_practice_that_writes_to_du_apart_is_read_by_du_alone(
    tmp_path: Path, furnished: Path
) -> None:
    own = {"de_du": "Ruf die 112 an."}
    async with practice(tmp_path, furnished, NUMBERS | own) as house:
        weber = await house.therapist()
        du = await house.client(weber, "A.B.", "de_du")
        sie = await house.client(weber, "C.D.", "de")
        assert own["de_du"] in (await house.say(du, "/crisis"))[0]
        assert own["de_du"] not in (await house.say(sie, "/crisis"))[0]


REALISTIC = [
    "Emergency: 112",
    "112 in danger, 116 123 (Samaritans) day and night",
    "Notruf 112. Telefonseelsorge 0800 111 0 111 oder 0800 111 0 222, kostenlos, Tag und Nacht.",
    "In an emergency call 999, or 116 123 (Samaritans, free, day and night).",
    "If you are in danger: 112. Telefonseelsorge, day and night and free: 0800 111 0 111.",
]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("numbers", REALISTIC, ids=range(len(REALISTIC)))
@pytest.mark.parametrize("about", ["words", "others"])
@pytest.mark.parametrize("is_hard", [True, False])
def test_the_numbers_stand_where_a_notification_shows_them(
    language: Language, numbers: str, is_hard: bool, about: Literal["words", "others"]
) -> None:
    settings = Practice.model_validate({"crisis": {tongue.plain: numbers for tongue in tongues()}})
    said = card.text(shipped(), settings, language, is_hard=is_hard, about=about)
    last = card.last_digit(numbers)
    assert said.find(numbers[: last + 1]) + last < card.VISIBLE
    assert "!" not in said


def test_a_long_text_of_the_practice_comes_first() -> None:
    long = f"{'Somebody is there for you. ' * 4}Call 112."
    settings = Practice.model_validate({"crisis": {"en": long}})
    said = card.text(shipped(), settings, Language("en"), is_hard=True)
    assert said.startswith(long)
    assert "That sounds very hard." in said


def test_the_words_used_here_are_what_they_are_taken_for() -> None:
    for language in ("en", "de"):
        assert OwnScreen().judge(EXPLICIT[language]).risk == "explicit"
        assert OwnScreen().judge(LIKELY[language]).risk == "likely"
        assert OwnScreen().judge(HARMLESS[language]).risk == "none"
