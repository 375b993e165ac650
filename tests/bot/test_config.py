"""The settings: what wins, what is refused and how it is said, and that the example is complete."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

import pytest

from bot.config import (
    ConfigProblem,
    Settings,
    exposed_secrets,
    load_settings,
    needs_for_run,
)
from bot.config.settings import setting_names
from flows.languages import Language

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
SECRET = "4711:canary-token"


def write(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return file


def good(path: Path | None, **environ: str) -> Settings:
    loaded = load_settings(path, environ)
    assert isinstance(loaded, Settings), [str(problem) for problem in loaded]
    return loaded


def refused(path: Path | None, **environ: str) -> list[str]:
    loaded = load_settings(path, environ)
    assert not isinstance(loaded, Settings)
    assert all(isinstance(problem, ConfigProblem) for problem in loaded)
    lines = [str(problem) for problem in loaded]
    assert all("\n" not in line for line in lines)
    return lines


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A present folder without any settings file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_any_file_the_defaults_hold(empty: Path) -> None:
    settings = good(None)
    assert settings.database.url == f"sqlite+aiosqlite:///{empty}/data/interlude.db"
    assert settings.database.key_file == empty / "interlude.key"
    assert settings.flows.directory == ROOT / "flows" / "library"
    assert settings.practice.quiet_from == time(21, 30)
    assert settings.digest.weekday == "sun"


def test_the_usual_file_is_found_in_the_present_folder(empty: Path) -> None:
    write(empty, '[practice]\nname = "Praxis am Park"\n')
    assert good(None).practice.name == "Praxis am Park"


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "[telegram]\npoll_seconds = 7\n")
    assert good(None, INTERLUDE_CONFIG=str(file)).telegram.poll_seconds == 7
    missing = str(tmp_path / "none.toml")
    assert refused(None, INTERLUDE_CONFIG=missing)[0].startswith(missing)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, '[practice]\nzone = "Europe/Vienna"\nlanguage = "de"\n')
    settings = good(file, INTERLUDE_PRACTICE__ZONE="Europe/Zurich", INTERLUDE_DIGEST__AT="07:15")
    assert settings.practice.zone == "Europe/Zurich"
    assert settings.practice.language == "de"
    assert settings.digest.at == time(7, 15)


def test_a_variable_reaches_a_table_in_a_table_and_a_list(empty: Path) -> None:
    settings = good(
        None, INTERLUDE_PRACTICE__CRISIS__DE_DU="Ruf 112 an.", INTERLUDE_FLOWS__DEFAULT="a, b"
    )
    assert settings.practice.crisis["de_du"] == "Ruf 112 an."
    assert settings.flows.default == ("a", "b")
    assert good(None, INTERLUDE_FLOWS__DEFAULT='["a", "b"]').flows.default == ("a", "b")


def test_other_variables_are_left_alone(empty: Path) -> None:
    assert good(None, PATH="/bin", XINTERLUDE_LOG__LEVEL="loud").log.level == "info"


def test_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    text = '[database]\nurl = "sqlite+aiosqlite:///db/a.db"\n[flows]\ndirectory = "mine"\n'
    settings = good(write(tmp_path, text))
    assert settings.database.url == f"sqlite+aiosqlite:///{tmp_path}/db/a.db"
    assert settings.database.key_file == tmp_path / "interlude.key"
    assert settings.flows.directory == tmp_path / "mine"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:////var/lib/a.db",
        "sqlite+aiosqlite:///:memory:",
        "postgresql+asyncpg://h/d",
    ],
)
def test_a_database_that_is_in_place_stays_there(tmp_path: Path, url: str) -> None:
    assert good(write(tmp_path, f'[database]\nurl = "{url}"\n')).database.url == url


def test_a_server_is_not_backed_up_as_a_file_is(tmp_path: Path) -> None:
    """A backup that would fail each night is refused before the first one."""
    server = '[database]\nurl = "postgresql+asyncpg://h/d"\n'
    (line,) = refused(write(tmp_path, f'{server}[backup]\nfolder = "there"\n'))
    assert "backup" in line
    assert "leave backup.folder empty; docs/backups.md says how" in line
    assert good(write(tmp_path, server)).backup.folder is None


def test_every_mistake_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    text = """\
[practice]
zoen = "Europe/Vienna"
quiet_from = "25:00"
session_minutes = "long"

[digset]
at = "18:00"

[sending]
parallel = 0

