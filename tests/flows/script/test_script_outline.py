"""A flow as an outline, as a flowchart, its schedule and its conditions in words."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path

import pytest

from flows.authoring.words import Condition
from flows.schedule.plain_words import length
from flows.schedule.timing import Schedule
from flows.schedule.trigger import Trigger
from flows.script import parse
from flows.script.condition_words import condition_in_words
from flows.script.flow import Flow
from flows.script.flowchart import mermaid, quoted
from flows.script.outline import outline
from flows.script.schedule_words import schedule_in_words
from flows.triggers.after_flag import AfterFlag
from flows.triggers.after_flow import AfterFlow
from flows.triggers.before_therapy_session import BeforeTherapySession
from flows.triggers.daily import Daily
from flows.triggers.every import Every
from flows.triggers.on_request import OnRequest
from flows.triggers.random import RandomTimes
from flows.triggers.therapy_session_end import AfterTherapySession
from flows.triggers.weekly import Weekly

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
SHIPPED = sorted(LIBRARY.glob("*.toml"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

EVERYTHING = """language = 1
id = "all"
title.en = "Everything"
default = true
priority = 2
[schedule]
trigger = "daily"
at = "20:00"
[[step]]
id = "hello"
kind = "message"
ask.en = 'Say "hi" [now] {{ }} <b>; end | x `y`'
[[step]]
id = "mood"
kind = "scale"
min = 0
max = 2
labels = [ { value = 0, en = "bad" }, { value = 1, en = "so so" }, { value = 2, en = "good" } ]
ask.en = "How?"
rather_not_say = true
[[step.reflect]]
only_if = [0]
en = "That sounds like a lot."
[[step.go]]
only_if = [2]
to = "end"
[[step]]
id = "felt"
kind = "several"
min = 1
max = 2
options = [ { id = "calm", en = "Calm" }, { id = "sad", en = "Sad" } ]
ask.en = "What?"
[[step]]
id = "each_one"
kind = "text"
max_length = 100
only_if.mood = [0, 1]
ask.en = "About {each}?"
[[step]]
id = "bed"
kind = "time"
earliest = "20:00"
ask.en = "When?"
wording = [ { en = "At what time?" } ]
[[step]]
id = "since"
kind = "date"
earliest = "-30d"
latest = "0d"
ask.en = "Since?"
[[step]]
id = "slept"
kind = "yes_no"
ask.en = "Slept?"
optional = true
[[step]]
id = "hours"
kind = "number"
max = 24
unit.en = "hours"
when = "slept && (mood >= 1 || felt.answered)"
ask.en = "How long?"
[[block]]
id = "rounds"
steps = ["each_one"]
repeat = "felt"
[[value]]
id = "low"
is = "mood <= 1"
[[score]]
id = "total"
of = ["mood"]
measures = "total"
"""


@pytest.fixture(scope="module")
def flow() -> Flow:
    parsed = parse(EVERYTHING, "all.toml")
    assert parsed.flow is not None, parsed.problems
    return parsed.flow


def test_the_outline_says_all_that_the_file_says(flow: Flow) -> None:
    text = "\n".join(outline(flow, "en"))
    for said in (
        "all: Everything",
        "New clients begin with it.",
        "Priority 2",
        "Every day at 20:00.",
        "1. hello (message)",
        "2. mood (scale, “rather not say” offered)",
        "answers: 0 = bad · 1 = so so · 2 = good",
        "reply, if mood is 0: That sounds like a lot.",
        "then: if mood is 2, go on at the end",
        "3. felt (any of several)",
        "answers: 1 to 2 of Calm · Sad",
        "only if mood is one of 0, 1",
        "answers: 1 to 100 characters",
        "or: At what time?",
        "answers: from 20:00 to 23:59",
        "answers: a date from 30 days ago to today",
        "7. slept (yes or no, may be skipped)",
        "only if slept is yes and (mood is at least 1 or felt is answered)",
        "answers: a whole number from 0 to 24 hours",
        "rounds: each_one, once for each option picked in felt",
        "low = mood <= 1",
        "total: the sum of mood; none where an item is missing; measures total",
    ):
        assert said in text, said


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_flow_is_shown_whole_in_every_language(path: Path) -> None:
    shipped = parse(path.read_text("utf-8"), path.name).flow
    assert shipped is not None
    for language in shipped.languages:
        text = "\n".join(outline(shipped, language))
        assert all(step.ask.say(language).splitlines()[0] in text for step in shipped.steps)
        assert "`" not in text, "a condition has no plain form"


LINE = re.compile(
    r"""[ ]{2}(?:[ ]{2})?(?:
    \w+(?:\(\["[^"]*"\]\)|\["[^"]*"\]|\("[^"]*"\)|\{"[^"]*"\})?
    |\w+\ -->(?:\|(?:yes|no|"[^"]*")\|)?\ \w+
    |subgraph\ \w+\["[^"]*"\]
    )""",
    re.VERBOSE,
)
"""The lines that the chart may be made of: boxes, arrows, subgraphs; every text in quotes."""


def valid(chart: str) -> None:
    """Every line is of the known forms, every arrow leads from and to a box that is there."""
    first, *lines = chart.splitlines()
    assert first == "flowchart TD"
    for line in lines:
        assert LINE.fullmatch(line), line
        text = re.search(r'"([^"]*)"', line)
        assert text is None or not re.search(r"[<>{}\[\]|`;\\](?<!;)|#(?!\d+;)", text[1]), line
    boxes = {re.match(r"\w+", line.strip())[0] for line in lines if "-->" not in line}  # type: ignore[index]
    for line in lines:
        if "-->" in line:
            ends = re.fullmatch(r"  (\w+) -->(?:\|[^|]*\|)? (\w+)", line)
            assert ends is not None and {ends[1], ends[2]} <= boxes, line


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_flow_makes_a_valid_chart(path: Path) -> None:
    shipped = parse(path.read_text("utf-8"), path.name).flow
    assert shipped is not None
    for language in shipped.languages:
        valid(mermaid(shipped, language))


def test_a_chart_of_everything_is_valid_and_shows_the_ways(flow: Flow) -> None:
    chart = mermaid(flow, "en")
    valid(chart)
    assert '  step1 -->|"mood is 2"| finish\n' in chart
    assert "  if3 -->|yes| step3\n  if3 -->|no| step4\n" in chart
    assert '  subgraph block0["rounds: each_one, once for each option picked in felt"]' in chart


@pytest.mark.parametrize("text", ['"', "a\nb", "#quot;", "end", "x" * 500, "]]-->|{", "🙂 ü <b>"])
def test_no_text_breaks_out_of_its_box(text: str) -> None:
    written = quoted(text)
    assert re.fullmatch(r'"[^"\n<>{}\[\]|]*"', written)
    assert not re.search(r"#(?!\d+;)", written)


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        (Weekly((0, 2), time(18)), "every week on Monday and Wednesday at 18:00"),
        (Daily(time(20)), "every day at 20:00"),
        (Every(3, time(19)), "every 3 days from enrolment on, at 19:00"),
        (
            RandomTimes(time(10), time(18), 2, 2 * HOUR),
            "2 times every day at random, between 10:00 and 18:00, at least 2 hours apart",
        ),
        (
            RandomTimes(time(10), time(18), 1, HOUR, (5, 6)),
            "once on Saturday and Sunday at random, between 10:00 and 18:00, at least 1 hour apart",
        ),
        (AfterTherapySession(2 * HOUR), "2 hours after a therapy session"),
        (BeforeTherapySession(DAY), "1 day before a therapy session"),
        (AfterFlow("goals", 7 * DAY), "7 days after a check-in of goals was finished"),
        (AfterFlag("talked", DAY), "1 day after a possible strain was talked about"),
        (AfterFlag("said_so", DAY), "1 day after the client said that something wasn't right"),
        (OnRequest(), "only when the client asks for it, or the therapist sends it"),
    ],
)
def test_every_trigger_in_words(trigger: Trigger, said: str) -> None:
    assert trigger.in_words() == said


def test_a_whole_schedule_in_words() -> None:
    schedule = Schedule(
        Daily(time(20)),
        on_request=True,
        starts=14 * DAY,
        ends=90 * DAY,
        remind=(6 * HOUR, DAY),
        expires_started=72 * HOUR,
    )
    assert schedule_in_words(schedule) == (
        "Every day at 20:00.",
        "A client may also start it with /checkin.",
        "Nothing comes in the first 14 days after enrolment.",
        "It ends 90 days after enrolment.",
        "It may be sent up to 12 hours late, then it is missed.",
        "While nothing is answered, the client is reminded 6 hours and 1 day after the first "
        "sending.",
        "Unanswered, it lapses 2 days after the first sending.",
        "Once begun, it lapses 3 days after the first sending.",
        "Once begun, it lapses 1 day after the last answer.",
    )


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1, minutes=30), "1 hour and 30 minutes"),
        (36 * HOUR, "36 hours"),
        (timedelta(days=5, hours=2), "5 days and 2 hours"),
    ],
)
def test_lengths_of_time(span: timedelta, said: str) -> None:
    assert length(span) == said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('felt in ["calm"]', "felt is “Calm”"),
        ('"calm" in felt', "felt includes “Calm”"),
        ('felt.exists(one, one in ["calm", "sad"])', "felt includes one of “Calm”, “Sad”"),
        ("slept == true", "slept is yes"),
        ("!slept", "slept is no"),
        ("!slept.answered", "slept is not answered"),
        ("mood < past.mood.last", "mood is below past.mood.last"),
        ("mood != 2 && mood > 0 || low", "mood is not 2 and mood is above 0 or low is yes"),
        ("(mood > 1)", "(mood is above 1)"),
        ("(mood > 1) && (mood < 2)", "(mood is above 1) and (mood is below 2)"),
        ("mood + 1 > 2", "`mood + 1 > 2`"),
        ("felt.exists(x, x == 'a && b')", "`felt.exists(x, x == 'a && b')`"),
    ],
)
def test_conditions_in_words(flow: Flow, source: str, said: str) -> None:
    assert condition_in_words(flow, Condition(source, frozenset()), "en") == said
