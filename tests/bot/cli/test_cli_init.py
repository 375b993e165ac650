"""A practice is set up: at a terminal by answers, in a script by options."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import segno

from bot.cli.helplines import texts_for
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.texts import shipped
from flows.languages import Language
from tests.bot.cli.terminal import Terminal, at_terminal
from tests.bot.cli.test_cli_commands import interlude
from tests.crash.world import DURATION, ROOT, TOKEN, FarEnd, far_end

NOWHERE = "http://127.0.0.1:9"
EXAMPLE = (ROOT / "config.example.toml").read_text("utf-8")
STOPPED = "Stopped. What was answered is kept; `interlude init` goes on from there."
ASKS_TOKEN = "(Enter: later): "


@pytest.fixture
def other_side() -> Iterator[FarEnd]:
    with far_end() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, other_side: FarEnd) -> Path:
    """A folder whose settings lead to a Telegram of its own, and are the example's otherwise."""
    return with_telegram(tmp_path, other_side.url)


def with_telegram(folder: Path, url: str) -> Path:
    path = folder / "config.toml"
    path.write_text(EXAMPLE.replace("https://api.telegram.org", url), "utf-8")
    path.chmod(0o600)
    return folder


def written(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    return found


def changed_lines(before: str, folder: Path) -> list[str]:
    """The lines of the settings that are new."""
    now = (folder / "config.toml").read_text("utf-8")
    lines = difflib.ndiff(before.splitlines(), now.splitlines())
    return [line[2:] for line in lines if line.startswith("+ ")]


def at_telegram(side: FarEnd, method: str, **said: str) -> Any:
    """Ask as the bot does; or write to it as its owner does at @BotFather."""
    request = Request(
        f"{side.url}/bot{TOKEN}/{method}",
        json.dumps(said).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=DURATION) as answer:
        return json.load(answer)["result"]


def shown_at_telegram(side: FarEnd, language: str) -> tuple[str, str, list[str]]:
    """What somebody reads who has this language: above the start button, on the page, the menu."""
    code = {"language_code": language}
    menu = at_telegram(side, "getMyCommands", **code)
    return (
        at_telegram(side, "getMyDescription", **code)["description"],
        at_telegram(side, "getMyShortDescription", **code)["short_description"],
        [each["command"] for each in menu],
    )


def own_texts(language: str) -> tuple[str, str]:
    say, to = shipped().client, Language(language)
    return say(to, "at_telegram.description"), say(to, "at_telegram.short_description")


def scanned(screen: str) -> list[list[int]]:
    """The dots of the picture on the screen, without its border: 1 is dark."""
    drawn = re.findall(r"^\x1b\[97;40m([ ▀▄█]+)\x1b\[0m$", screen, re.MULTILINE)
    halves = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}
    rows = [[halves[each][half] for each in line] for line in drawn for half in (0, 1)]
    size = len(rows[0]) - 8
    assert not any(any(row) for row in rows[:4]), "a border of four dots"
    return [row[4:-4] for row in rows[4 : 4 + size]]


def answer_all(person: Terminal) -> None:
    """A practice of one in the evening."""
    person.types("Praxis am Berg", asked="as clients read it (Enter: none): ")
    person.types("Europe/Berln", asked="Time zone [Europe/Berlin]: ")
    person.reads("did you mean Europe/Berlin?")
    person.types("Europe/Vienna", asked="Time zone [Europe/Berlin]: ")
    person.types("de", asked="[en]: ")
    person.types("https://berg.example/privacy", asked="(Enter: none yet): ")
    person.types(TOKEN, asked=ASKS_TOKEN)
    person.reads("This is @interlude_bot.")
    person.types("at", asked="(Enter: write your own): ")
    person.reads("142 – Telefonseelsorge, day and night")
    person.types("y", asked="[y/N]: ")
    person.types("Hugo", asked="Name of the bot [Interlude]: ")
    person.types("Herr Berg", asked="such as Dr. Weber (Enter: later): ")
    person.types("Herrn Berg", asked="bei Herrn Weber [Herr Berg]: ")
    person.types("", asked="für Herrn Weber [Herrn Berg]: ")