[log]
level = "loud"
"""
    file = write(tmp_path, text)
    assert sorted(refused(file, INTERLUDE_PRACTICE__ZONE="Europe/Berln")) == [
        "INTERLUDE_PRACTICE__ZONE: practice.zone is not a time zone that exists; "
        "did you mean Europe/Berlin?",
        "config.toml:10: sending.parallel does not fit; it should be greater than or equal to 1",
        "config.toml:13: log.level does not fit; "
        "it should be 'debug', 'info', 'warning' or 'error'",
        "config.toml:2: practice.zoen is not a setting; did you mean practice.zone?",
        "config.toml:3: practice.quiet_from is not a time of day; "
        'write hours and minutes, such as "21:30"',
        "config.toml:4: practice.session_minutes does not fit; it should be a valid integer",
        "config.toml:7: digset is not a setting; did you mean digest?",
    ]


WRONG_VARIABLES = """
TELEGRAM_TOKEN=x: telegram_token is not a setting; did you mean INTERLUDE_TELEGRAM__TOKEN?
DIGEST__WEEKDY=mon: digest.weekdy is not a setting; did you mean INTERLUDE_DIGEST__WEEKDAY?
PRACTICE=x: practice is a table, not a value; write its settings below [practice]
LOG=[1]: log is a table, not a value; write its settings below [log]
TELEGRAM__API_URL=ftp://x: telegram.api_url is not an address; begin with https:// or http://, as in https://api.telegram.org
PRACTICE__PRIVACY_URL=http://x: practice.privacy_url is not an https address; write it like https://practice.example/privacy
BACKUP__KEY=AGE-SECRET-KEY-1Q: backup.key is not a public key; `interlude backup key` makes one; it begins with age1
PRACTICE__ZONE=../x: practice.zone is not a time zone that exists; write it like Europe/Berlin
PRACTICE__ZONE__X=y: practice.zone does not fit; it should be a valid string
RETENTION__INBOX_HOURS=2: retention.inbox_hours does not fit; it should be greater than or equal to 48
SENDING__PER_SECOND=inf: sending.per_second does not fit; it should be a finite number
"""  # noqa: E501


@pytest.mark.parametrize("case", WRONG_VARIABLES.strip().splitlines())
def test_a_wrong_variable_is_named(empty: Path, case: str) -> None:
    assignment, _, line = case.partition(": ")
    variable, _, value = assignment.partition("=")
    name = f"INTERLUDE_{variable}"
    assert refused(None, **{name: value}) == [f"{name}: {line}"]


def test_a_value_that_should_be_a_table_is_not_hidden_by_a_variable(tmp_path: Path) -> None:
    file = write(tmp_path, 'log = "debug"\n')
    lines = refused(file, INTERLUDE_LOG__FORMAT="json", INTERLUDE_LOG__LEVEL="info")
    assert lines == ["config.toml:1: log is a table, not a value; write its settings below [log]"]


def test_true_is_not_taken_for_one(tmp_path: Path) -> None:
    assert refused(write(tmp_path, "[telegram]\npoll_seconds = true\n")) == [
        "config.toml:2: telegram.poll_seconds is true or false; write the value that is meant"
    ]


def test_an_address_ends_without_a_slash(empty: Path) -> None:
    settings = good(None, INTERLUDE_TELEGRAM__API_URL="http://127.0.0.1:8081/")
    assert settings.telegram.api_url == "http://127.0.0.1:8081"


def test_a_list_item_has_the_place_of_its_list(tmp_path: Path) -> None:
    (line,) = refused(write(tmp_path, '[flows]\ndefault = ["a", 3]\n'))
    assert line.startswith("config.toml:2: flows.default.1 does not fit")


def test_broken_toml_has_a_line_and_hides_the_environment_s_mistakes_not(tmp_path: Path) -> None:
    file = write(tmp_path, f"[log]\nlevel = \n[telegram]\ntoken = '{SECRET}'\n")
    lines = refused(file, INTERLUDE_LOG__FORMAT="xml")
    assert lines[0].startswith("config.toml:2: is not valid TOML (")
    assert lines[1].startswith("INTERLUDE_LOG__FORMAT: log.format does not fit")


def test_a_missing_file_and_one_in_another_encoding_are_said(tmp_path: Path) -> None:
    (line,) = refused(tmp_path / "none.toml")
    assert line.startswith(f"{tmp_path / 'none.toml'}: cannot be read (no such file")
    file = tmp_path / "latin.toml"
    file.write_bytes('[practice]\nname = "Müller"\n'.encode("latin-1"))
    assert refused(file) == ["latin.toml: is not written in UTF-8; save it as UTF-8"]


def test_the_token_may_be_in_a_file_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(SECRET + "\n")
    file = write(tmp_path, '[telegram]\ntoken_file = "token"\n')
    settings = good(file)
    assert settings.telegram.token.get_secret_value() == SECRET
    assert settings.telegram.token_file == tmp_path / "token"
    direct = good(file, INTERLUDE_TELEGRAM__TOKEN="1:direct")
    assert direct.telegram.token.get_secret_value() == "1:direct"


@pytest.mark.parametrize("content", [None, "", f"token={SECRET}"])
def test_a_token_file_of_no_use_is_said_without_its_content(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "token").write_text(content)
    file = write(tmp_path, '[telegram]\n\ntoken_file = "token"\n[log]\nlevel = "loud"\n')
    lines = refused(file)
    assert lines[0].startswith("config.toml:3: the file of telegram.token_file ")
    assert lines[1].startswith("config.toml:5: log.level")
    assert "canary" not in "".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "[telegram]\ntoken = 'no-token-canary'\n",
        "[telegram]\ntoken = ['canary']\n",
        "[telegram]\ntoken = canary\n",
        "[telegram]\ntoken = '4711:canary\n",
        "[telegram]\ntoken = '4711:canary' x\n",
        "[telegram]\ntoken = '4711:canary'\nname = 3\n",
        "[telegram]\ntoken = '4711:canary'\ntoken = '4712:canary'\n",
        "[database]\nurl = 'mysql://me:canary@host/db'\n",
    ],
)
def test_no_problem_shows_a_secret(tmp_path: Path, text: str) -> None:
    loaded = load_settings(write(tmp_path, text), {})
    assert not isinstance(loaded, Settings)
    assert "canary" not in f"{loaded!r} {[str(each) for each in loaded]}"


def test_no_repr_shows_a_secret(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://me:canary@host/db"
    text = f"[telegram]\ntoken = '{SECRET}'\n[database]\nurl = '{url}'\n"
    settings = good(write(tmp_path, text))
    assert settings.database.url == url
    assert "canary" not in f"{settings!r} {settings} {settings.telegram} {settings.database}"


def test_settings_cannot_be_changed(empty: Path) -> None:
    settings = good(None)
    with pytest.raises(ValueError, match="frozen"):
        settings.log.level = "debug"


def test_a_token_that_everyone_can_read_is_said_wherever_it_stands(tmp_path: Path) -> None:
    kept = tmp_path / "token"
    kept.write_text(SECRET)
    beside = write(tmp_path, '[telegram]\ntoken_file = "token"\n')
    for path, mode in ((kept, 0o604), (beside, 0o644)):
        path.chmod(mode)
    (line,) = exposed_secrets(good(beside), beside)  # the settings themselves hold no token
    assert str(line).endswith(f"run: chmod 600 {kept}")
    assert SECRET not in str(line)
    kept.chmod(0o600)
    assert exposed_secrets(good(beside), beside) == ()
    inside = write(tmp_path, f'[telegram]\ntoken = "{SECRET}"\n')
    assert [each.where for each in exposed_secrets(good(inside), inside)] == [str(inside)]
    inside.chmod(0o600)
    assert exposed_secrets(good(inside), inside) == ()


def test_run_needs_a_token_and_a_crisis_text(empty: Path) -> None:
    token, crisis = needs_for_run(good(None))
    assert "@BotFather" in str(token)
    assert "interlude demo" in str(token)
    assert crisis.where == "practice.crisis.en"
    german = needs_for_run(good(None, INTERLUDE_PRACTICE__LANGUAGE="de"))
    assert [each.where for each in german[1:]] == ["practice.crisis.de"]
    ready = good(None, INTERLUDE_TELEGRAM__TOKEN=SECRET, INTERLUDE_PRACTICE__CRISIS__EN="Call 112.")
    assert needs_for_run(ready) == ()


def test_a_crisis_text_falls_back_within_its_language_and_last_to_the_practice_s(
    empty: Path,
) -> None:
    practice = good(
        None,
        INTERLUDE_PRACTICE__CRISIS__EN="Call 112.",
        INTERLUDE_PRACTICE__CRISIS__DE="Rufen Sie 112 an.",
    ).practice
    assert [practice.crisis_text(each) for each in ("en", "de", "de_du")] == [
        "Call 112.",
        "Rufen Sie 112 an.",
        "Rufen Sie 112 an.",
    ]
    english = good(None, INTERLUDE_PRACTICE__CRISIS__EN="Call 112.").practice
    assert english.own_crisis_text(Language("de_du")) is None
    assert english.crisis_text(Language("de_du")) == "Call 112."


@pytest.mark.parametrize("language", ["EN", "DE", "DE_DU"])
def test_a_crisis_text_without_a_number_is_refused(empty: Path, language: str) -> None:
    (line,) = refused(None, **{f"INTERLUDE_PRACTICE__CRISIS__{language}": "Somebody is there."})
    assert "without a number" in line and "Somebody" not in line


@pytest.mark.parametrize(
    "line",
    [
        "K7Q2 http://calendar.example.org/feed.ics",
        "https://calendar.example.org/feed.ics",
        "K7Q2 webcal://calendar.example.org/feed.ics",
        "K7Q2",
        "K7Q2 https://a.example.org/1,k7q2 https://a.example.org/2",
    ],
)
def test_a_calendar_that_could_not_be_asked_safely_is_refused(empty: Path, line: str) -> None:
    (told,) = refused(None, INTERLUDE_CALENDAR__ADDRESSES=line)
    assert "feed.ics" not in told and "example.org" not in told


def test_the_address_of_a_calendar_never_shows(empty: Path) -> None:
    line = "k7q2 https://calendar.example.org/secret.ics"
    settings = good(None, INTERLUDE_CALENDAR__ADDRESSES=line)
    assert "secret.ics" not in repr(settings)
    assert settings.calendar.by_code() == {"K7Q2": "https://calendar.example.org/secret.ics"}


def example_names() -> list[str]:
    """The dotted names that the example sets, each with a comment above it."""
    names, table, above = [], "", ""
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if header := re.fullmatch(r"\[([a-z_.]+)\]", line):
            table = header[1]
        elif setting := re.match(r"([a-z_]+) = ", line):
            assert re.fullmatch(r"# [A-Z].*\.", above), f"{table}.{setting[1]} needs one sentence"
            names.append(f"{table}.{setting[1]}")
        above = line
    return names


def test_the_example_has_every_setting_and_no_other() -> None:
    assert example_names() == list(setting_names())


def test_the_example_holds_the_defaults(empty: Path) -> None:
    defaults = good(None)
    assert good(write(empty, EXAMPLE.read_text("utf-8"))) == defaults


HOOK = "https://practice.example/telegram"
HOOK_SECRET = "canary_0123456789-abcdef"


def test_a_webhook_needs_a_secret_which_init_writes_into_its_file(tmp_path: Path) -> None:
    text = f"[webhook]\nurl = '{HOOK}'\n"
    (line,) = [each for each in needs_for_run(good(write(tmp_path, text))) if "hook" in str(each)]
    assert "webhook.secret: there is no secret" in str(line)
    assert "webhook.secret_file" in str(line)
    file = write(tmp_path, f"{text}secret_file = 'hook-secret'\n")
    (line,) = [each for each in needs_for_run(good(file)) if "hook" in str(each)]
    assert f"{tmp_path / 'hook-secret'} is missing" in str(line)
    (tmp_path / "hook-secret").write_text(f"{HOOK_SECRET}\n")
    settings = good(file)
    assert settings.webhook.secret.get_secret_value() == HOOK_SECRET
    assert not [each for each in needs_for_run(settings) if "hook" in str(each)]
    assert HOOK_SECRET not in f"{settings!r} {settings.webhook}"
    (tmp_path / "hook-secret").chmod(0o644)
    (line,) = exposed_secrets(settings, file)
    assert str(line).endswith(f"run: chmod 600 {tmp_path / 'hook-secret'}")


@pytest.mark.parametrize("content", ["", "too-short_canary", "canary canary canary canary"])
def test_a_webhook_s_secret_of_no_use_is_said_without_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "hook-secret").write_text(content[:15] if "short" in content else content)
    (line,) = refused(write(tmp_path, "[webhook]\nsecret_file = 'hook-secret'\n"))
    assert "the file of webhook.secret_file holds no secret" in line
    assert "canary" not in line


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://practice.example/telegram", "does not begin with https"),
        ("https://practice.example:8080/telegram", "has another port"),
    ],
)
def test_an_address_to_which_telegram_does_not_deliver_is_said_unless_the_server_is_one_s_own(
    empty: Path, url: str, says: str
) -> None:
    secret = {"INTERLUDE_WEBHOOK__SECRET": HOOK_SECRET, "INTERLUDE_WEBHOOK__URL": url}
    (line,) = [each for each in needs_for_run(good(None, **secret)) if "hook" in str(each)]
    assert says in str(line)
    own = good(None, INTERLUDE_TELEGRAM__API_URL="http://127.0.0.1:8081", **secret)
    assert not [each for each in needs_for_run(own) if "hook" in str(each)]


@pytest.mark.parametrize("url", ["practice.example", "https:///x", "https://a:b/", "https://a b/"])
def test_a_webhook_s_address_is_one(empty: Path, url: str) -> None:
    (line,) = refused(None, INTERLUDE_WEBHOOK__URL=url)
    assert "webhook.url is not an address" in line


@pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
def test_telegram_s_ports_are_good(empty: Path, port: str) -> None:
    url = f"https://practice.example{port}/telegram"
    assert good(None, INTERLUDE_WEBHOOK__URL=url).webhook.refused_by_telegram is None
