"""Nothing that a client wrote, no name and no token is in any log or in plain in the database.

A whole life is lived with words that occur nowhere else, in good and in bad times, at log level
debug; then everything that the process wrote and every byte of the database is searched for them.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.services.consent import agreed_text
from tests.crash.world import (
    COMMAND,
    ROOT,
    TOKEN,
    Bot,
    FarEnd,
    await_until,
    environment,
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
    done = subprocess.run(
        [*COMMAND, *words], cwd=folder, env=environment(), capture_output=True, text=True
    )
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


def _rows(database: Path, query: str) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as other:
        (count,) = other.execute(query).fetchone()
    other.close()
    return int(count)


@pytest.mark.promise("P6a")
@pytest.mark.promise("P6b")
def test_no_secret_is_logged_or_stored_in_plain(bot: Bot, tmp_path: Path) -> None:
    far_end = bot.far_end
    write_config(tmp_path, far_end.url)
    assert not _found(_command(tmp_path, "init").encode())
    link = _command(tmp_path, "people", "invite-therapist", "--name", NAME)
    database = tmp_path / "interlude.db"
    bot.start()
    _onboard(far_end, link)
    _answer(far_end)
    assert bot.stop() == 0
    bot.settings["INTERLUDE_LOG__FORMAT"] = "json"
    bot.start()
    _bad_times(far_end, database)
    aside = "SELECT count(*) FROM inbox WHERE state = 'quarantined'"
    await_until(lambda: _rows(database, aside) == 2, "two messages to be set aside")
    far_end.tell("fault", method="getUpdates", status=401)
    await_until(lambda: "http_401" in bot.log, "a poll to be refused")
    seen = [path.read_bytes() for path in tmp_path.glob("interlude.db*")]
    bot.kill()
    assert "row_set_aside" in bot.log
    assert "poll_failed" in bot.log
    assert "not_sent" in bot.log
    assert not _found(bot.log.encode())
    seen += [path.read_bytes() for path in tmp_path.glob("interlude.db*")]
    assert len(seen) >= 6, "database, WAL and shared memory, while it ran and after its end"
    assert not [found for found in map(_found, seen) if found]


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
    kind = {"chained": b"KeyError", "library": b"anything"}.get(way, b"ValueError")
    assert kind in said
