"""Ways in over five weeks, as golden text that a clinician can read, and what they never do.

With ``UPDATE_GOLDEN=1`` in the environment the files are written anew; read them before you keep
them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import weeks

from bot.report import choices
from bot.report.voice import Voice
from bot.texts import shipped
from flows.digest.section import ClientSection, Raised
from flows.digest.way_in import NO_LONGER, WAYS, way_in
from flows.languages import Language
from flows.signals.flags import FlagState

GOLDEN = Path(__file__).parents[2] / "golden" / "digests"
WEEKS = 5
SAID: dict[str, dict[str, object]] = {
    "held something back, 2 of 4 still on their mind": {
        "strain_kind": "held_back",
        "strain_linger": 2,
    },
    "felt tense, no longer on their mind": {"strain_kind": "tense", "strain_linger": 0},
    "would like to leave it, 1 of 4": {"strain_who_raises": "leave_it", "strain_linger": 1},
    "would like to leave it, 4 of 4": {"strain_who_raises": "leave_it", "strain_linger": 4},
    "will bring it up, 1 of 4": {"strain_who_raises": "i_will", "strain_linger": 1},
    "will bring it up, 4 of 4": {"strain_who_raises": "i_will", "strain_linger": 4},
    "have talked about it, 1 of 4": {"strain_talked": "yes", "strain_linger": 1},
    "have talked about it, 4 of 4": {"strain_talked": "yes", "strain_linger": 4},
}
RATED = "nothing said, rated lower"


def section(
    said: Mapping[str, object] | None, week: int, state: FlagState = "open"
) -> ClientSection:
    """The client in the week with this number, having said or rated the same in each before."""
    levels = (8.5, 8.5, 8.5, 8.5, 8.5, 6.0) if said is None else (8.0,)
    now = {"strain": "no"} if said is None else {"strain": "yes", **said}
    before = []
    for ago in range(week - 1, 0, -1):
        for raised in weeks.earlier(*levels, weeks_ago=ago, **now):
            reason = replace(raised.reason, check_in_id=100 + week - ago)
            before.append(Raised(raised.raised_at, reason))
    since = weeks.NEWEST_AT - timedelta(weeks=week - 1)
    return weeks.client(
        1,
        "A. B.",
        series=weeks.ratings(*levels, **now),
        flag=state,
        earlier=before,
        opened_at=since,
        changed_at=weeks.NEWEST_AT,
    )


def told(language: Language, said: Mapping[str, object] | None) -> list[str]:
    voice = Voice(shipped(), language, ZoneInfo("Europe/Berlin"), None)
    return [voice.opening(section(said, week)) for week in range(1, WEEKS + 1)]


@pytest.mark.parametrize("language", ["en", "de"])
def test_five_weeks_running(language: Language) -> None:
    lines = []
    for what, said in [*SAID.items(), (RATED, None)]:
        lines += ["", f"{what}:"]
        weekly = enumerate(told(language, said), start=1)
        lines += [f"  week {week}: {way or '(nothing)'}" for week, way in weekly]
    text = "\n".join(lines[1:]) + "\n"
    file = GOLDEN / f"ways-in.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


@pytest.mark.parametrize("said", [*SAID.values(), None], ids=[*SAID, RATED])
def test_no_way_in_comes_twice_and_it_ends(said: Mapping[str, object] | None) -> None:
    ways = [way_in(section(said, week)) for week in range(1, WEEKS + 1)]
    offered = [way for way in ways if way is not None]
    assert offered and len(set(offered)) == len(offered)
    assert ways[-1] is None


@pytest.mark.parametrize("linger", [3, 4])
def test_what_is_much_on_their_mind_is_never_left_alone(linger: int) -> None:
    wish = {"strain_who_raises": "leave_it", "strain_linger": linger}
    assert [way_in(section(wish, week)) for week in (1, 2)] == ["leave_it_lingers", "together"]
    wish["strain_linger"] = 2
    assert way_in(section(wish, 1)) == "leave_it"


@pytest.mark.parametrize("state", sorted(NO_LONGER))
def test_what_was_put_aside_or_is_over_needs_no_way_in(state: FlagState) -> None:
    assert way_in(section({}, 1, state)) is None


def test_what_the_therapist_noted_as_talked_about_counts() -> None:
    assert way_in(section({}, 1, "talked_open")) == "talked"
    assert way_in(section({}, 1, "will_raise")) == "by_kind"


def test_weeks_later_it_is_said_since_when() -> None:
    assert way_in(section({}, 2)) == "again"
    long_ago = replace(section({}, 2), flag_since_at=weeks.NEWEST_AT - timedelta(weeks=3))
    assert way_in(long_ago) == "long"


def test_every_way_has_its_words() -> None:
    assert {*choices.QUESTION, *choices.ADVICE, "by_kind"} == set(WAYS)
