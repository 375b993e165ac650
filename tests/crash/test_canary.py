"""Nothing that a client wrote, no name and no token is in any log, or in plain in any file.

A whole life is lived with words that occur nowhere else, in good and in bad times, at log level
debug; then everything that the process wrote, and every byte of every file that it left (database,
backups, temporary files, what a crash leaves behind), is searched for them.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.services.consent import agreed_text
from tests.crash.test_crash_health import ask, free_port
from tests.crash.world import (
    ROOT,
    TOKEN,
    Bot,
    FarEnd,
    await_until,
    environment,
    interlude,
    spawned,
    write_config,
)

THERAPIST, CLIENT, STRANGER = 7301948265, 7302958376, 7303968487
NAME, ALIAS, FIRST, WORDS = "Dr. Quagmire", "Zyxwv", "Ottokar", "a purple xylophone at dawn"
SECRETS = (
    WORDS,
    "xylophone",
    NAME,
    "Quagmire",
    ALIAS,
    FIRST,
    TOKEN,
    "canary-token",
    *map(str, (THERAPIST, CLIENT, STRANGER)),
)
LINK = re.compile(r"start=([\w-]+)")
TROUBLE = (
    "CREATE TRIGGER trouble BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'no room'); END"
)


def _found(text: bytes) -> list[str]:
    """The secrets that are in there, as they are or as JSON writes them."""
    return [s for s in SECRETS if s.encode() in text or json.dumps(s)[1:-1].encode() in text]


def _command(folder: Path, *words: str) -> str:
    done = interlude(folder, *words)
    assert done.returncode == 0, done.stderr
    assert not _found(done.stderr.encode())
    return done.stdout


def _say(far_end: FarEnd, chat: int, text: str) -> list[str]:
    """Return what the bot answers."""
    before = len(far_end.heard(chat))
    far_end.tell("say", chat=chat, name=FIRST, text=text)
    await_until(lambda: len(far_end.heard(chat)) > before, "an answer")
    return far_end.heard(chat)[before:]


def _tap(far_end: FarEnd, chat: int, label: str) -> list[str]:
    before = len(far_end.heard(chat))
    far_end.tell("tap", chat=chat, label=label)
    await_until(lambda: len(far_end.heard(chat)) > before, "an answer to a tap")
    return far_end.heard(chat)[before:]


def _onboard(far_end: FarEnd, link: str) -> None:
    token = _token(link)
    _say(far_end, THERAPIST, f"/start {token}")
    _say(far_end, THERAPIST, f"/invite {ALIAS}")
    _tap(far_end, THERAPIST, "English")
    heard = await_until(
        lambda: [text for text in far_end.heard(THERAPIST) if LINK.search(text)], "the letter"
    )
    _say(far_end, CLIENT, f"/start {_token(heard[-1])}")
    await_until(lambda: "Step 1 of" in "".join(far_end.heard(CLIENT)), "the consent")
    for _ in range(agreed_text.COUNT - 1):
        edited = far_end.calls("editMessageText")
        far_end.tell("tap", chat=CLIENT, label="Go on")
        far_end.await_call("editMessageText", edited)
    far_end.tell("tap", chat=CLIENT, label="I agree")
    await_until(lambda: "Thank you." in "".join(far_end.heard(CLIENT)), "the welcome")


def _token(text: str) -> str:
    found = LINK.search(text)
    assert found is not None
    return found[1]


def _answer(far_end: FarEnd) -> None:
    _say(far_end, CLIENT, "/checkin")
    await_until(lambda: "How has your week" in "".join(far_end.heard(CLIENT)), "the question")
    _tap(far_end, CLIENT, "7")
    for _ in range(2):
        _say(far_end, CLIENT, WORDS)


def _bad_times(far_end: FarEnd, database: Path) -> None:
    """A message that cannot be parsed, one that cannot be handled, and every refusal there is."""
    chat = {"id": CLIENT, "type": "private", "first_name": FIRST}
    broken = {"message_id": 900, "date": 1, "chat": chat, "text": [{"a": WORDS}]}
    far_end.tell("raw", update={"message": broken})
    far_end.tell("raw", update={"callback_query": {"data": WORDS}})
    far_end.tell("say", chat=STRANGER, name=FIRST, text=WORDS)
    for status in (401, 409, 429, 500, 502, 0):
        far_end.tell("fault", method="sendMessage", status=status)
    far_end.tell("fault", method="sendMessage", status=400, description=f"Bad Request: {WORDS}")
    far_end.tell("fault", method="getUpdates", status=502)
    with sqlite3.connect(database) as other:
        other.execute(TROUBLE)
    other.close()
    far_end.tell("say", chat=CLIENT, text=WORDS)
    for number in range(6):
        far_end.tell("say", chat=THERAPIST, text=f"/invite {ALIAS}{number}")


def _take_along(far_end: FarEnd) -> None:
    """The client gets their files, and the therapist a picture and a paper."""
    sent = far_end.calls("sendDocument")
    far_end.tell("say", chat=CLIENT, name=FIRST, text="/export")
    await_until(lambda: far_end.calls("sendDocument") >= sent + 3, "the three files")
    _say(far_end, THERAPIST, "/digest")
    sent = far_end.calls("sendDocument")
    far_end.tell("tap", chat=THERAPIST, label="As a PDF")
    far_end.await_call("sendDocument", sent)


def _shown_outside(bot: Bot, port: int) -> bytes:
    """All that the process shows to others on its machine: its pages, command and environment."""
    assert bot.process is not None
    about = Path(f"/proc/{bot.process.pid}")
    found = [ask(port, page) for page in ("healthz", "readyz", "metrics")]
    pages = [body.encode() for _, body in filter(None, found)]
    return b"".join([*pages, *((about / name).read_bytes() for name in ("cmdline", "environ"))])


def _left_behind(*folders: Path) -> dict[str, list[str]]:
    """The files with secrets in them, of all that lie there: but the settings and the key."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in files if path.name not in ("config.toml", "interlude.key")]
    found = {path.name: _found(path.read_bytes()) for path in kept}
    return {name: secrets for name, secrets in found.items() if secrets}


