"""``interlude flows try``: a conversation in the terminal, typed through a pipe."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from tests.bot.cli.flows_bench import Bench, set_up_bench

START = ("--start", "2026-11-25 18:00")


@pytest.fixture
def bench(tmp_path: Path, furnished: Path) -> Bench:
    return set_up_bench(tmp_path, furnished)


def typed(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def rehearse(bench: Bench, flow: str, *lines: str, options: tuple[str, ...] = ()) -> str:
    result = bench.run("flows", "try", flow, *START, *options, typed=typed(*lines))
    assert result.exit_code == 0, result.output
    return result.output


def test_the_prompt_is_worded_as_a_client_sees_it(bench: Bench) -> None:
    output = rehearse(bench, "mid-week")
    assert "--- Wed 25 Nov 2026, 18:00" in output
    assert "  How has your week been so far?" in output
    assert "  0 = very hard, 10 = very good" in output
    assert "  [0] [1] [2] [3] [4] [5]\n  [6] [7] [8] [9] [10]\n" in output
    assert "[skip: Skip]" in output


def test_what_is_typed_means_what_it_means_in_the_chat(bench: Bench) -> None:
    """The number of a labelled scale is its value and not its place; a button is typed too."""
    labels = ", ".join(f'{{ value = {n}, en = "{word}" }}' for n, word in enumerate("abc"))
    bench.edit("mid-week", "min = 0\nmax = 10\n", f"min = 0\nmax = 2\nlabels = [{labels}]\n")
    text = (bench.flows / "mid-week.toml").read_text("utf-8")
    without = re.sub(r"^(low|high)\.\w+ = .*\n|^[\w.]+\.de(_du)? = .*\n", "", text, flags=re.M)
    (bench.flows / "mid-week.toml").write_text(without, "utf-8")
    output = rehearse(bench, "mid-week", "2", "quit")
    assert "[0: a] [1: b] [2: c]" in output
    assert "  ✓ c" in output
    assert "  ✓ b" in rehearse(bench, "mid-week", "B", "quit")


def test_options_are_tapped_by_their_number(bench: Bench) -> None:
    lines = ("skip", "skip", "skip", "skip", "2")
    output = rehearse(bench, "after-session", *lines)
    assert "[1: No]" in output
    assert "  ✓ A little" in output
    assert "What came closest?" in output


def test_typing_going_back_and_skipping(bench: Bench) -> None:
    output = rehearse(bench, "mid-week", "6", "A walk.", "back", "skip", "skip", "say quit")
    assert "  ✓ 6" in output
    assert "Your answer so far: A walk." in output
    assert "  ✓ skipped" in output
    assert "(finished; kept:)\n  week = 6\n  well = (skipped)\n  hard = (skipped)" in output
    assert "  topic = quit" in output


def test_a_reply_that_does_not_fit_is_refused_in_a_clients_words(bench: Bench) -> None:
    output = rehearse(bench, "mid-week", "eleven", "sticker")
    assert "A number is needed here." in output
    assert "I can only read text and taps here" in output


def test_time_passes_and_reminders_and_expiry_come(bench: Bench) -> None:
    output = rehearse(bench, "mid-week", "wait 24h", "wait 2d", "7")
    assert "--- Thu 26 Nov 2026, 18:00" in output
    assert "A reminder, in case it slipped by." in output
    assert "These questions are closed now. That is fine; others will come." in output
    assert "(it has lapsed)\n(expired; kept:)\n" in output
    assert output.rstrip().endswith("> 7\n  (These questions are closed.)\n>")


def test_the_language_changes_under_the_same_conversation(bench: Bench) -> None:
    lines = ("skip", "skip", "skip", "skip", "2", "language de_du")
    output = rehearse(bench, "after-session", *lines)
    assert output.rstrip().endswith("[back: ‹ Zurück] [skip: Überspringen] [later: Später]\n>")
    assert "Was trifft es am ehesten?" in output


def test_hard_words_are_pointed_out(bench: Bench) -> None:
    output = rehearse(bench, "mid-week", "5", "I want to kill myself")
    assert "(a client would get the help text first:" in output


def test_help_restart_and_quit(bench: Bench) -> None:
    output = rehearse(bench, "mid-week", "help", "7", "restart", "quit", "7")
    assert "let time pass (20m, 6h, 2d)" in output
    assert output.count("How has your week been so far?") == 2
    assert output.rstrip().endswith("> quit")


def test_the_seed_and_the_names_are_used(bench: Bench) -> None:
    options = ("--therapist", "Frau Weber", "--dative", "Frau Weber", "--language", "de")
    assert "bei Frau Weber gefühlt?" in rehearse(bench, "after-session", options=options)


@pytest.mark.parametrize(
    "lines",
    [
        ("7", 'a\x7f "quoted" \\ text', "wait 1h", "back", "skip", "skip", "ü 🙂", "again"),
        ("wait 24h", "eleven", "wait 3d"),
        ("language de", "6", "recall", "language en", "sticker"),
    ],
    ids=["through", "lapsed", "languages"],
)
def test_a_saved_story_passes_as_a_test(bench: Bench, lines: tuple[str, ...]) -> None:
    story = bench.folder / "story.toml"
    output = rehearse(bench, "mid-week", *lines, options=("--save", str(story), "--seed", "3"))
    result = again(bench, output)
    assert result.exit_code == 0, result.output
    assert "1 story, none failed" in result.output


def again(bench: Bench, output: str) -> Result:
    """Run the command that was printed, word for word."""
    interlude, *words = shlex.split(output.rpartition("To play it again: ")[2])
    assert interlude == "interlude"
    return CliRunner().invoke(main, words)


def test_a_flow_from_anywhere_is_found_again(bench: Bench) -> None:
    apart = bench.folder / "my flows"
    apart.mkdir()
    text = (bench.flows / "mid-week.toml").read_text("utf-8")
    (apart / "mine.toml").write_text(text.replace('id = "mid-week"', 'id = "mine"'), "utf-8")
    story = bench.folder / "story.toml"
    output = rehearse(bench, str(apart / "mine.toml"), "7", options=("--save", str(story)))
    assert bench.run("flows", "test", str(story)).exit_code == 1
    assert again(bench, output).exit_code == 0


def test_several_are_ticked_and_outside_facts_are_told(bench: Bench) -> None:
    evening = Path(__file__).parents[2] / "stories" / "flows" / "evening.toml"
    story = bench.folder / "story.toml"
    lines = ("3", "1", "3", "1", "done", "5", "A call.", "22:30")
    options = ("--past", "mood.last=1", "--goal", "Sleep", "--save", str(story))
    output = rehearse(bench, str(evening), *lines, options=options)
    assert "your goals are Sleep." in output
    assert "(ticked: Calm, Joy)" in output
    assert "(ticked: Joy)" in output
    assert "How much Joy was there?" in output
    assert "When will you go to bed?" in output
    result = bench.run("flows", "test", str(story), "--flows", str(evening.parent))
    assert result.exit_code == 0, result.output


def test_a_saved_story_fails_once_the_flow_behaves_otherwise(bench: Bench) -> None:
    story = bench.folder / "story.toml"
    rehearse(bench, "mid-week", "7", options=("--save", str(story)))
    bench.edit("mid-week", "How has your week been so far?", "How was it?")
    result = bench.run("flows", "test", str(story))
    assert result.exit_code == 1
    assert "the question should contain “How has your week been so far?”" in result.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--zone", "Europe/Berln"), "or Europe/Berlin or"),
        (("--start", "tomorrow"), "is no time; write it like"),
        (("--start", "2026-11-25T18:00+01:00"), "leave the offset out"),
    ],
)
def test_a_wrong_option_is_refused(bench: Bench, options: tuple[str, ...], said: str) -> None:
    result = bench.run("flows", "try", "mid-week", *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_story_may_be_saved_into_a_new_folder(bench: Bench) -> None:
    story = bench.folder / "stories" / "evening" / "story.toml"
    rehearse(bench, "mid-week", "7", options=("--save", str(story)))
    assert bench.run("flows", "test", str(story)).exit_code == 0


def test_a_place_that_cannot_be_written_is_said_before_the_conversation(bench: Bench) -> None:
    nowhere = bench.folder / "config.toml" / "story.toml"
    result = bench.run("flows", "try", "mid-week", "--save", str(nowhere), typed=typed("7"))
    assert result.exit_code == 2
    assert "choose another place" in result.output
    assert "How has your week been" not in result.output


RISKY = """language = 1
id = "night"
title.en = "Tonight"
[schedule]
trigger = "on_request"
[[step]]
id = "safe"
kind = "choice"
ask.en = "Are you safe tonight?"
options = [{ id = "yes", en = "Yes, I am" }, { id = "no", en = "I am not sure", risk = true }]
[[step]]
id = "more"
kind = "text"
ask.en = "Anything else?"
"""


def test_after_an_answer_that_is_a_sign_of_danger_the_author_reads_the_card(bench: Bench) -> None:
    """The next question waits below it, as in the chat; the saved story says so and passes."""
    (bench.flows / "night.toml").write_text(RISKY, "utf-8")
    story = bench.flows / "stories" / "night.toml"
    lines = ("2", "recall", "no", "quit")
    output = rehearse(bench, "night", *lines, options=("--save", str(story)))
    card, _, rest = output.partition("  ✓ I am not sure\n")[2].partition("> recall")
    assert "If you are in danger or cannot keep yourself safe" in card
    assert "Nobody watches this chat." in card
    assert "[recall: Go on with the questions]" in card
    assert "Anything else?" not in card and "Anything else?" in rest
    assert "card = true" in story.read_text("utf-8")
    assert bench.run("flows", "test", str(story)).exit_code == 0
    text = story.read_text("utf-8").replace("card = true\n", "")
    story.write_text(text, "utf-8")
    told = bench.run("flows", "test", str(story))
    assert told.exit_code == 1
    assert "the crisis card came, which the story does not say" in told.output
    calm = rehearse(bench, "night", "1", "quit")
    assert "Nobody watches this chat." not in calm and "Anything else?" in calm


def test_which_way_it_went_and_why_is_told_when_asked(bench: Bench) -> None:
    lines = ("why", "skip", "skip", "skip", "skip", "1", "why")
    output = rehearse(bench, "after-session", *lines)
    assert "> why\n(No condition has been met so far.)\n" in output
    last = output.rpartition("> why\n")[2]
    left_out = (
        "(`strain_words` is left out: it comes only if strain is one of “A little”, “Yes”."
        " (strain: “No”))"
    )
    assert left_out in last


def test_an_answer_is_changed_after_the_end(bench: Bench) -> None:
    output = rehearse(bench, "mid-week", "6", "skip", "skip", "skip", "change", "7")
    ended, _, changed = output.partition("> change\n")
    assert "[change: Change an answer]" in ended
    assert "  ✓ 7" in changed


def test_what_no_longer_fits_in_another_language_is_told_and_comes_back(bench: Bench) -> None:
    lines = ("6", "skip", "skip", "language de", "language en")
    output = rehearse(bench, "mid-week", *lines)
    assert "no longer fits" not in output
    typed_label = ("skip", "skip", "skip", "skip", "A little", "language de", "language en")
    output = rehearse(bench, "after-session", *typed_label)
    german, _, english = output.partition("> language de\n")[2].partition("> language en\n")
    assert "(Writing “A little” no longer fits: `strain` does not take it." in german
    assert "What came closest?" in english