def test_a_practice_is_set_up_in_an_evening(folder: Path, other_side: FarEnd) -> None:
    before = (folder / "config.toml").read_text("utf-8")
    with at_terminal(folder, "init") as person:
        answer_all(person)
        assert person.ends() == 0, person.shown
    assert changed_lines(before, folder) == [
        'token_file = "token"',
        'name = "Praxis am Berg"',
        'privacy_url = "https://berg.example/privacy"',
        'zone = "Europe/Vienna"',
        'language = "de"',
        *(line for line in changed_lines(before, folder) if "142" in line),
    ]
    assert written(folder)["practice"]["crisis"] == texts_for("AT") | {"de_du": ""}
    assert (folder / "token").read_text().strip() == TOKEN
    assert (folder / "token").stat().st_mode & 0o777 == 0o600
    assert TOKEN not in person.shown
    assert "/setprivacypolicy  https://berg.example/privacy" in person.shown
    assert "Next: interlude run" in person.shown
    people = interlude(folder, "people", "list").stdout
    assert "Herr Berg (dative: Herrn Berg, accusative: Herrn Berg)  Europe/Vienna" in people
    (link,) = re.findall(r"https://t\.me/interlude_bot\?start=[\w-]+", person.shown)
    assert scanned(person.shown) == [list(row) for row in segno.make_qr(link, error="l").matrix]
    assert at_telegram(other_side, "getMe")["first_name"] == "Hugo"
    menu = [name for name, _ in FOR_CLIENTS.menu()]
    for reader, language in (("", "en"), ("de", "de")):
        assert shown_at_telegram(other_side, reader) == (*own_texts(language), menu)

    doctor = interlude(folder, "doctor").stdout
    assert "look at  bot: it can be asked into groups" in doctor and "no text" not in doctor

    before = (folder / "config.toml").read_text("utf-8")
    with at_terminal(folder, "init") as again:
        assert again.ends() == 0, again.shown
    assert "Enter" not in again.shown and "[" not in again.shown, "nothing is asked again"
    assert "By hand" not in again.shown and "Next: interlude run" in again.shown
    assert changed_lines(before, folder) == []
    assert interlude(folder, "people", "list").stdout == people
    assert other_side.calls("setMyName") == 1


def test_a_wrong_token_is_asked_for_again_and_never_shown(folder: Path, other_side: FarEnd) -> None:
    (folder / "token").write_text("somebody else's")
    with at_terminal(folder, "init", "--country", "GB", "--numbers-checked") as person:
        for asked in ("(Enter: none): ", "[Europe/Berlin]: ", "[en]: ", "(Enter: none yet): "):
            person.types("", asked=asked)
        person.types("my token", asked=ASKS_TOKEN)
        person.reads("That is no token; it looks like 123456:ABC")
        person.types("77:unknown", asked=ASKS_TOKEN)
        person.reads("Telegram does not know this token")
        person.types(TOKEN, asked=ASKS_TOKEN)
        person.reads("token is there already and was left as it is")
        (folder / "token").unlink()
        person.types(TOKEN, asked=ASKS_TOKEN)
        person.types("", asked="Name of the bot [Interlude]: ")
        person.types("", asked="such as Dr. Weber (Enter: later): ")
        assert person.ends() == 0, person.shown
    assert not [secret for secret in ("my token", "77:unknown", TOKEN) if secret in person.shown]
    assert (folder / "token").read_text() == f"{TOKEN}\n"
    assert 'Next: interlude people invite-therapist --name "Dr. Weber"' in person.shown
    assert other_side.calls("setMyName") == 0, "it has that name already"
    with at_terminal(folder, "init") as again:
        again.types("", asked="Name of the bot [Interlude]: ")
        again.types("", asked="such as Dr. Weber (Enter: later): ")
        assert again.ends() == 0, again.shown
    assert "Time zone" not in again.shown and "Token" not in again.shown