def _rows(database: Path, query: str) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as other:
        (count,) = other.execute(query).fetchone()
    other.close()
    return int(count)


@pytest.mark.promise("P6a")
@pytest.mark.promise("P6b")
def test_no_secret_is_logged_or_stored_in_plain(bot: Bot, tmp_path: Path) -> None:
    far_end, bot.begin = bot.far_end, spawned  # whose command line everybody can read
    write_config(tmp_path, far_end.url)
    assert not _found(_command(tmp_path, "init").encode())
    link = _command(tmp_path, "people", "invite-therapist", "--name", NAME)
    database = tmp_path / "interlude.db"
    bot.start()
    _onboard(far_end, link)
    _answer(far_end)
    assert bot.stop() == 0
    public = _command(tmp_path, "backup", "key").rpartition('key = "')[2].partition('"')[0]
    with (tmp_path / "config.toml").open("a") as settings:
        settings.write(f'[backup]\nfolder = "backups"\nkey = "{public}"\n')
    (tmp_path / "backups").mkdir()
    _command(tmp_path, "backup")
    (tmp_path / "scratch").mkdir()
    port = free_port()
    bot.settings |= {
        "INTERLUDE_LOG__FORMAT": "json",
        "INTERLUDE_HEALTH__PORT": str(port),
        "TMPDIR": str(tmp_path / "scratch"),
    }
    bot.start()
    _take_along(far_end)
    _bad_times(far_end, database)
    aside = "SELECT count(*) FROM inbox WHERE state = 'quarantined'"
    await_until(lambda: _rows(database, aside) == 2, "two messages to be set aside")
    far_end.tell("fault", method="getUpdates", status=401)
    await_until(lambda: "http_401" in bot.log, "a poll to be refused")
    seen = [path.read_bytes() for path in tmp_path.glob("interlude.db*")]
    shown = _shown_outside(bot, port)
    bot.kill()
    assert b"interlude_inbox_updates" in shown and b"interlude" in shown
    assert not _found(shown)
    assert "row_set_aside" in bot.log
    assert "poll_failed" in bot.log
    assert "not_sent" in bot.log
    assert not _found(bot.log.encode())
    assert len(seen) >= 3, "database, WAL and shared memory while it ran"
    assert not [found for found in map(_found, seen) if found]
    assert len(list(tmp_path.glob("backups/*.age"))) == 2
    assert _left_behind(tmp_path) == {}


