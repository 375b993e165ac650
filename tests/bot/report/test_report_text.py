"""Rules that a rendered digest must keep, whatever it says."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
import weeks

from bot.report.client_details import render_client
from bot.report.digest_text import render
from bot.report.pages import LONGEST_PAGE, Page
from bot.texts import shipped
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.engine.cut import length
from flows.signals.flags import FLAG_STATES, FlagState
from flows.signals.rules import RULES

BERLIN = ZoneInfo("Europe/Berlin")
OPENERS = {
    "held_back": "hard to say",
    "went_along": "another way?”",
    "misunderstood": "understand",
    "tense": "between us",
    "practical": "times, fees",
    "other": "something wasn't right",
    None: "something wasn't right",
    "a_new_kind": "something wasn't right",
}

SPEAKS = {
    "said_so": weeks.ratings(8, strain="yes"),
    "points": weeks.ratings(8, 8, 8, 5),
    "rating_dip": weeks.ratings(8, 8, 8, 5),
    "dip_with_strain": weeks.ratings(8, 8, 8, 6.5, strain="a_little"),
    "low_level": weeks.ratings(4),
    "xmr": weeks.ratings(8, 9, 8, 5),
    "mean_minus_larger_sd": weeks.ratings(8, 9, 8, 5),
    "mean_minus_two_sd": weeks.ratings(8, 9, 8, 5),
    "mean_minus_one_sd": weeks.ratings(8, 9, 8, 5),
    "reliable_change": weeks.ratings(8, 8, 8, 5),
    "cut_off": weeks.ratings(8.5),
    "fall": weeks.ratings(8, 8, 8, 7.75),
    "drifting": weeks.ratings(9, 8.9, 8.9, 8.4, 8.2, 7.9, 7.7, 7.4),
    "no_information": weeks.ratings(10, 10, 10, 10),
}


def pages_of(digest: Digest) -> tuple[Page, ...]:
    return render(digest, texts=shipped(), language="en", zone=BERLIN)


def text_of(*sections: ClientSection) -> str:
    return "\n".join(page.text for page in pages_of(weeks.week(*sections)))


def details_of(section: ClientSection) -> tuple[Page, ...]:
    return render_client(section, texts=shipped(), language="en", zone=BERLIN)


@pytest.mark.parametrize("kind", OPENERS, ids=str)
def test_each_kind_has_one_way_to_open(kind: str | None) -> None:
    series = weeks.ratings(8, strain="yes", strain_kind=kind)
    text = text_of(weeks.client(1, "A. B.", series=series))
    (opening,) = [line for line in text.splitlines() if line.startswith("A way in:")]
    assert OPENERS[kind] in opening


@pytest.mark.parametrize(
    ("wish", "way"),
    [("leave_it", "leave it there"), ("i_will", "may begin themselves"), ("ask_me", "“")],
)
def test_the_way_to_open_follows_the_clients_wish(wish: str, way: str) -> None:
    series = weeks.ratings(8, strain="yes", strain_kind="tense", strain_who_raises=wish)
    text = text_of(weeks.client(1, "A. B.", series=series))
    (opening,) = [line for line in text.splitlines() if line.startswith("A way in:")]
    assert way in opening


def test_what_has_been_talked_about_is_opened_as_such() -> None:
    series = weeks.ratings(8, strain="yes", strain_talked="yes")
    text = text_of(weeks.client(1, "A. B.", series=series))
    assert "You two have talked about it." in text
    assert "How is it for you now?" in text


def test_every_flag_that_can_be_answered_has_its_mention_once() -> None:
    mentioned = [flag.flag_id for page in pages_of(weeks.eventful()) for flag in page.flags]
    assert mentioned == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("state", FLAG_STATES)
def test_every_state_of_a_flag_can_be_told(state: FlagState) -> None:
    earlier = weeks.earlier(8, strain="yes", weeks_ago=3)
    section = weeks.client(1, "A. B.", earlier=earlier, flag=state, changed_at=weeks.NEWEST_AT)
    (page,) = pages_of(weeks.week(section))
    assert "A. B." in page.text
    live = ("open", "will_raise", "not_this_time", "talked_open", "something_else")
    assert bool(page.flags) == (state in live)


@pytest.mark.parametrize("state", FLAG_STATES)
def test_what_was_noted_within_the_week_is_told_beside_it(state: FlagState) -> None:
    section = weeks.client(1, "A. B.", series=weeks.ratings(8, strain="yes"), flag=state)
    text = text_of(section)
    assert ("They said themselves" in text) is (state != "something_else")
    untold = state in ("open", "stale")
    assert any(word in text for word in ("You noted", "no longer point to it")) is not untold


def test_a_caseload_with_much_to_say_is_split_between_clients() -> None:
    words = "so many words that this has to be cut somewhere " * 10
    series = weeks.ratings(8, strain="yes", strain_words=words)
    sections = [weeks.client(n, f"Client {n:02}", series=series) for n in range(1, 25)]
    pages = pages_of(weeks.week(*sections))
    assert len(pages) > 1
    assert all(length(page.text) <= LONGEST_PAGE for page in pages)
    assert [flag.flag_id for page in pages for flag in page.flags] == list(range(1, 25))
    for page in pages:
        named = {flag.alias for flag in page.flags}
        assert {a for a in (f"Client {n:02}" for n in range(1, 25)) if a in page.text} == named
    assert pages[1].text.startswith(
        "▪ They said themselves that something wasn't right, continued\n• Client"
    )


def test_long_words_are_cut_in_the_digest_and_whole_in_the_details() -> None:
    words = "first " + "and then some more " * 300 + "last"
    series = weeks.ratings(8, strain="yes", strain_words=words)
    section = weeks.client(1, "A. B.", series=series, hard=("h" * 9000,))
    (page,) = pages_of(weeks.week(section))
    assert "first" in page.text
    assert "last”" not in page.text
    pages = details_of(section)
    whole = " ".join(page.text for page in pages)
    assert "last”" in whole
    assert whole.count("and then some more") == 300
    assert sum(len(run) for run in re.findall("h{50,}", whole)) == 9000
    assert all(length(page.text) <= LONGEST_PAGE for page in pages)
    assert [flag.flag_id for page in pages for flag in page.flags] == [1]


def test_client_text_never_starts_a_line_of_the_digest() -> None:
    (page,) = pages_of(weeks.hostile())
    for line in page.text.splitlines():
        assert line.count("▪") == line.startswith("▪")
        assert line.count("•") == line.startswith("•")
        assert line.count("“") == line.count("”") <= 1


def test_who_cannot_be_reached_is_not_called_quiet() -> None:
    engagement = weeks.answered("aaaaaauu", is_unreachable=True)
    text = text_of(weeks.client(1, "A. B.", engagement=engagement))
    assert "Cannot be reached" in text
    assert "Gone quiet" not in text


@pytest.mark.promise("P7a")
@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_every_rule_can_be_explained(rule: str) -> None:
    section = weeks.client(1, "A. B.", series=SPEAKS[rule], rules=[rule])
    text = "\n".join(page.text for page in details_of(section))
    assert f"(Rule {rule}, version 1.)" in text
    assert {reason.rule for reason in (*section.reasons, *section.statements)} == {rule}


@pytest.mark.parametrize(
    ("before", "strain", "says"),
    [
        (8.0, "no", "4.0 below their usual 8.0 (over 4 ratings)."),
        (
            8.0,
            "yes",
            "4.0 below their usual 8.0 (over 4 ratings), and they said there was a moment.",
        ),
        (6.0, "no", "3.5 below their usual 7.5 (over 4 ratings), after a lower time before."),
        (6.0, "yes", "and they said there was a moment, after a lower time before."),
    ],
)
def test_points_are_explained_in_one_sentence(before: float, strain: str, says: str) -> None:
    series = weeks.ratings(8, 8, 8, before, 4, strain=strain)
    text = "\n".join(page.text for page in details_of(weeks.client(1, "A. B.", series=series)))
    assert says in text


@pytest.mark.parametrize(
    ("strain", "flag", "ends"),
    [
        ("no", "open", "when you note that it was something else"),
        ("yes", "open", "when they say that it is settled"),
        ("no", "closed", None),
    ],
)
def test_details_tell_what_would_end_a_flag_that_goes_on(
    strain: str, flag: FlagState, ends: str | None
) -> None:
    section = weeks.client(1, "A. B.", series=weeks.ratings(8, 8, 8, 4, strain=strain), flag=flag)
    text = "\n".join(page.text for page in details_of(section))
    assert (ends or "It ends") in text if ends else "It ends" not in text


def test_a_client_of_whom_nothing_is_to_be_said_has_details_all_the_same() -> None:
    (page,) = details_of(weeks.client(1, "A. B.", week=7))
    assert "Nothing was written" in page.text
    assert "7 of 10" in page.text
    assert "2 answered" in page.text
