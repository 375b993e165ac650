"""The author's phone: a flow is tried on a page while its file is edited on disk."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from shutil import rmtree

import pytest
from click.testing import CliRunner

from bot.cli.authoring.phone.trying_page import Table, open_page
from bot.cli.authoring.replaying import Setting
from bot.cli.main import main
from flows.script.flow import Flow
from tests.bot.cli.phone_window import (
    EVENING,
    desk_of,
    edit,
    read,
    remove,
    save,
    tried,
    window,
)

PACKED = """language = 1
id = "evening"
title.en = "The evening"
pack = "own"
licence = "ours"
[schedule]
trigger = "on_request"
[[step]]
id = "rest"
kind = "text"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A flow file in a folder of its own."""
    file = tmp_path / "flows" / "evening.toml"
    file.parent.mkdir()
    file.write_text(EVENING, "utf-8")
    return file


def write_bit_by_bit(file: Path, text: str) -> None:
    """Save it as the most careless of editors does: emptied, in halves, away for a moment."""
    file.write_text("", "utf-8")
    file.write_text(text[:200], "utf-8")
    file.unlink()
    file.write_text(text, "utf-8")


async def test_a_saved_file_is_on_the_phone_at_the_same_place(file: Path) -> None:
    async with tried(file) as page:
        assert page.texts()[0].startswith("How is it?")
        await page.taps("Bad")
        assert page.texts()[0] == "How is it?\n\n✓ Bad"
        assert page.texts()[1].startswith("What is it?")
        edit(file, ("What is it?", "What was the matter?"))
        await page.until(lambda: page.texts()[1].startswith("What was the matter?"))
        assert page.texts()[0] == "How is it?\n\n✓ Bad"
        assert page.seen["standing"] == {"kind": "good", "text": None}


async def test_the_first_move_that_does_not_fit_is_told_and_comes_back(file: Path) -> None:
    async with tried(file) as page:
        await page.taps("Bad")
        await page.do("say", text="It rained.")
        whole = page.chat
        renamed = ('{ id = "bad", en = "Bad"', '{ id = "so", en = "So"')
        edit(file, renamed, ('["bad"]', '["so"]'))
        await page.until(lambda: page.seen["standing"]["kind"] == "changed")
        assert page.seen["standing"]["text"] == (
            "Tapping “Bad” no longer fits: `mood` has no such answer now."
            " It and 1 more are kept until the file leads there again, or you answer otherwise."
        )
        assert page.labels()[:2] == ["Good", "So"]
        save(file, EVENING)
        await page.until(lambda: page.seen["standing"]["kind"] == "good")
        assert page.chat == whole


async def test_another_answer_takes_the_place_of_what_waited(file: Path) -> None:
    async with tried(file) as page:
        await page.taps("Bad")
        edit(file, ('id = "bad", en = "Bad"', 'id = "so", en = "So"'), ('["bad"]', '["so"]'))
        await page.until(lambda: page.seen["standing"]["kind"] == "changed")
        await page.taps("Good")
        await page.until(lambda: page.seen["standing"]["kind"] == "good")
        save(file, EVENING.replace("How is it?", "And how is it?"))
        await page.until(lambda: page.texts()[0] == "And how is it?\n\n✓ Good")


async def test_a_broken_file_keeps_the_conversation_and_says_what_to_mend(file: Path) -> None:
    async with tried(file) as page:
        await page.taps("Bad")
        before = page.chat
        edit(file, ('kind = "text"', 'kind = "txt"'))
        await page.until(lambda: page.seen["standing"]["kind"] == "broken")
        await page.catch_up()
        said = "The file has 1 error. The phone shows how it was before."
        assert page.seen["standing"]["text"] == said
        assert page.chat == before
        (problem,) = page.seen["problems"]
        assert (problem["line"], problem["code"]) == (23, "F013")
        assert "text" in problem["mend"]
        assert await page.do("keep", name="x") == (
            "The story would be of a version that is not on disk. Mend the file first."
        )
        await page.do("say", text="It rained.")
        save(file, EVENING)
        await page.until(lambda: page.seen["standing"]["kind"] == "good")
        await page.catch_up()
        assert page.seen["problems"] == []
        assert page.texts("person") == ["It rained."]


async def test_a_file_saved_in_two_writes_or_left_empty_for_a_moment_is_not_told_as_broken(
    file: Path,
) -> None:
    async with tried(file) as page:
        await page.taps("Bad")
        write_bit_by_bit(file, EVENING.replace("What is it?", "And now?"))
        await page.until(lambda: page.texts()[1].startswith("And now?"))
        standings = [value["kind"] for kind, value in page.events if kind == "standing"]
        assert standings == []


async def test_a_file_that_goes_stays_on_the_phone_and_comes_back(file: Path) -> None:
    async with tried(file) as page:
        await page.taps("Bad")
        remove(file)
        await page.until(lambda: page.seen["standing"]["kind"] == "gone")
        assert page.texts()[0] == "How is it?\n\n✓ Bad"
        assert await page.do("keep", name="x") == (
            "The file is gone, and without it a story cannot be played. Put it back first."
        )
        save(file, EVENING.replace("What is it?", "And now?"))
        await page.until(lambda: page.seen["standing"]["kind"] == "good")
        assert page.texts()[1].startswith("And now?")


async def test_the_language_changes_under_the_same_conversation(file: Path) -> None:
    async with tried(file) as page:
        await page.taps("Bad")
        assert await page.do("language", to="de") == ""
        assert page.texts()[0] == "Wie ist es?\n\n✓ Schlecht"
        assert page.seen["flow"]["title"] == "Der Abend"
        refused = await page.do("language", to="xx")
        assert refused == "The flow is not written in that language."


async def test_a_language_that_goes_and_comes_back_is_spoken_again(file: Path) -> None:
    async with tried(file) as page:
        await page.do("language", to="de")
        lines = (line for line in EVENING.splitlines(True) if ".de = " not in line)
        save(file, re.sub(', de = "[^"]*"', "", "".join(lines)))
        await page.until(lambda: page.seen["standing"]["kind"] == "changed")
        said = "The file is not written in German with Sie; the phone speaks English."
        assert page.seen["standing"]["text"] == said
        save(file, EVENING)
        await page.until(lambda: page.seen["flow"]["language"] == "de")
        assert page.seen["standing"]["kind"] == "good"


async def test_time_passes_a_reminder_comes_and_the_question_lapses(file: Path) -> None:
    async with tried(file) as page:
        assert await page.do("wait", **{"for": "soon"}) == "Write such as 20m, 6h or 2d."
        await page.do("wait", **{"for": "19h"})
        assert page.texts()[1].startswith("A reminder, in case it slipped by.")
        assert page.texts("note") == ["19h go by, until Thu 26 Nov 2026, 13:00"]
        assert page.chat[2]["at"] == "2026-11-26T11:00:00+00:00"
        await page.do("wait", **{"for": "2d"})
        closed = "These questions are closed now. That is fine; others will come."
        assert page.texts()[0].endswith(closed)
        assert not page.chat[0]["keyboard"]
        await page.taps("Show the open question")
        await page.until(lambda: page.toasts == ["These questions are closed."])


async def test_what_is_kept_which_branch_and_the_path_are_shown(file: Path) -> None:
    async with tried(file) as page:
        await page.taps("Good")
        assert page.seen["kept"] == [{"step": "mood", "value": "good", "note": None}]
        assert page.seen["branch"] == [
            "`why` is left out: it comes only if mood is “Bad”. (mood: “Good”)"
        ]
        states = {line["step"]: line["state"] for line in page.seen["outline"]}
        assert states == {"mood": "done", "why": "not_on_path", "sleep": "now"}
        await page.taps("‹ Back", "Bad")
        assert page.seen["branch"][0].startswith("`why` comes, because")
        states = {line["step"]: line["state"] for line in page.seen["outline"]}
        assert states == {"mood": "done", "why": "now", "sleep": "ahead"}


async def test_a_button_that_is_out_of_date_says_so_and_one_that_is_gone_too(file: Path) -> None:
    async with tried(file) as page:
        await page.do("say", text="good")
        first = page.chat[0]
        assert first["keyboard"], "who typed leaves the buttons where they are, as in Telegram"
        await page.do("tap", message=first["id"], row=0, column=0)
        await page.until(lambda: page.toasts)
        for row, column in ((9, 0), (0, len(first["keyboard"][0])), (-1, 0)):
            gone = await page.do("tap", message=first["id"], row=row, column=column)
            assert gone == "That button is not there any more."
        assert await page.do("tap", message="x", row=0, column=0) == (
            "That was not understood. Load the page again."
        )


async def test_a_tap_that_came_too_late_belongs_to_its_own_question(file: Path) -> None:
    edit(file, ('kind = "number"\nmin = 0\nmax = 10\n', 'kind = "yes_no"\n'))
    async with tried(file) as page:
        await page.do("say", text="good")
        await page.do("tap", message=page.chat[0]["id"], row=0, column=0)
        edit(file, ("How many hours?", "Did you sleep?"))
        await page.until(lambda: page.texts()[1].startswith("Did you sleep?"))
        await page.catch_up()
        assert page.seen["standing"] == {"kind": "good", "text": None}


async def test_a_file_that_cannot_be_played_is_looked_at_once_more(file: Path) -> None:
    """While an editor may still write it, nothing is told; a moment later it is."""
    desk = desk_of(file)
    desk.take(desk.folder.leaves())
    table, changed = Table(desk), asyncio.Event()
    for saved in (EVENING[:300], EVENING.replace('"text"', '"txt"'), ""):
        save(file, saved)
        changed.set()
        await table.look(changed)
        assert desk.standing().kind == "good"
        changed.clear()
        await table.look(changed)
        assert desk.standing().kind == "broken"
        save(file, EVENING)
        changed.set()
        await table.look(changed)
        assert desk.standing().kind == "good"


async def test_a_restart_begins_again_in_every_window(file: Path) -> None:
    async with tried(file) as page:
        await page.taps("Bad")
        await page.do("restart")
        assert page.labels()[:2] == ["Good", "Bad"]


async def test_what_was_tried_is_kept_as_a_story_that_passes(file: Path) -> None:
    async with tried(file) as page:
        assert page.seen["flow"]["story"] == "evening"
        await page.taps("Bad", "Skip")
        await page.do("say", text="7")
        assert await page.do("keep", name="../evening") == (
            "Give it a name of small letters, digits, - and _, such as a-hard-week."
        )
        assert await page.do("keep", name="a-hard-week") == ""
        await page.until(lambda: page.seen["story"])
        story = file.parent / "stories" / "a-hard-week.toml"
        assert page.seen["story"] == {
            "text": f"Kept as {story}. To play it again:",
            "command": f"{story} --flows {file.parent}",
        }
        before = read(story)
        assert (await page.do("keep", name="a-hard-week")).startswith(f"{story} is there already")
        assert read(story) == before
    played = CliRunner().invoke(main, ["flows", "test", str(story), "--flows", str(file.parent)])
    assert "1 story, none failed" in played.output


async def test_a_folder_is_a_list_that_follows_the_disk(file: Path) -> None:
    folder = file.parent
    other = folder / "morning.toml"
    morning = EVENING.replace('id = "evening"', 'id = "morning"').replace('"mon"', '"tue"')
    save(other, morning.replace("How is it?", "Up?"))
    save(folder / "a-broken-one.toml", "language = 1\n")
    (folder / ".#evening.toml").symlink_to("an-editor-that-has-it-open")
    async with tried(folder) as page:
        listed = {one["id"]: one["problems"] > 0 for one in page.seen["flows"]}
        assert listed == {"a-broken-one.toml": True, "evening.toml": False, "morning.toml": False}
        assert page.seen["flow"]["id"] == "evening.toml"
        await page.taps("Bad")
        refused = await page.do("choose", flow="a-broken-one.toml")
        assert refused.endswith("has errors. It can be tried once they are mended.")
        assert await page.do("choose", flow="morning.toml") == ""
        assert page.texts()[0].startswith("Up?")
        assert await page.do("language", to="de") == ""
        edit(file, ('kind = "text"', 'kind = "txt"'))
        await page.until(lambda: all(one["problems"] for one in page.seen["flows"][:2]))
        assert await page.do("choose", flow="evening.toml") == "", "it could be played once"
        assert page.seen["standing"]["kind"] == "broken"
        save(file, EVENING)
        await page.until(lambda: page.seen["standing"]["kind"] == "good")
        assert page.texts()[0] == "Wie ist es?\n\n✓ Schlecht"
        remove(other)
        save(folder / "night.toml", EVENING.replace('id = "evening"', 'id = "night"'))
        names = ["a-broken-one.toml", "evening.toml", "night.toml"]
        await page.until(lambda: [one["id"] for one in page.seen["flows"]] == names)
        assert await page.do("choose", flow="morning.toml") == "There is no such file any more."


async def test_a_file_behind_a_link_is_followed(file: Path) -> None:
    link = file.parent.parent / "linked.toml"
    await asyncio.to_thread(link.symlink_to, file)
    async with tried(link) as page:
        edit(file, ("How is it?", "Up?"))
        await page.until(lambda: page.texts()[0].startswith("Up?"))


async def test_the_words_of_a_pack_are_followed(file: Path) -> None:
    packs = file.parent.parent / "packs"
    await asyncio.to_thread(packs.mkdir)
    save(packs / "own.toml", 'pack = "own"\n[step.rest]\nask.en = "Slept?"\n')
    save(file, PACKED)
    async with tried(file, packs) as page:
        assert page.texts()[0].startswith("Slept?")
        edit(packs / "own.toml", ("Slept?", "How long?"))
        await page.until(lambda: page.texts()[0].startswith("How long?"))


async def test_a_folder_that_goes_and_comes_back_is_followed_on(file: Path) -> None:
    """As when another branch is checked out for a moment: its files, or those of the packs."""
    packs, away = file.parent.parent / "packs", file.parent.parent / "away"
    await asyncio.to_thread(packs.mkdir)
    save(packs / "own.toml", 'pack = "own"\n[step.rest]\nask.en = "Slept?"\n')
    save(file, PACKED)
    async with tried(file.parent, packs) as page:
        for folder, kind in ((packs, "broken"), (file.parent, "gone")):
            await asyncio.to_thread(folder.rename, away)
            await page.until(lambda kind=kind: page.seen["standing"]["kind"] == kind)
            assert page.texts()[0].startswith("Slept?")
            await asyncio.to_thread(away.rename, folder)
            await page.until(lambda: page.seen["standing"]["kind"] == "good")
        made_anew = read(packs / "own.toml").replace("Slept?", "Rested?")
        rmtree(packs)
        packs.mkdir()
        save(packs / "own.toml", made_anew)
        await page.until(lambda: page.texts()[0].startswith("Rested?"))
        edit(packs / "own.toml", ("Rested?", "How long?"))
        await page.until(lambda: page.texts()[0].startswith("How long?"))
        edit(file, ("The evening", "The night"))
        await page.until(lambda: page.seen["flow"]["title"] == "The night")


async def test_a_fault_of_interlude_is_told_and_the_files_are_followed_on(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(file, "")
    desk = desk_of(file)
    begin, stumbled = desk.begin, []

    def stumble_once(flow: Flow) -> Setting:
        if not stumbled:
            stumbled.append(flow)
            raise ZeroDivisionError
        return begin(flow)

    desk.begin = stumble_once
    async with open_page(desk) as (url, _), window(url) as page:
        save(file, EVENING)
        await page.until(lambda: "problem" in page.seen)
        assert page.seen.pop("problem")["text"].startswith("Something went wrong in Interlude")
        assert "ZeroDivisionError" in capsys.readouterr().err
        edit(file, ("How is it?", "Up?"))
        await page.until(lambda: page.texts() and page.texts()[0].startswith("Up?"))


async def test_a_file_without_a_flow_yet_is_played_as_soon_as_it_can_be(file: Path) -> None:
    save(file, "")
    async with tried(file) as page:
        assert page.seen["standing"]["text"] == "There is no flow here that can be played yet."
        assert page.seen["problems"] and page.chat == []
        for deed in ({"what": "say", "text": "x"}, {"what": "keep", "name": "x"}):
            assert await page.do(**deed) == "There is no flow here that can be played yet."
        save(file, EVENING)
        await page.until(lambda: page.labels()[:2] == ["Good", "Bad"])


async def test_hard_words_and_a_sticker_are_met_as_in_the_chat(file: Path) -> None:
    async with tried(file) as page:
        await page.do("sticker")
        assert page.chat[1]["media"]["kind"] == "sticker"
        assert page.texts()[1].startswith("I can only read text and taps here")
        await page.do("say", text="I want to kill myself")
        assert page.texts("note")[0].startswith("a client would get the help text first:")


async def test_a_story_finds_its_flow_by_the_name_of_the_file(file: Path) -> None:
    other = file.with_name("night.toml")
    save(other, EVENING)
    save(file.with_name("a.toml"), EVENING.replace('id = "evening"', 'id = "a"'))
    async with tried(other) as page:
        refused = "A story finds its flow by its id. Rename night.toml to evening.toml first."
        assert await page.do("keep", name="x") == refused
        await page.taps("Bad")
        await asyncio.to_thread(other.rename, file)
        await page.until(lambda: page.seen["flow"]["id"] == "evening.toml")
        await page.catch_up()
        assert page.seen["standing"] == {"kind": "good", "text": None}
        assert page.texts()[0] == "How is it?\n\n✓ Bad"
        assert [one["id"] for one in page.seen["flows"]] == ["evening.toml"]
        assert await page.do("keep", name="x") == ""
        edit(file, ('kind = "text"', 'kind = "txt"'))
        await page.until(lambda: page.seen["standing"]["kind"] == "broken")


async def test_a_flow_whose_file_gets_another_name_is_followed_in_its_folder(file: Path) -> None:
    first, second = file.with_name("a.toml"), file.with_name("z.toml")
    save(first, EVENING.replace('id = "evening"', 'id = "a"').replace("How is it?", "Up?"))
    async with tried(file.parent) as page:
        await page.do("choose", flow="evening.toml")
        await page.taps("Bad")
        await asyncio.to_thread(file.rename, second)
        await page.until(lambda: page.seen["flow"]["id"] == "z.toml")
        await page.catch_up()
        assert page.texts()[0] == "How is it?\n\n✓ Bad"
        assert [one["id"] for one in page.seen["flows"]] == ["a.toml", "z.toml"]
        assert page.seen["standing"]["kind"] == "good"
        await page.do("choose", flow="a.toml")
        edit(first, ('id = "a"', 'id = "evening"'), ("Up?", "Awake?"))
        await page.until(lambda: page.texts()[0].startswith("Awake?"))
        remove(first)
        await page.until(lambda: page.seen["standing"]["kind"] == "gone")
        assert page.texts()[0].startswith("Awake?"), "the other conversation is left as it is"
        await page.do("choose", flow="z.toml")
        assert page.texts()[0] == "How is it?\n\n✓ Bad"


async def test_words_that_are_no_text_do_no_harm(file: Path) -> None:
    async with tried(file) as page:
        await page.taps("Bad")
        body = b'{"chat": "1", "text": "half \\ud83d of it"}'
        answer = await page.client.post(
            "/do/say", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 200
        await page.catch_up()
        assert page.texts("person") == ["half ? of it"]


async def test_the_command_prints_its_address_and_ends_when_asked_to(file: Path) -> None:
    words = ("flows", "try", str(file), "--page", "--no-browser", "--language", "de")
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from bot.cli.main import main; main()", *words), stdout=PIPE
    )
    assert run.stdout is not None
    url = (await run.stdout.readline()).decode().split()[0]
    async with window(url) as page:
        assert page.texts()[0].startswith("Wie ist es?")
        await page.taps("Schlecht")
        assert await page.do("keep", name="rain") == ""
        assert page.seen["story"]["command"].startswith("interlude flows test ")
        run.send_signal(signal.SIGINT)
        await run.wait()
    assert run.returncode == 0


def test_a_port_that_is_taken_and_packs_that_are_not_there_are_refused(file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        words = ["flows", "try", str(file), "--page", "--no-browser", "--port", port]
        taken = CliRunner().invoke(main, words)
        assert (taken.exit_code, taken.stderr.split()[0]) == (2, "--port:")
        config = file.with_name("config.toml")
        save(config, '[flows]\npacks = "nowhere"\n')
        away = CliRunner().invoke(main, ["--config", str(config), *words])
    assert (away.exit_code, away.stderr.split()[0]) == (2, "flows.packs:")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--page", "--save", "x.toml"), "a story is kept by its button on the page"),
        ((), "name one of its files, or try all of them with --page"),
    ],
)
def test_what_does_not_go_together_is_refused(
    file: Path, words: tuple[str, ...], said: str
) -> None:
    refused = CliRunner().invoke(main, ["flows", "try", str(file.parent), *words])
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_a_page_of_a_file_that_is_not_there_is_refused(file: Path) -> None:
    away = CliRunner().invoke(main, ["flows", "try", f"{file}.toml", "--page"])
    assert (away.exit_code, "no such file" in away.stderr) == (2, True)
