"""Screening: which sentences of either language count as none, likely, explicit."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows.safety
from flows.safety import screen
from flows.safety.wording import RULES

EXPLICIT = (
    "I want to kill myself.",
    "I’m thinking about killing myself",
    "i just WANT   to die",
    "I wish I was dead",
    "Some days I think about suicide.",
    "I don't want to live anymore",
    "I don’t want to be here anymore.",
    "There is no reason to live.",
    "I feel so suicidal today",
    "I am going to end my life tonight",
    "I have been thinking of ending it all",
    "They would all be better off, I'd be better off dead",
    "I hope I never wake up again",
    "I was close to throwing myself in front of a train",
    "I started to harm myself again",
    "I took all the pills",
    "I do not care. I will kill myself.",
    "Ich will nicht mehr leben.",
    "Ich möchte sterben",
    "ich moechte einfach nur sterben",
    "Am liebsten würde ich mich umbringen.",
    "Ich habe daran gedacht, mir das Leben zu nehmen",
    "ICH BRINGE MICH UM",
    "Manchmal denke ich daran, mich umzubringen",
    "Ich wäre am liebsten tot.",
    "Ich habe wieder Suizidgedanken",
    "Ich will meinem Leben ein Ende setzen",
    "Ich habe mich wieder geritzt",
    "Ich möchte morgens nicht mehr aufwachen",
    "Ich könnte mir etwas antun.",
    "Ich will vor den Zug springen",
    "Ich will… sterben",
    "i want 2 die",
    "My life is not worth living",
    "Ich wollte mir vor zwei Jahren das Leben nehmen",
    "ich hab keine lust mehr zu leben",
    "Das Leben ist nicht mehr lebenswert",
    "I keep thinking of jumping off a bridge",
)
LIKELY = (
    "I would never kill myself",
    "I don't want to kill myself, but it is hard.",
    "I don't want to die",
    "My brother killed himself last year.",
    "My friend is suicidal and I am scared",
    "She said she wants to die",
    "I cut myself yesterday",
    "I can't go on",
    "They would be better off without me",
    "Sometimes I wish I had never been born",
    "I want to disappear",
    "Ich will mich nicht umbringen",
    "Ich würde mich nie umbringen.",
    "Ich habe keine Suizidgedanken",
    "Mein Vater hat sich das Leben genommen",
    "Meine Freundin will sich umbringen",
    "Ein Kollege hat Suizid begangen",
    "Ich kann nicht mehr.",
    "Ohne mich wäre es für alle besser",
    "Ich sehe keinen Ausweg",
    "Das hat alles keinen Sinn mehr",
    "Ich will nicht sterben",
    "Ich habe einen Abschiedsbrief geschrieben",
    "Ich habe mich am Arm geschnitten",
    "I feel like dying",
    "I often think about death",
    "Ich denke oft an den Tod",
    "Ich halte es nicht mehr aus.",
    "Ich bin des Lebens müde",
    "During the panic I thought I am going to die",
)
NONE = (
    "Good week, a little tired.",
    "I was dead tired after work",
    "The deadline is killing me",
    "We were just killing time",
    "I nearly died laughing",
    "I could die of embarrassment",
    "I am dying to see the sea again",
    "That cake was to die for",
    "In the film the hero kills himself at the end.",
    "We talked about a book on suicide",
    "My dog died last spring",
    "I cut myself some slack this week",
    "I cut myself on the bread knife",
    "I want to live closer to my family",
    "My back is killing me",
    "Ich bin todmüde",
    "Ich könnte sterben vor Lachen",
    "Ich bin vor Lachen fast gestorben",
    "Das war zum Totlachen",
    "Wir haben die Zeit totgeschlagen",
    "Die Hitze bringt mich um",
    "Ich kann nicht mehr so gut schlafen",
    "Im Film bringt sich der Held um",
    "In der Serie hat sich jemand das Leben genommen.",
    "Meine Oma ist gestorben",
    "I could have killed my boss",
    "Mein Handy ist tot",
    "Ich bringe das Auto um fünf Uhr",
    "I don't want to live with my parents anymore",
    "Ich will nicht mehr allein leben",
    "Ich dachte, er wäre tot",
    "Ich habe mich beim Kochen geschnitten",
    "I want to take my life into my own hands",
    "Die Deadline am Freitag macht mir Druck",
    "Ich will mit meinem Freund Schluss machen",
    "Mein Leben ist gerade sehr voll",
    "Ich habe mich mit meiner Mutter gestritten",
    "",
)
TABLE = [
    *((text, "explicit") for text in EXPLICIT),
    *((text, "likely") for text in LIKELY),
    *((text, "none") for text in NONE),
]


@pytest.mark.parametrize(("text", "risk"), TABLE, ids=[str(n) for n in range(len(TABLE))])
def test_each_sentence_has_its_risk(text: str, risk: str) -> None:
    assert screen(text).risk == risk


def test_a_film_does_not_excuse_what_is_said_of_oneself() -> None:
    assert screen("After the film I wanted to kill myself").risk == "explicit"
    assert screen("Nach dem Film wollte ich sterben").risk == "explicit"


def test_an_idiom_does_not_hide_what_follows_it() -> None:
    assert screen("I am dead tired and I want to die").risk == "explicit"


def test_spelling_does_not_matter() -> None:
    one = screen("Ich möchte mich töten")
    assert one.risk == "explicit"
    for other in (
        "ich moechte mich toeten",
        "ICH MÖCHTE MICH TÖTEN",
        "ich mo\u0308chte mich  to\u0308ten",
    ):
        assert screen(other) == one


def test_matched_holds_ids_of_rules_only() -> None:
    known = {rule.id for rule in RULES}
    for text, risk in TABLE:
        verdict = screen(text)
        assert set(verdict.matched) <= known
        assert bool(verdict.matched) == (risk != "none")


def test_every_rule_is_reached_by_the_table() -> None:
    reached = {one for text, _ in TABLE for one in screen(text).matched}
    assert reached == {rule.id for rule in RULES}


def test_the_module_says_that_no_match_is_not_safety() -> None:
    assert "No match does not mean safe" in (flows.safety.__doc__ or "")


@given(st.text(max_size=200))
def test_any_text_is_screened(text: str) -> None:
    verdict = screen(text)
    assert (verdict.risk == "none") == (not verdict.matched)


def test_a_long_text_is_screened_quickly() -> None:
    before = time.perf_counter()
    screen("ich will mich nicht " * 1000)
    assert time.perf_counter() - before < 2
