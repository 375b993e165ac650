"""The screen as shipped: what leads to the card, what does not, and what it must never do."""

from __future__ import annotations

import inspect
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows.safety
from flows.safety import Screen
from flows.safety.examples import shipped_examples
from flows.safety.extending import direct_wishes
from flows.safety.rules import shipped_rules
from flows.safety.vote import MOST_SENTENCES, parts_of

EXPLICIT = (
    "I want to kill myself.",
    "I’m thinking about killing myself",
    "i just WANT   to die",
    "I wish I was dead",
    "I don't want to live anymore",
    "There is no reason to live.",
    "I feel so suicidal today",
    "I am going to end my life tonight",
    "I took all the pills",
    "I do not care. I will kill myself.",
    "I am dead tired and I want to die",
    "Ich will nicht mehr leben.",
    "ich moechte einfach nur sterben",
    "Am liebsten würde ich mich umbringen.",
    "ICH BRINGE MICH UM",
    "Ich habe wieder Suizidgedanken",
    "Ich möchte morgens nicht mehr aufwachen",
    "Ich will… sterben",
    "Quiero morirme ya",
    "No quiero vivir más",
    "Voy a matarme esta noche",
    "Je veux mourir",
    "Je ne veux plus vivre",
    "Je vais me suicider ce soir",
    "Я хочу умереть",
    "Не хочу больше жить",
    "хочу покончить с собой",
)
NO_CARD = (
    "Good week, a little tired.",
    "I was dead tired after work",
    "The deadline is killing me",
    "I nearly died laughing",
    "I am dying to see the sea again",
    "That cake was to die for",
    "My dog died last spring",
    "I cut myself some slack this week",
    "I want to live closer to my family",
    "Ich bin todmüde",
    "Das war zum Totlachen",
    "Die Hitze bringt mich um",
    "Ich will nicht mehr allein leben",
    "Mein Handy ist tot",
    "Ich habe mich mit meiner Mutter gestritten",
    "Me muero de hambre",
    "Je suis morte de fatigue",
    "Я умираю от смеха",
    # denied
    "No, I don't think of killing myself",
    "Ich würde mich nie umbringen.",
    "No, no pienso en matarme",
    "Non, je ne pense pas à me tuer",
    "Нет, я не думаю о самоубийстве",
    # past
    "Twenty years ago I tried to kill myself, today I am glad to be here",
    "Vor zwanzig Jahren wollte ich mich umbringen, heute lebe ich gern",
    # fiction
    "In the film the hero kills himself at the end.",
    "Im Film bringt sich der Held um",
    "We talked about a book on suicide",
    # other people
    "My brother killed himself last year.",
    "Mein Vater hat sich das Leben genommen",
    "Mi tío se suicidó cuando yo era niña",
    "Mon oncle s'est suicidé quand j'étais petite",
    "",
    "…",
    "💀",
)
SCORES = {
    "I want to die": 5.365,
    "Good week, a little tired.": -4.791,
    "Ich will nicht mehr leben.": 4.954,
    "Die Abende sind lang.": -3.949,
    "Je n'en peux plus, je veux en finir": 2.059,
    "Quiero dormir y no despertar": 3.692,
    "Я устала, но всё хорошо": -3.269,
    "My brother killed himself last year.": -5.226,
    "I was dead tired and went to bed. Then it rained. I wish I was dead.": 1.299,
}
"""Scores that the vote and the rules come to, to three digits: the same on every machine."""
CRISIS_TALK = "We went to the market and I bought bread. I wish I was dead. Then we drove home. "


@pytest.mark.parametrize("place", range(len(EXPLICIT)))
def test_direct_words_are_explicit(screen: Screen, place: int) -> None:
    assert screen.judge(EXPLICIT[place]).risk == "explicit"


@pytest.mark.parametrize("place", range(len(NO_CARD)))
def test_what_is_harmless_gets_no_card(screen: Screen, place: int) -> None:
    assert screen.judge(NO_CARD[place]).risk in ("none", "maybe")


def test_direct_wishes_lead_to_the_card_in_every_language(screen: Screen) -> None:
    assert set(direct_wishes()) == {"en", "de", "es", "fr", "ru"}
    for sentences in direct_wishes().values():
        assert {verdict.risk for verdict in screen.judge_all(sentences)} <= {"explicit", "likely"}


def test_without_an_encoder_the_rules_speak_alone() -> None:
    alone = Screen()
    assert alone.judge("I want to die").risk == "explicit"
    assert alone.judge("Ich habe einen Abschiedsbrief geschrieben").risk == "likely"
    assert alone.judge("I would never kill myself").risk == "none", "denied"
    assert alone.judge("My brother talked of suicide").risk == "none", "somebody else"
    assert alone.judge("I want to die").nearest == ()