def test_a_wrong_token_in_a_variable_is_told_and_no_other_asked_for(folder: Path) -> None:
    practice = ("--name", "", "--zone", "Europe/Berlin", "--language", "en", "--privacy-url", "")
    card = ("--country", "GB", "--numbers-checked")
    with at_terminal(
        folder, "init", *practice, *card, INTERLUDE_TELEGRAM__TOKEN="77:unknown"
    ) as person:
        person.reads("Telegram does not know this token")
        person.reads("in the variable INTERLUDE_TELEGRAM__TOKEN, which wins over what is typed")
        assert person.ends() == 0, person.shown
    assert ASKS_TOKEN not in person.shown and "77:unknown" not in person.shown


def test_whoever_stops_in_the_middle_goes_on_from_there(folder: Path) -> None:
    with at_terminal(folder, "init") as person:
        person.types("Praxis", asked="(Enter: none): ")
        person.types("Europe/Lisbon", asked="Time zone [Europe/Berlin]: ")
        person.types("de", asked="[en]: ")
        person.types("https://p.example", asked="(Enter: none yet): ")
        person.stops(asked=ASKS_TOKEN, told=STOPPED)
        assert person.ends() == 1
    assert not (folder / "token").exists()
    with at_terminal(folder, "init") as person:
        person.types(TOKEN, asked=ASKS_TOKEN)
        person.types("77:pasted-here", asked="(Enter: write your own): ")
        person.reads("There are none here.")
        person.types("xy", asked="(Enter: write your own): ")
        person.reads("There are none for XY here.")
        person.types("", asked="(Enter: write your own): ")
        person.types(
            "Ruf jemanden an", asked="In German with Sie, begin with a number (Enter: later)"
        )
        person.reads("has a text without a number")
        person.types("112 – Notruf", asked="(Enter: later): ")
        person.types("112 – emergency", asked="(Enter: they read the one in German with Sie): ")
        person.types("", asked="(Enter: the same as above): ")
        person.stops(asked="Name of the bot [Interlude]: ", told=STOPPED)
        assert person.ends() == 1
    practice = written(folder)["practice"]
    assert (practice["name"], practice["zone"]) == ("Praxis", "Europe/Lisbon")
    assert practice["crisis"] == {"en": "112 – emergency", "de": "112 – Notruf", "de_du": ""}
    with at_terminal(folder, "init") as person:
        person.types("", asked="Name of the bot [Interlude]: ")
        person.types("Dr. Weber", asked="such as Dr. Weber (Enter: later): ")
        assert person.ends() == 0
    assert "(Enter: none" not in person.shown and "Token" not in person.shown
    assert "Dr. Weber" in interlude(folder, "people", "list").stdout


def test_without_a_network_the_rest_is_set_up(tmp_path: Path, other_side: FarEnd) -> None:
    folder = with_telegram(tmp_path, NOWHERE)
    words = ("--name", "", "--zone", "UTC", "--language", "de", "--privacy-url", "")
    with at_terminal(folder, "init", *words, "--crisis", "en=Call 112.") as person:
        person.types(TOKEN, asked=ASKS_TOKEN)
        person.reads("Telegram cannot be reached now")
        person.types("AT", asked="(Enter: write your own): ")
        person.types("y", asked="[y/N]: ")
        person.reads("then once more: interlude init")
        assert person.ends() == 0, person.shown
    assert (folder / "token").read_text() == f"{TOKEN}\n"
    assert (folder / "interlude.key").exists()
    numbers = {"en": "Call 112.", "de": texts_for("AT")["de"], "de_du": ""}
    assert written(folder)["practice"]["crisis"] == numbers, "what somebody wrote stays"
    later = interlude(folder, "init", INTERLUDE_TELEGRAM__API_URL=other_side.url)
    assert (later.returncode, later.stderr) == (0, "")
    assert shown_at_telegram(other_side, "de")[:2] == own_texts("de")


SCRIPT = (
    *("--name", "Hill", "--zone", "Europe/London", "--language", "en"),
    *("--privacy-url", "https://hill.example", "--token-file", "secrets/token"),
    *("--database", "sqlite+aiosqlite:///kept/hill.db"),
    *("--crisis", "en=Call 999.", "--bot-name", "Hugo", "--therapist", "Dr.  Hill"),
)


