"""``interlude doctor`` and the helplines of ``init``: what an admin reads before clients do."""

from __future__ import annotations

import asyncio
import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.app import open_store
from bot.cli.helplines import countries, helplines, of_country, texts_for
from bot.cli.main import main
from bot.config import crisis_remarks, load_settings
from bot.config.settings import Practice
from bot.report import drawing
from bot.services.safety.card import VISIBLE, last_digit
from flows.languages import Language, languages
from flows.languages.guessing import another_tongue
from storage import people

GERMAN = "Rufen Sie im Notfall die 112 an oder gehen Sie in die nächste Klinik."
ENGLISH = "In an emergency call 112, or go to the nearest hospital."
NEUTRAL = "112 – Notruf"
TOKEN = "123456:ABC"


def interlude(folder: Path, *words: str, typed: str = "", **more: str) -> Result:
    """Type a command for the settings in ``folder``."""
    nobody_there = "http://127.0.0.1:9"
    telegram = {"TOKEN": TOKEN, "API_URL": nobody_there}
    more = {f"INTERLUDE_TELEGRAM__{name}": value for name, value in telegram.items()} | more
    config = ("--config", str(folder / "config.toml"))
    return CliRunner(env=more).invoke(main, [*config, *words], input=typed)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A practice that was set up, without numbers yet."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    return tmp_path


def findings(done: Result) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for each in json.loads(done.stdout)["findings"]:
        found.setdefault(each["about"], []).append((each["state"], each["says"]))
    return found


def test_without_numbers_in_its_language_a_practice_is_not_ready(folder: Path) -> None:
    done = interlude(folder, "doctor")
    assert done.exit_code == 1
    assert "practice.crisis.en: there is no crisis text; write" in done.stdout
    assert done.stdout.rstrip().endswith("Not ready: mend what is marked above first.")
    other = interlude(folder, "doctor", INTERLUDE_PRACTICE__CRISIS__DE=NEUTRAL)
    assert other.exit_code == 1, "numbers in another language do not do"


def unconnected(folder: Path) -> str:
    """The code of a therapist who has not opened their link."""
    now, code = datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "K7Q2"

    async def add() -> None:
        async with open_store(load_settings(folder / "config.toml", {})) as store:
            await store.write(
                lambda tx: people.add(
                    tx, role="therapist", code=code, language="en", zone="Europe/Berlin", now=now
                )
            )

    asyncio.run(add())
    return code


def test_a_calendar_is_somebodys_and_can_be_read(folder: Path) -> None:
    code = unconnected(folder)
    address = "http://127.0.0.1:9/private.ics"
    lines = f"QQQQ {address},{code} {address}"
    done = interlude(folder, "doctor", "--json", INTERLUDE_CALENDAR__ADDRESSES=lines)
    (nobody, says), (unread, why) = findings(done)["calendars"]
    assert (nobody, unread) == ("mend", "look")
    assert says.startswith("calendar.addresses: QQQQ is no therapist's code")
    assert why.startswith(f"that of {code} cannot be read now (ConnectError)")
    assert "private.ics" not in done.stdout


def test_a_deputy_whom_nothing_reaches_is_named(folder: Path) -> None:
    code = unconnected(folder)
    named = {"INTERLUDE_SAFETY__ALERTS": "on", "INTERLUDE_SAFETY__THEN": code}
    found = findings(interlude(folder, "doctor", "--json", **named))["alerts"]
    assert [state for state, _ in found] == ["look"]
    assert found[0][1].startswith(f"{code} is named in safety, and no message reaches them")


def test_who_is_told_at_once_must_be_somebody(folder: Path) -> None:
    found = findings(interlude(folder, "doctor", "--json"))
    assert found["alerts"] == [("good", "off: clients are not asked, and nobody is told at once")]
    alone = findings(interlude(folder, "doctor", "--json", INTERLUDE_SAFETY__ALERTS="on"))
    assert alone["alerts"][0][0] == "look"
    wrong = {"INTERLUDE_SAFETY__ALERTS": "on", "INTERLUDE_SAFETY__DEPUTIES": "ZZZZ"}
    ((state, says),) = findings(interlude(folder, "doctor", "--json", **wrong))["alerts"]
    assert state == "mend" and "ZZZZ is no therapist's code" in says
    listed = interlude(folder, "safety", "cases", **wrong)
    assert listed.exit_code == 1 and "ZZZZ is no therapist's code" in listed.stderr