@pytest.mark.parametrize(
    "text",
    [
        "No. I want to kill myself",
        "It was a film. I want to kill myself",
        "I want to kill myself. No",
    ],
)
def test_what_another_sentence_says_excuses_nothing(text: str) -> None:
    assert Screen().judge(text).risk == "explicit"


def test_the_encoder_alone_never_makes_it_explicit(screen: Screen) -> None:
    for example in shipped_examples()[::40]:
        verdict = screen.judge(example.text)
        if verdict.risk == "explicit":
            assert any(
                rule.risk == "explicit"
                for rule in shipped_rules().all
                if rule.id in verdict.matched
            )


def test_neither_a_film_nor_an_idiom_excuses_what_is_said_of_oneself(screen: Screen) -> None:
    for text in ("After the film I wanted to kill myself", "Dead tired, and I wish I was dead"):
        assert screen.judge(text).risk in ("likely", "explicit")


def test_spelling_does_not_matter(screen: Screen) -> None:
    one = screen.judge("Ich möchte mich töten")
    assert one.risk == "explicit"
    for other in ("ICH MÖCHTE MICH TÖTEN", "ich mo\u0308chte mich to\u0308ten"):
        assert screen.judge(other) == one
    assert screen.judge("iiiich möchte miiiiich töten").risk != "none"


def test_long_talk_does_not_drown_a_sentence(screen: Screen) -> None:
    calm = "We went to the market and I bought bread. Then we drove home and cooked together. "
    assert screen.judge(calm * 4 + "I wish I was dead. " + calm * 4).risk in ("likely", "explicit")
    assert screen.judge(calm * 8).risk == "none"


@pytest.mark.parametrize("more", [0, 9])
def test_of_a_very_long_text_as_many_sentences_are_heard_from_both_ends(
    screen: Screen, more: int
) -> None:
    assert screen.ear is not None
    sentences = [f"Number {number} was a quiet day." for number in range(MOST_SENTENCES + more)]
    (parts,) = parts_of([" ".join(sentences)], screen.ear.encoder)
    assert len(parts.sentences) == MOST_SENTENCES


def test_a_verdict_holds_ids_and_never_words(screen: Screen) -> None:
    rules = {rule.id for rule in shipped_rules().all}
    examples = {example.id for example in shipped_examples()}
    for text in EXPLICIT:
        verdict = screen.judge(text)
        assert set(verdict.matched) <= rules
        assert set(verdict.nearest) <= examples
        assert 1 <= len(verdict.nearest) <= 3


def test_scores_are_the_same_everywhere(screen: Screen) -> None:
    from flows.safety.screening import clues
    from flows.safety.vote import parts_of, voted

    assert screen.ear is not None
    for text, score in SCORES.items():
        learnt = screen.ear.learnt
        parts = parts_of([text], screen.ear.encoder)[0]
        vote = voted([learnt.voters], learnt.letters, parts)
        found = learnt.score(vote.numbers, clues(screen.rules.find(text)))
        assert found == pytest.approx(score, abs=0.002)


def test_many_threads_hear_the_same(screen: Screen) -> None:
    with ThreadPoolExecutor(4) as threads:
        heard = list(threads.map(screen.judge, EXPLICIT))
    assert heard == screen.judge_all(EXPLICIT)


@pytest.mark.parametrize("text", ["irgendwann", "my boss", "мама", "no sé"])
def test_one_or_two_words_without_a_rule_are_never_taken_for_a_crisis(
    screen: Screen, text: str
) -> None:
    """The encoder knows too little of them; "suicide" and its kin are the rules' affair."""
    assert screen.judge(text).risk == "none"
    assert screen.judge("wanna die").risk in ("likely", "explicit")
    assert screen.judge("overdose").risk == "likely"


def test_the_encoder_hears_what_is_said_in_haste(screen: Screen) -> None:
    for text in ("cant do this anymoree i jsut want it to stopp", "i dnt want to wake up tmrw"):
        assert screen.judge(text).risk != "none"


def test_a_text_of_any_length_is_judged_quickly(screen: Screen) -> None:
    screen.judge("ready")
    before = time.process_time()
    screen.judge(CRISIS_TALK * 50)
    assert time.process_time() - before < 1


def test_it_is_given_a_text_and_nothing_else() -> None:
    """Neither hour nor speed nor delay can flag anybody: there is no way to say them."""
    assert list(inspect.signature(Screen.judge).parameters) == ["self", "text"]
    assert list(inspect.signature(Screen.judge_all).parameters) == ["self", "texts"]
    assert list(inspect.signature(Screen).parameters) == ["ear", "rules"]


def test_the_module_says_that_no_match_is_not_safety() -> None:
    assert "No match does not mean safe" in (flows.safety.__doc__ or "")


@given(st.text(max_size=200))
def test_any_text_is_screened_by_the_rules(text: str) -> None:
    verdict = Screen().judge(text)
    assert (verdict.risk == "none") == (not verdict.matched)