def test_every_answer_can_be_given_as_an_option(folder: Path, other_side: FarEnd) -> None:
    (folder / "secrets").mkdir()
    (folder / "secrets" / "token").write_text(TOKEN)
    (folder / "secrets" / "token").chmod(0o600)
    done = interlude(folder, "init", *SCRIPT)
    assert (done.returncode, done.stderr) == (0, "")
    assert written(folder)["telegram"]["token_file"] == "secrets/token"
    assert written(folder)["practice"]["crisis"]["en"] == "Call 999."
    assert (folder / "kept" / "hill.db").stat().st_mode & 0o777 == 0o600
    assert "?start=" in done.stdout and "\x1b" not in done.stdout, "no picture in a file"
    assert "Dr. Hill  Europe/London" in interlude(folder, "people", "list").stdout
    assert at_telegram(other_side, "getMyName") == {"name": "Hugo"}
    again = interlude(folder, "init", *SCRIPT)
    assert (again.returncode, again.stderr) == (0, "")
    assert "Somebody is here already" in again.stdout and "?start=" not in again.stdout


def test_texts_that_somebody_wrote_at_botfather_stay(folder: Path, other_side: FarEnd) -> None:
    (folder / "token").write_text(TOKEN)
    (folder / "token").chmod(0o600)
    at_telegram(other_side, "setMyDescription", description="Our own words.")
    done = interlude(folder, "init", "--token-file", "token")
    assert done.returncode == 0
    assert "The text above the start button is:\n  Our own words.\nThey stay" in done.stdout
    described, short, menu = shown_at_telegram(other_side, "de")
    assert (described, short) == ("Our own words.", own_texts("de")[1])
    assert "menus and texts are set, but for the texts that stay" in done.stdout and menu
    at_telegram(other_side, "setMyDescription", description="Worte", language_code="de")
    with at_terminal(folder, "init", "--crisis", "en=Call 112.") as person:
        for _ in range(4):
            person.types("", asked=": ")
        person.types("", asked="Name of the bot [Interlude]: ")
        person.reads("  Our own words.")
        person.reads("  Worte")
        person.types("n", asked="replace them? [y/N]: ")
        person.types("", asked="(Enter: later): ")
        assert person.ends() == 0, person.shown
    assert shown_at_telegram(other_side, "de")[0] == "Worte"
    replaced = interlude(folder, "init", "--texts", "replace")
    assert (replaced.returncode, replaced.stderr) == (0, "")
    for reader, language in (("", "en"), ("de", "de")):
        assert shown_at_telegram(other_side, reader)[:2] == own_texts(language)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--country", "XX"), "--country: no helplines for XX here; known are AT"),
        (("--crisis", "fr=112"), "--crisis: write LANGUAGE=TEXT, with one of en, de"),
        (("--crisis", "en=Call us"), "practice.crisis has a text without a number for en; write"),
        (("--zone", "Europe/Berln"), "did you mean Europe/Berlin?"),
        (("--privacy-url", "p.example"), "practice.privacy_url is not an https address"),
        (("--token-file", "none"), "none: cannot be read"),
        (("--token-file", "config.toml"), "config.toml holds no bot token"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_done(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    before = (with_telegram(tmp_path, NOWHERE) / "config.toml").read_text()
    refused = interlude(tmp_path, "init", *words)
    assert (refused.returncode, refused.stdout) == (2, "")
    (line,) = refused.stderr.splitlines()
    assert says in line
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]
    assert (tmp_path / "config.toml").read_text() == before


def test_a_name_that_telegram_does_not_take_now_is_not_lost(
    folder: Path, other_side: FarEnd
) -> None:
    (folder / "token").write_text(TOKEN)
    other_side.tell("fault", method="setMyName", status=429, retry_after=3600)
    done = interlude(folder, "init", "--token-file", "token", "--bot-name", "Hugo M.")
    assert "it takes no more changes for now" in done.stdout
    assert "once more: interlude init --bot-name 'Hugo M.'" in done.stdout
    assert done.returncode == 1, "a script learns of it"


def test_a_token_that_telegram_refuses_is_said_to_a_script(folder: Path) -> None:
    (folder / "token").write_text("77:unknown")
    done = interlude(folder, "init", "--token-file", "token")
    assert done.returncode == 1
    assert "Telegram does not know this token" in done.stderr and "77:unknown" not in done.stderr