@pytest.mark.promise("P6a")
@pytest.mark.promise("P6b")
def test_an_erased_life_leaves_nothing_in_files_and_log(bot: Bot, tmp_path: Path) -> None:
    far_end = bot.far_end
    write_config(tmp_path, far_end.url)
    _command(tmp_path, "init")
    link = _command(tmp_path, "people", "invite-therapist", "--name", NAME)
    database = tmp_path / "interlude.db"
    bot.start()
    _onboard(far_end, link)
    _answer(far_end)
    _say(far_end, CLIENT, "/erase")
    edits = far_end.calls("editMessageText")
    far_end.tell("tap", chat=CLIENT, label="Go on to erasing")
    far_end.await_call("editMessageText", edits)
    said = _tap(far_end, CLIENT, "Erase everything now")
    assert any("Receipt:" in text for text in said)
    ended = "SELECT count(*) FROM erasures WHERE left_at IS NOT NULL AND scrubbed_at IS NOT NULL"
    await_until(lambda: _rows(database, ended) == 1, "the erasing to come to its end")
    _say(far_end, CLIENT, WORDS)
    seen = [path.read_bytes() for path in tmp_path.glob("interlude.db*")]
    assert bot.stop() == 0
    seen += [path.read_bytes() for path in tmp_path.glob("interlude.db*")]
    assert not [found for found in map(_found, seen) if found]
    assert not _found(bot.log.encode())
    assert _rows(database, "SELECT count(*) FROM people WHERE role = 'client'") == 0


@pytest.mark.promise("P6a")
@pytest.mark.promise("P6b")
def test_a_crash_leaves_nothing_of_the_memory(bot: Bot, tmp_path: Path) -> None:
    """The process dies of a fault in its memory while Python says all it can: no core dump, no file
    of its own elsewhere, and a trace without what the variables held.
    """
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = tmp_path / "practice"
    folder.mkdir()
    bot.folder, bot.begin = folder, spawned  # with the limits that are set below
    loud = {"PYTHONASYNCIODEBUG": "1", "PYTHONFAULTHANDLER": "1"}
    bot.settings |= {**loud, "TMPDIR": str(elsewhere)}
    write_config(folder, bot.far_end.url)
    _command(folder, "init")
    link = _command(folder, "people", "invite-therapist", "--name", NAME)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        bot.launch()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    await_until(lambda: bot.far_end.calls("getUpdates"), "the first poll", limit=120)
    _onboard(bot.far_end, link)
    _answer(bot.far_end)
    assert bot.process is not None
    limits = Path(f"/proc/{bot.process.pid}/limits").read_text("utf-8")
    assert re.search(r"Max core file size +0 +0 ", limits)
    bot.process.send_signal(signal.SIGSEGV)
    assert bot.process.wait() == -signal.SIGSEGV
    assert "Segmentation fault" in bot.log
    assert not _found(bot.log.encode())
    assert _left_behind(folder, elsewhere) == {}


def test_the_kernel_dumps_no_process_that_forbade_it() -> None:
    """Also where it hands dumps to a program, which asks for no limit."""
    script = (
        "import ctypes\nfrom bot.cli.no_core_dump import forbid_core_dumps\n"
        "forbid_core_dumps()\nprint(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(), capture_output=True, text=True
    )
    assert done.stdout == "0\n"


UNHAPPY = {
    "uncaught": "raise ValueError('{words}')",
    "chained": (
        "\ntry:\n    int('{words}')\n"
        "except ValueError as error:\n    raise KeyError('{words}') from error"
    ),
    "forgotten": (
        "\nimport asyncio, gc\n"
        "async def fails():\n    raise ValueError('{words}')\n"
        "async def main():\n"
        "    task = asyncio.ensure_future(fails())\n    await asyncio.sleep(0)\n"
        "    del task\n    gc.collect()\n"
        "asyncio.run(main())"
    ),
    "unraisable": (
        "\nclass Thing:\n    def __del__(self):\n        raise ValueError('{words}')\n"
        "thing = Thing()\ndel thing"
    ),
    "statement": (
        "\nimport logging\nimport sqlalchemy as sa\n"
        "logging.getLogger('sqlalchemy').setLevel(10)\n"
        "with sa.create_engine('sqlite://').begin() as conn:\n"
        "    conn.execute(sa.text('SELECT :w AS one'), {{'w': '{words}'}}).all()\n"
        "    conn.execute(sa.text('SELECT nothing, :w'), {{'w': '{words}'}})"
    ),
    "library": (
        "\nimport logging\n"
        "for name in ('httpx', 'telegram.ext', 'sqlalchemy.pool', 'anything'):\n"
        "    for level in (10, 20, 30, 40, 50):\n"
        "        logging.getLogger(name).log(level, '{words}')"
    ),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("way", UNHAPPY)
def test_what_nobody_caught_is_told_without_its_words(way: str, form: str) -> None:
    begin = f"from bot.logs import set_up\nset_up('debug', '{form}')\n"
    script = begin + UNHAPPY[way].format(words=WORDS)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(), capture_output=True
    )
    said = done.stdout + done.stderr
    assert said
    assert not _found(said)
    kinds = {"chained": b"KeyError", "library": b"anything", "statement": b"OperationalError"}
    kind = kinds.get(way, b"ValueError")
    assert kind in said
