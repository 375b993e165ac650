"""Rules that a rendered digest must keep, whatever it says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import weeks

from bot.report.client_details import render_client
from bot.report.density import MOST_WORDS
from bot.report.digest_text import render
from bot.report.pages import LONGEST_PAGE, Page
from bot.texts import shipped
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.engine.cut import length
from flows.signals.assess import assess
from flows.signals.engagement import Engagement
from flows.signals.flags import FLAG_STATES, FlagState
from flows.signals.rules import RULES
from flows.signals.spreads import Spreads

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
    "points_and_level": weeks.ratings(8, 8, 8, 5),
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


WORDY = "so many words that this has to be cut somewhere " * 10


def test_where_many_need_a_word_it_is_said_in_two_lines_each() -> None:
    series = weeks.ratings(8, strain="yes", strain_words=WORDY)
    sections = [weeks.client(n, f"Client {n:02}", series=series) for n in range(1, 13)]
    (page,) = pages_of(weeks.week(*sections))
    assert page.text.count("“so many words that this has to be cut…”") == 12
    assert [flag.flag_id for flag in page.flags] == list(range(1, 13))
    assert (len(page.text.split()) <= MOST_WORDS, page.quoted) == (True, 0)


@pytest.mark.parametrize("clients", [40, 300])
def test_a_large_caseload_fits_one_message_that_stands_alone(clients: int) -> None:
    series = weeks.ratings(8, strain="yes", strain_words=WORDY)
    low = weeks.ratings(8.5, 8.0, 8.5, 8.25, 8.5, 6.0, strain="no")
    kinds: list[dict[str, object]] = [
        *({"series": series}, {"series": low}, {"topics": (WORDY,), "went_well": (WORDY,)}),
        *({"engagement": weeks.answered("aaaaaauu")}, {"hard": (WORDY,)}),
        *({}, {}, {}),
    ]
    sections = [
        weeks.client(n, f"Client {n:03}", **kinds[n % len(kinds)])  # type: ignore[arg-type]
        for n in range(1, clients + 1)
    ]
    (page,) = pages_of(weeks.week(*sections))
    assert len(page.text.split()) <= MOST_WORDS
    said = sum(1 for each in sections if each.standing == "said_so")
    assert sum(1 for flag in page.flags if flag.flag_id % len(kinds) == 0) == said
    assert f"There is more to read of {sum(1 for s in sections if s.has_a_block)} clients" in (
        page.text
    )


def test_twenty_five_clients_with_all_sorts_of_news_take_450_words() -> None:
    sections = [
        *weeks.eventful().sections,
        *(
            weeks.client(n, f"B. {n}.", topics=("How to tell her.",), went_well=(WORDY[:150],))
            for n in range(30, 36)
        ),
        *(weeks.client(n, f"C. {n}.") for n in range(40, 46)),
    ]
    assert len(sections) == 25
    for language in ("en", "de"):
        (page,) = render(weeks.week(*sections), texts=shipped(), language=language, zone=BERLIN)
        assert 250 < len(page.text.split()) <= MOST_WORDS
        assert all(f"B. {n}." in page.text for n in range(30, 36))


def test_what_follows_an_unread_digest_is_shorter_and_says_why() -> None:
    digest = weeks.eventful()
    (page,) = pages_of(digest)
    (short,) = pages_of(replace(digest, shorter=True))
    assert len(short.text.split()) < len(page.text.split()) - 50
    assert "is not marked as read, so this one is kept short" in short.text
    assert "There is more to read of 6 clients: A. B., C. D., I. J., K. L., O. P., S. T." in (
        short.text
    )
    assert short.flags == page.flags
    assert short.quoted == 0
    (empty,) = pages_of(replace(weeks.quiet(), shorter=True))
    assert "kept short" not in empty.text


def test_a_block_has_three_lines_and_says_where_there_is_more() -> None:
    section = weeks.client(
        1,
        "A. B.",
        earlier=weeks.earlier(8, strain="yes", weeks_ago=3),
        topics=("My sister.", "Money."),
        changes=("More time.",),
        hard=("The dog.",),
        went_well=("Sleep.",),
        week=1,
        next_session_at=weeks.CUT_OFF_AT + timedelta(hours=22),
    )
    (page,) = pages_of(weeks.week(section))
    assert page.text.partition("next sessions\n")[2].splitlines() == [
        "• A. B., Mon 23 Nov, 16:00: Still open since 29 October: something wasn't right. "
        "No note from you yet.",
        "To bring: “My sister.” “Money.” About how you work together: “More time.” "
        "Hard: “The dog.” Rated the week 1 of 10.",
        "Well: “Sleep.”",
    ]


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
        marks = [mark for mark in line if mark in "“”"]
        assert marks == ["“", "”"] * (len(marks) // 2)


def test_who_cannot_be_reached_is_not_called_quiet() -> None:
    engagement = weeks.answered("aaaaaauu", is_unreachable=True)
    text = text_of(weeks.client(1, "A. B.", engagement=engagement))
    assert "Messages are not delivered at present. That is not silence" in text
    assert "Gone quiet" not in text


@pytest.mark.promise("P7a")
@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_every_rule_can_be_explained(rule: str) -> None:
    section = weeks.client(1, "A. B.", series=SPEAKS[rule], rules=[rule])
    text = "\n".join(page.text for page in details_of(section))
    (version,) = (each.version for each in RULES if each.id == rule)
    assert f"(Rule {rule}, version {version}.)" in text
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


def test_the_details_tell_since_when_no_session_was_rated_and_why() -> None:
    older = weeks.ratings(8, 8, 8, 8, 8, 8)[:4]
    gaps = ((2, "unanswered"), (1, "paused"), (0, "paused"))
    (page,) = details_of(weeks.client(1, "A. B.", series=older, gaps=gaps))
    assert (
        "No rating of a session since 5 November: break 12 Nov, 19 Nov." in page.text
    )  # and nothing of the day on which one was given
    (page,) = details_of(weeks.client(1, "A. B.", series=older, gaps=gaps[:1]))
    assert "No rating of a session" not in page.text


def test_absence_is_told_in_the_details_and_on_top_only_where_it_is_the_second_in_a_row() -> None:
    once = weeks.client(1, "A. B.", engagement=Engagement(not_come=1, not_come_for=1))
    twice = weeks.client(
        2, "C. D.", engagement=Engagement(not_come=1, not_come_for=2, stayed_away=True)
    )
    assert "A. B." in text_of(once, twice).partition("▪ Everyone else")[2]
    assert "▪ Did not come\n• C. D.: Did not come to the last 2" in text_of(once, twice)
    assert "Did not come to 1 session in this time" in details_of(once)[0].text
    assert "Did not come to the last 2 sessions" in details_of(twice)[0].text


def test_points_for_a_low_level_are_told_beside_the_middle_of_the_practice() -> None:
    found = assess(
        weeks.ratings(8, 8, 8, 5),
        flag_open_since=None,
        spreads=Spreads(mean=8.5),
        rules=["points_and_level"],
    )
    (reason,) = found.reasons
    section = replace(weeks.client(1, "A. B.", series=weeks.ratings(8, 8, 8)), reasons=(reason,))
    text = "\n".join(page.text for page in details_of(section))
    assert "It also lies below 8.5, the middle of all ratings here, which counts 0.7." in text
