"""Slips of people who are no programmers: where each is blamed, and that the mend is said.

Each case changes one thing in a good file. A receptionist should know from the message alone what
to type; no word of the TOML reader or of CEL may come through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from flows.script import Problem, parse
from flows.script.decoding import SAVE, decode
from tests.support.tongues import only_spoken

GOOD = """language = 1
id = "evening"
title.en = "The evening"

[schedule]
trigger = "weekly"
days = ["mon", "thu"]
at = "19:30"

[[step]]
id = "mood"
kind = "scale"
min = 0
max = 10
low.en = "very low"
high.en = "very good"
ask.en = "How are you – this evening?"

[[step]]
id = "friends"
kind = "choice"
options = [{ id = "yes", en = "Yes" }, { id = "no", en = "No" }]
ask.en = "Did you see friends 👩‍👩‍👧?"

[[step]]
id = "words"
kind = "text"
optional = true
when = "mood < 4"
ask.en = "Is there anything?"
"""
FOREIGN = re.compile(
    r"TOML|EOF|token|mismatch|extraneous|overload|literal|boolean|undeclared|null_t"
)

SLIPS = [
    # a text that is not closed, in files of every system
    ('at = "19:30"', 'at = "19:30', "8:6: F001", 'Put " at its end: at = "19:30".'),
    ('"Is there anything?"', '"Is there\nanything?"', "30:10: F001", 'Write it in one line'),
    ('"Is there anything?"', '"""Is there', "30:10: F001", 'Close it with """.'),
    ('"Is there anything?"', '"He said "no" to it"', "30:20: F001", "quote inside a text"),
    ('"Is there anything?"', r'"C:\home"', "30:13: F001", "Write it twice: \\\\."),
    ("evening?", "even\x00ing?", "17:34: F001", "an invisible NUL character"),
    # quotes and characters of word processors
    ('id = "mood"', "id = “mood”", "11:6: F001", 'typographic quote (“). Type the straight'),
    ('id = "mood"', "id = ‘mood’", "11:6: F001", "typographic quote (‘)"),
    ('when = "mood < 4"', "when = „mood < 4“", "29:8: F001", 'when = "mood < 4".'),
    ("min = 0", "min = ０", "13:7: F001", "full-width character (０). Type 0 instead: min = 0."),
    ("min = 0", "min = −3", "13:7: F001", "dash (−) that is not the minus"),
    ('kind = "text"', '\u00a0 kind = "text"', "27:1: F001", "a no-break space"),
    ('kind = "text"', 'kind\u00a0= "text"', "27:5: F001", "a no-break space"),
    ('kind = "text"', 'ki\u200bnd = "text"', "27:3: F001", 'Delete it: kind = "text".'),
    ('id = "mood"', 'id = "mood\u00a0"', "11:11: F002", "Delete it: `mood`."),
    ('id = "mood"', 'id = "mood\u200b"', "11:11: F002", "an invisible zero-width space"),
    ('kind = "text"', 'kind = "text "', "27:13: F002", "a space too many"),
    ('id = "yes"', 'id = "y\u200bes"', "22:21: F002", "Delete it: `yes`."),
    ('id = "words"', 'id = "wörter"', "26:6: F021", "For example: `woerter`."),
    ('id = "words"', 'id = "My Words"', "26:6: F021", "For example: `my_words`."),
    # values without quotes, or with too many
    ('kind = "text"', "kind = text", "27:8: F001", 'Put quotes around it: kind = "text".'),
    ('kind = "text"', 'kind = text"', "27:8: F001", 'is missing. Write kind = "text".'),
    ("optional = true", "optional = True", "28:12: F001", "optional = true."),
    ("optional = true", "optional = yes", "28:12: F001", "optional = true."),
    ("optional = true", "optional = nein", "28:12: F001", "optional = false."),
    ("optional = true", 'optional = "true"', "28:12: F012", "Write optional = true."),
    ("optional = true", "optional = 1", "28:12: F012", "Write optional = true."),
    ("max = 10", 'max = "10"', "14:7: F012", "Write max = 10."),
    ("max = 10", "max = 10,0", "14:7: F001", "max = 10."),
    ('"mon", "thu"]', '"mon" "thu"]', "7:15: F001", "A comma is missing"),
    ('"mon", "thu"]', "mon, thu]", "7:9: F001", 'Put quotes around it: "mon".'),
    ('"mon", "thu"]', '"mon", "thu"', "7:8: F001", "never closed"),
    ('["mon", "thu"]', '"mon", "thu"', "7:13: F001", "square brackets"),
    ('["mon", "thu"]', '"mon"', "7:8: F012", 'Write days = ["mon"].'),
    ('"mon", "thu"', '"Monday", "Do"', "7:9: F062", "Write `mon`."),
    ("},", "}", "22:39: F001", "A comma is missing"),
    ("}]", ", }]", "22:63: F001", "comma too many"),
    ('{ id = "yes",', '{ id = "yes",\n', "22:12: F001", "in one line"),
    # times of day
    ('at = "19:30"', 'at = "7:30"', "8:6: F061", "Write 07:30"),
    ('at = "19:30"', 'at = "7:30 pm"', "8:6: F061", "Write 19:30"),
    ('at = "19:30"', 'at = "19.30 Uhr"', "8:6: F061", "Write 19:30"),
    ('at = "19:30"', 'at = "12am"', "8:6: F061", "Write 00:00"),
    ('at = "19:30"', 'at = "24:00"', "8:6: F061", "Write 00:00: midnight begins the day."),
    ('at = "19:30"', "at = 19:30", "8:6: F001", 'Write at = "19:30".'),
    ('at = "19:30"', "at = 19:30:00", "8:6: F012", 'Write at = "19:30".'),
    ('at = "19:30"', 'at = "evening"', "8:6: F061", "from 00:00 to 23:59"),
    # keys, headers and remarks
    ('kind = "text"', 'kind: "text"', "27:5: F001", 'Write kind = "text".'),
    ('kind = "text"', 'kind "text"', "27:5: F001", 'Write kind = "text".'),
    ('kind = "text"', "kind =", "27:6: F001", "`kind` has no value."),
    ('kind = "text"', 'Kind = "text"', "27:1: F010", "Keys have small letters: `kind`."),
    ('kind = "text"', '// kind = "text"', "27:1: F001", "A remark begins with #."),
    ('kind = "text"', "Here are the words", "27:1: F001", "says nothing that can be read"),
    ('kind = "text"', 'kind of = "text"', "27:1: F001", "`kind of` cannot be a key."),
    ('kind = "text"', 'kind = "text"\nkind = "text"', "28:1: F001", "in line 27 and again here"),
    ('id = "words"', 'id = "words"\nid = "x"', "27:1: F001", "stand at the top"),
    ("[[step]]", "[step]", "10:1: F001", "Write [[step]], with two, before every step."),
    ("[[step]]", "[[step]", "10:1: F001", "Write [[step]]."),
    ("[[step]]", '[[step]] id = "x"', "10:10: F001", "a line of its own"),
    ("[schedule]", "[schedule]\n[schedule]", "6:1: F001", "stands in line 5 and again here"),
    ('title.en = "The evening"', 'title = "The evening"', "3:9: F012", 'title.en = "The evening"'),
    ('ask.en = "Is', 'ask = "Is', "30:7: F012", 'ask.en = "Is there anything?"'),
    ("title.en", "title.fr", "3:7: F010", "Texts can be written in `en`, `de`, `de_du`."),
    # conditions
    ("mood < 4", "mood < 4 and mood > 1", "29:18: F050", "Write: mood < 4 && mood > 1"),
    ("mood < 4", "not (mood = 4) or mood = 9", "29:9: F050", "Write: !(mood == 4) || mood == 9"),
    ("mood < 4", "mood = 4", "29:14: F050", "= is written == here. Write: mood == 4"),
    ("mood < 4", "mood <> 4", "29:14: F050", "<> is written != here. Write: mood != 4"),
    ("mood < 4", "mood =< 4", "29:14: F050", "Write: mood <= 4"),
    ("mood < 4", "mood ≤ 4", "29:14: F050", "Write: mood <= 4"),
    ("mood < 4", "${mood} < 4", "29:9: F050", "without braces or other signs. Write: mood < 4"),
    ("mood < 4", "{mood} < 4", "29:9: F050", "Write: mood < 4"),
    ("mood < 4", "selected(mood, '4')", "29:9: F050", "Write: mood == 4"),
    ("mood < 4", "selected(${friends}, 'yes')", "29:9: F050", "Write: friends == 'yes'"),
    ("mood < 4", "mood < 4️⃣", "29:16: F050", "4️⃣ is an emoji. Write: mood < 4"),
    ("mood < 4", "mood < 4,0", "29:16: F050", "Write: mood < 4.0"),
    ("mood < 4", "mood\u00a0<\u00a04", "29:13: F050", "a no-break space"),
    ("mood < 4", "friends == ‘yes’", "29:20: F050", "typographic quotes. Write: friends == 'yes'"),
    ("mood < 4", "friends == yes", "29:20: F022", "Answers stand in quotes: 'yes'."),
    ("mood < 4", "mood < 4 && (mood > 1", "29:30: F050", "Each ( needs one )."),
    ("mood < 4", "friends == 'yes", "29:20: F050", "Put ' at its end."),
    ("mood < 4", "mood between 1 and 4", "29:24: F050", "Write: mood between 1 && 4"),
    ("mood < 4", "mood 4", "29:14: F050", "cannot be read from this place on"),
    ("mood < 4", "mood.high", "29:13: F050", "nothing is known behind this dot"),
]  # fmt: skip


def problems_of(before: str, after: str) -> tuple[Problem, ...]:
    assert before in GOOD
    position = GOOD.rindex(before) if before.startswith(("kind", "ask")) else GOOD.index(before)
    return parse(GOOD[:position] + after + GOOD[position + len(before) :], "x").problems


@pytest.fixture(autouse=True)
def two_languages() -> Iterator[None]:
    """English and German, which the sentences name."""
    with only_spoken("en", "de"):
        yield


@pytest.mark.parametrize(("before", "after", "place", "words"), SLIPS)
def test_a_slip_is_one_problem_that_says_the_mend(
    before: str, after: str, place: str, words: str
) -> None:
    first, *others = problems_of(before, after)
    assert str(first).startswith(f"x:{place} "), first
    assert words in f"{first.message} {first.hint}"
    assert not FOREIGN.search(f"{first.message} {first.hint}".replace("`null`", ""))
    same_cause = {"Do"} if "Do" in after else set()
    assert [
        one for one in others if not any(f"`{word}`" in one.message for word in same_cause)
    ] == []


def test_one_word_for_all_steps_is_one_problem_each_time() -> None:
    problems = parse(GOOD.replace("[[step]]", "[[steps]]"), "x").problems
    assert [str(one) for one in problems] == [
        "x:10:3: F010 There is no key `steps` here. Did you mean `step`?"
    ]
    single = GOOD.partition("[[step]]")[0] + '[step]\nid = "a"\nkind = "yes_no"\nask.en = "?"\n'
    (problem,) = parse(single, "x").problems
    assert str(problem).startswith("x:10:1: F012 ")
    assert problem.hint == "Write [[step]], with two, before every step."


def test_the_good_file_is_good_in_every_way_of_writing_it() -> None:
    for text in (GOOD, "\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD.replace("\n", "\r")):
        assert parse(text, "x").problems == ()
    tabs = GOOD.replace('kind = "text"', '\tkind\t=\t"text"').replace("The evening", "The\tevening")
    assert parse(tabs, "x").problems == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("language = 1", 'language = "1"', (1, 12)),
        ('at = "19:30"', 'at = "19:30', (8, 6)),
        ('"Is there anything?"', '"äöü 👩‍👩‍👧" x', (30, 22)),
        ('kind = "text"', 'kind = "txt"', (27, 8)),
        ("anything?", "{anybody} 👍?", (30, 20)),
    ],
)
def test_places_are_those_of_an_editor(
    before: str, after: str, place: tuple[int, int], start: str, newline: str
) -> None:
    """Umlauts and emoji before the place, a byte order mark and any line ends move nothing."""
    text = GOOD.replace("The evening", "Ää ö ü 😀😀😀 ÄÄÄ ÖÖÖ ÜÜÜ").replace(before, after)
    (first, *_) = parse(start + text.replace("\n", newline), "x").problems
    assert (first.line, first.column) == place


def test_bytes_that_are_no_text_are_a_located_problem() -> None:
    assert decode(GOOD.replace("\n", "\r\n").encode(), "x") == GOOD
    assert decode(b"\xef\xbb\xbfa = 1\r", "x") == "\ufeffa = 1\n"
    early = decode("a = 'ä'\nb = 'für'".encode("cp1252"), "x")
    assert str(early) == (
        f"x:1:6: F003 The file is not written in UTF-8: this may be the character ä. {SAVE}"
    )
    late = decode("a = 'ä'\nb = '".encode() + b"\xfc'", "x")
    assert isinstance(late, Problem)
    assert (late.line, late.column) == (2, 6)
    wide = decode(GOOD.encode("utf-16"), "x")
    assert isinstance(wide, Problem)
    assert "UTF-16" in wide.message
