"""The differences between two versions of a flow, and how much they weigh."""

from __future__ import annotations

import pytest

from flows.script import parse
from flows.script.diff import Change, diff
from flows.script.flow import Flow

BASE = """language = 1
id = "sample"
title = { en = "Sample", de = "Probe" }
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
[[step]]
id = "hello"
kind = "message"
ask = { en = "Hello.", de = "Hallo.", neutral = true }
[[step]]
id = "mood"
kind = "scale"
min = 0
max = 10
low = { en = "bad", de = "schlecht" }
high = { en = "good", de = "gut" }
ask = { en = "How has your mood been?", de = "Wie war die Stimmung?", neutral = true }
measures = "mood"
[[step]]
id = "strain"
kind = "choice"
options = [ { id = "no", en = "No", de = "Nein" }, { id = "yes", en = "Yes", de = "Ja" } ]
ask = { en = "Anything wrong?", de = "War etwas?", neutral = true }
[[step]]
id = "more"
kind = "text"
only_if.strain = ["yes"]
ask = { en = "What was it?", de = "Was war es?", neutral = true }
[[step]]
id = "walks"
kind = "number"
max = 20
ask = { en = "How many walks?", de = "Wie viele Gänge?", neutral = true }
measures = "walks"
[[score]]
id = "total"
of = ["mood", "walks"]
measures = "total"
"""


def flow(text: str) -> Flow:
    parsed = parse(text, "sample.toml")
    assert parsed.flow is not None, [str(p) for p in parsed.problems]
    return parsed.flow


def changes(before: str, after: str) -> list[Change]:
    assert before in BASE
    return list(diff(flow(BASE), flow(BASE.replace(before, after))))


def weighed(before: str, after: str) -> list[tuple[str, str | None]]:
    return [(change.weight, change.step_id) for change in changes(before, after)]


def test_nothing_differs_from_itself_nor_by_comments() -> None:
    assert diff(flow(BASE), flow(BASE)) == ()
    assert changes("language = 1", "# a remark\nlanguage = 1") == []


def test_two_different_flows_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different flows"):
        diff(flow(BASE), flow(BASE.replace('id = "sample"', 'id = "other"')))


@pytest.mark.parametrize(
    ("before", "after", "weight", "step", "said"),
    [
        ('en = "Sample"', 'en = "Another"', "plain", None, "The title is “Another”, was “Sample”"),
        ('at = "18:00"', 'at = "19:00"', "plain", None, "Every week on Wednesday at 19:00"),
        ("language = 1", "language = 1\ndefault = true", "plain", None, "New clients begin"),
        ("language = 1", "language = 1\npriority = 2", "plain", None, "Its priority is 2, was 5."),
        (
            "How has your mood been?",
            "How was your mood?",
            "measured",
            "mood",
            "the question is now “How was your mood?”, was “How has your mood been?” (English)",
        ),
        ("Wie war die", "Wie ist die", "measured", "mood", "(German with Sie)"),
        ('low = { en = "bad"', 'low = { en = "low"', "measured", "mood", "label of the lower end"),
        ("max = 10", "max = 7", "measured", "mood", "the answers are now 0 = bad … 7 = good."),
        ("max = 20", "max = 30", "measured", "walks", "Earlier answers may not compare."),
        (
            "max = 20",
            'max = 20\nunit = { en = "km", de = "km" }',
            "measured",
            "walks",
            "the unit is now “km”, was none",
        ),
        ("What was it?", "What happened?", "plain", "more", "the question is now"),
        ('["yes"]', '["no", "yes"]', "plain", "more", "is asked only if strain is one of"),
        ('only_if.strain = ["yes"]\n', "", "plain", "more", "more is asked always; before, only"),
        ('measures = "mood"', 'measures = "feeling"', "cut", "mood", "CUTS each client's history"),
        ('measures = "mood"\n', "", "cut", "mood", "no longer measures mood"),
        ('en = "Yes"', 'en = "Yes, a bit"', "plain", "strain", "the option yes reads “Yes, a bit”"),
        ('"Hello."', '"Hi."', "plain", "hello", "the question is now “Hi.”"),
        (
            'id = "walks"\nkind = "number"',
            'id = "walks"\noptional = true\nkind = "number"',
            "plain",
            "walks",
            "walks may be skipped.",
        ),
        (
            'id = "more"\nkind = "text"',
            'id = "more"\nkind = "text"\nrather_not_say = true',
            "plain",
            "more",
            "“rather not say” is offered",
        ),
        (
            'id = "more"\nkind = "text"',
            'id = "more"\nkind = "yes_no"',
            "cut",
            "more",
            "of the kind",
        ),
        ('id = "total"', 'id = "sum"', "cut", None, "The score total is gone"),
        (
            'of = ["mood", "walks"]',
            'of = ["mood", "walks"]\nmethod = "mean"',
            "measured",
            None,
            "made in another way",
        ),
    ],
)
def test_each_change_is_told_and_weighed(
    before: str, after: str, weight: str, step: str | None, said: str
) -> None:
    found = changes(before, after)
    assert (weight, step) in [(one.weight, one.step_id) for one in found]
    assert any(said in one.sentence for one in found), [one.sentence for one in found]