def test_doctor_says_whether_pictures_can_be_drawn(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert findings(interlude(folder, "doctor", "--json"))["pictures"] == [("good", "can be drawn")]
    drawing._fonts.cache_clear()
    monkeypatch.setattr(drawing, "FONTS", "nowhere")
    ((state, says),) = findings(interlude(folder, "doctor", "--json"))["pictures"]
    drawing._fonts.cache_clear()
    assert state == "look" and says.startswith("cannot be drawn (fonts are missing)")


def test_a_practice_that_is_ready_and_its_cards(folder: Path) -> None:
    texts = {"INTERLUDE_PRACTICE__CRISIS__EN": ENGLISH, "INTERLUDE_PRACTICE__CRISIS__DE": NEUTRAL}
    done = interlude(folder, "doctor", "--json", **texts)
    assert done.exit_code == 0
    body = json.loads(done.stdout)
    assert body["ready"] is True
    assert [each["language"] for each in body["cards"]] == list(languages())
    english, sie, du = body["cards"]
    assert english["asked_for"].startswith(ENGLISH)
    assert english["after_hard_words"].startswith(f"That sounds very hard.\n\n{ENGLISH}")
    assert NEUTRAL in sie["asked_for"] and "Wenn Sie in Gefahr" in sie["asked_for"]
    assert NEUTRAL in du["asked_for"] and "Wenn du in Gefahr" in du["asked_for"]
    plain = interlude(folder, "doctor", **texts)
    assert plain.exit_code == 0 and plain.stdout.rstrip().endswith("This practice is ready.")
    others = [
        "If somebody could come to harm, please turn to the people there now",
        "Wenn jemand zu Schaden kommen könnte, wenden Sie sich bitte jetzt an die Menschen dort",
        "Wenn jemand zu Schaden kommen könnte, wende dich bitte jetzt an die Menschen dort",
    ]
    for text, each in zip(others, body["cards"], strict=True):
        assert text in each["about_others"] and text not in each["after_hard_words"]
        for line in f"{each['after_hard_words']}\n{each['about_others']}".splitlines():
            assert line in plain.stdout


def test_doctor_says_what_clients_of_another_language_read(folder: Path) -> None:
    done = interlude(folder, "doctor", "--json", INTERLUDE_PRACTICE__CRISIS__EN=ENGLISH)
    cards = json.loads(done.stdout)["cards"]
    assert len({each["after_hard_words"] for each in cards}) == 1
    says = [says for state, says in findings(done)["crisis card"] if state == "look"]
    assert any(line.startswith("practice.crisis.de: is empty") for line in says)


def test_doctor_finds_what_else_is_missing(folder: Path) -> None:
    (folder / "interlude.key").chmod(0o644)
    (folder / "data" / "interlude.db").unlink()
    mine = folder / "mine"
    mine.mkdir()
    (mine / "broken.toml").write_text("language = 1\n")
    done = interlude(
        folder,
        "doctor",
        "--json",
        INTERLUDE_TELEGRAM__TOKEN="",
        INTERLUDE_FLOWS__DIRECTORY=str(mine),
        INTERLUDE_PRACTICE__CRISIS__EN=ENGLISH,
    )
    assert done.exit_code == 1
    found = findings(done)
    mended = {about for about, each in found.items() if any(state == "mend" for state, _ in each)}
    assert mended == {"token", "key file", "database", "flows"}
    assert "chmod 600" in found["key file"][0][1]
    assert "interlude init" in found["database"][0][1]


def test_a_token_that_everybody_can_read_is_worth_a_look(folder: Path) -> None:
    token = folder / "token"
    token.write_text(TOKEN)
    token.chmod(0o644)
    done = interlude(
        folder,
        "doctor",
        "--json",
        INTERLUDE_TELEGRAM__TOKEN="",
        INTERLUDE_TELEGRAM__TOKEN_FILE=str(token),
        INTERLUDE_PRACTICE__CRISIS__EN=ENGLISH,
    )
    assert [state for state, _ in findings(done)["token"]] == ["look"]
    assert TOKEN not in done.stdout


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [
        (GERMAN, "de", None),
        (GERMAN, "en", "de"),
        (ENGLISH, "en", None),
        (ENGLISH, "de", "en"),
        ("112, 0800 111 0 111", "de", None),
        ("Emergency: 112", "de", None),
    ],
)
def test_a_text_in_another_language_is_noticed_where_it_is_clear(
    text: str, language: str, other: str | None
) -> None:
    found = another_tongue(text, Language(language))
    assert (None if found is None else found.code) == other