def test_a_renamed_step_is_shouted_about_and_named() -> None:
    (change,) = changes('id = "more"', 'id = "further"')
    assert change.weight == "cut"
    assert str(change).startswith("!! The step more is called further now. That CUTS")


def test_a_renamed_measured_step_is_known_by_its_measure() -> None:
    text = BASE.replace('id = "mood"', 'id = "how"').replace("How has your mood been?", "Well?")
    found = diff(flow(BASE), flow(text.replace('"mood", "walks"', '"how", "walks"')))
    assert any("mood is called how now" in change.sentence for change in found)


def test_a_removed_step_ends_its_history_and_a_message_does_not() -> None:
    start, _, rest = BASE.partition('[[step]]\nid = "more"')
    without = start + "[[step]]" + rest.partition("[[step]]")[2]
    (change,) = diff(flow(BASE), flow(without))
    assert change.weight == "cut"
    assert "history of it ENDS here" in change.sentence
    start, _, rest = BASE.partition('[[step]]\nid = "hello"')
    (change,) = diff(flow(BASE), flow(start + "[[step]]" + rest.partition("[[step]]")[2]))
    assert change.weight == "plain"


def test_options_renamed_removed_and_new() -> None:
    (renamed,) = changes('id = "no", en', 'id = "nothing", en')
    assert renamed.weight == "cut"
    assert "the option no is called nothing now" in renamed.sentence
    several = '{ id = "no", en = "No", de = "Nein" }, { id = "maybe", en = "Maybe", de = "Eher" }'
    (new,) = changes('{ id = "no", en = "No", de = "Nein" }', several)
    assert (new.weight, new.sentence) == ("plain", "strain: new option maybe, “Maybe”.")
    before = flow(BASE.replace('{ id = "no", en = "No", de = "Nein" }', several))
    (gone,) = diff(before, flow(BASE))
    assert gone.weight == "cut"
    assert "the option maybe (“Maybe”) is gone" in gone.sentence


def test_a_meaning_that_was_swapped_under_the_same_ids_cuts_the_history() -> None:
    swapped = changes(
        'en = "No", de = "Nein" }, { id = "yes", en = "Yes"',
        'en = "Yes", de = "Nein" }, { id = "yes", en = "No"',
    )
    cuts = [change.sentence for change in swapped if change.weight == "cut"]
    assert len(cuts) == 2
    assert cuts[0].startswith("strain: the option no means “Yes” now, which was the option yes.")
    turned = changes(
        'low = { en = "bad", de = "schlecht" }\nhigh = { en = "good", de = "gut" }',
        'low = { en = "good", de = "gut" }\nhigh = { en = "bad", de = "schlecht" }',
    )
    assert [change.weight for change in turned].count("cut") == 2


def test_another_order_is_told() -> None:
    start, _, rest = BASE.partition('[[step]]\nid = "walks"')
    walks, _, score = rest.partition("[[score]]")
    moved = start.replace(
        '[[step]]\nid = "strain"', f'[[step]]\nid = "walks"{walks}[[step]]\nid = "strain"'
    )
    (change,) = diff(flow(BASE), flow(f"{moved}[[score]]{score}"))
    assert "The order of the steps is now: hello, mood, walks, strain, more." in change.sentence


def test_what_cuts_comes_first() -> None:
    text = BASE.replace('id = "more"', 'id = "further"').replace('"18:00"', '"19:00"')
    found = diff(flow(BASE), flow(text.replace("How has your mood been?", "How was your mood?")))
    order = [change.weight for change in found]
    assert order == sorted(order, key=["cut", "measured", "plain"].index)


def test_a_language_that_goes_is_told_once() -> None:
    english = flow(
        'language = 1\nid = "sample"\ntitle.en = "Sample"\n[schedule]\ntrigger = "on_request"\n'
        '[[step]]\nid = "mood"\nkind = "text"\nask.en = "How has your mood been?"\n'
    )
    sentences = [change.sentence for change in diff(flow(BASE), english)]
    said = "It is no longer written in German with Sie: clients who read it get nothing."
    assert sentences.count(said) == 1