@pytest.mark.parametrize(
    ("crisis", "wheres"),
    [
        ({"en": ENGLISH, "de": NEUTRAL}, []),
        ({"en": ENGLISH}, ["practice.crisis.de"]),
        ({"en": GERMAN, "de": NEUTRAL}, ["practice.crisis.en"]),
        ({"en": ENGLISH, "de": GERMAN}, ["practice.crisis.de_du"]),
        ({"en": ENGLISH, "de": GERMAN, "de_du": "Ruf die 112 an."}, []),
        ({"en": ENGLISH, "de": NEUTRAL, "de_du": ENGLISH}, ["practice.crisis.de_du"]),
    ],
)
def test_what_is_said_of_crisis_texts(crisis: dict[str, str], wheres: list[str]) -> None:
    practice = Practice.model_validate({"crisis": crisis})
    assert [each.where for each in crisis_remarks(practice)] == wheres


def test_every_helpline_has_its_source_and_fits_the_card() -> None:
    assert {"DE", "AT", "CH", "FR", "ES", "NL", "GB", "IE", "US", "CA", "AU", "NZ"} == set(
        countries()
    )
    for each in helplines():
        assert each.source.startswith("https://")
        assert isinstance(each.written_on, date)
    for country in countries():
        texts = texts_for(country)
        assert set(texts) == {"en", "de"}
        for language, text in texts.items():
            assert (
                crisis_remarks(Practice.model_validate({"language": language, "crisis": texts}))
                == ()
            )
            first_lines = text.split("\n")
            assert len(first_lines) == len(of_country(country)) >= 1
            assert last_digit(f"That sounds very hard.\n\n{text}") < VISIBLE


def test_helplines_are_written_only_where_an_admin_says_so(folder: Path) -> None:
    before = (folder / "config.toml").read_text()
    for typed in ("", "n\n"):
        done = interlude(folder, "init", "--country", "gb", typed=typed)
        assert done.exit_code == 0
        assert "116 123 – Samaritans" in done.stdout and "https://www.samaritans.org" in done.stdout
        assert (folder / "config.toml").read_text() == before
    done = interlude(folder, "init", "--country", "gb", typed="y\n")
    assert done.exit_code == 0
    written = tomllib.loads((folder / "config.toml").read_text())
    assert written["practice"]["crisis"] == texts_for("GB") | {"de_du": ""}
    assert written["digest"] == tomllib.loads(before)["digest"]
    assert interlude(folder, "doctor").exit_code == 0


def test_what_somebody_wrote_is_never_overwritten(folder: Path) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text().replace('\nen = ""\n', '\nen = "Call 112."\n', 1))
    before = config.read_text()
    done = interlude(folder, "init", "--country", "DE", typed="y\n")
    assert done.exit_code == 2
    assert config.read_text() == before
    assert "practice.crisis.en: has a text already" in done.stderr


def test_a_country_without_a_list_is_refused(folder: Path) -> None:
    done = interlude(folder, "init", "--country", "XX")
    assert done.exit_code == 2
    assert "known are AT, AU" in done.stderr
