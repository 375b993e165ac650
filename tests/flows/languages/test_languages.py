"""Languages are data: what falls back to what, and one more from a folder that only tests have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest

from bot.config.settings import Practice, setting_names
from bot.services.planning.spoken_times import read_wish
from bot.texts import Texts
from flows.authoring.words import Words
from flows.kinds.date import DateStep
from flows.kinds.kind import Fits
from flows.kinds.registry import kind_of
from flows.kinds.several import Option, SeveralStep
from flows.kinds.spoken import in_figures, in_words
from flows.kinds.time import read_time
from flows.kinds.withheld import label
from flows.kinds.yes_no import YesNoStep
from flows.languages import (
    Language,
    date_in_words,
    fallbacks,
    first_written,
    languages,
    name_of,
    nearest,
    tongues,
)
from flows.languages.tongue import LanguageError, read
from flows.schedule.wishes import Wish
from flows.script.json_schema import schema
from flows.script.parsing import parse
from tests.support.tongues import FRENCH, also_spoken, only_spoken

EN, DE, DU, FR, TU = map(Language, ("en", "de", "de_du", "fr", "fr_tu"))
TODAY = date(2026, 11, 24)

FLOW = """
language = 1
id = "soir"
title.fr = "Le soir"
[schedule]
trigger = "on_request"
[[step]]
id = "slept"
kind = "yes_no"
ask.fr = "Avez-vous bien dormi ?"
ask.fr_tu = "As-tu bien dormi ?"
[[step]]
id = "thanks"
kind = "message"
ask.fr = "Merci."
ask.neutral = true
"""


@pytest.fixture(autouse=True)
def two_languages() -> Iterator[None]:
    """English and German, whatever has been added to Interlude since."""
    with only_spoken("en", "de"):
        yield


@pytest.fixture
def french() -> Iterator[None]:
    with also_spoken():
        yield


def test_a_form_falls_back_within_its_language_and_never_to_another() -> None:
    assert {one: fallbacks(one) for one in languages()} == {
        EN: (EN,),
        DE: (DE,),
        DU: (DU, DE),
    }
    assert first_written({DE: "Sie", EN: "you"}, DU) == "Sie"
    assert first_written({EN: "you"}, DU) is None
    assert first_written({DU: "du", EN: "you"}, DE) is None


def test_every_door_falls_back_in_the_same_way(tmp_path: Path) -> None:
    for code in ("en", "de"):
        (tmp_path / f"area.{code}.toml").write_text(f'line = "{code} 112"', "utf-8")
    written = {EN: "en 112", DE: "de 112"}
    practice = Practice.model_validate({"crisis": written})
    doors = (
        lambda one: Texts(tmp_path).say(one, "area.line"),
        Words(tuple(written.items())).say,
        practice.own_crisis_text,
    )
    for one in languages():
        assert {door(one) for door in doors} == {first_written(written, one)}


def test_an_app_s_language_leads_to_one_that_is_spoken() -> None:
    assert [nearest(tag) for tag in ("de", "de-AT", "en-GB", "den", "fr", "")] == [
        DE,
        DE,
        EN,
        EN,
        EN,
        EN,
    ]


def test_names_of_languages_are_babel_s_with_the_address() -> None:
    assert [name_of(one, EN) for one in languages()] == ["English", "German, Sie", "German, du"]
    assert [name_of(one, DU) for one in languages()] == ["Englisch", "Deutsch, Sie", "Deutsch, du"]


@pytest.mark.parametrize(
    ("was", "is_", "said"),
    [
        ('code = "fr"', 'code = "FR!"', "BCP 47"),
        ('direction = "ltr"', 'direction = "left"', "direction"),
        ('yes = "Oui"\n', "", "words.yes is missing"),
        ('move = ["déplacer", "déplacé"]\n', "", "typed.move is missing"),
        ('address = "tu"', 'address = ""', "each form"),
        ("days = [[], ", "days = [", "7 lists"),
        ("\\b(?:vous", "\\b((?:vous", "no pattern"),
        ('code = "fr"', 'code = "fr"\nmother = "la"', "no key mother"),
        ('code = "fr"', "code = fr", "no TOML"),
    ],
)
def test_a_language_file_that_cannot_be_used_says_why(was: str, is_: str, said: str) -> None:
    text = FRENCH.read_text("utf-8")
    assert was in text
    with pytest.raises(LanguageError, match=said):
        read(text.replace(was, is_))


def test_a_language_is_there_once(french: None) -> None:
    with pytest.raises(LanguageError, match="already"), also_spoken():
        pass
    assert [tongue.code for tongue in tongues()] == ["en", "de", "fr"]


def test_a_flow_may_be_written_in_it_and_is_held_to_its_forms(french: None) -> None:
    result = parse(FLOW, "soir.toml")
    assert result.problems == ()
    assert result.flow is not None
    assert result.flow.languages == (FR, TU)
    assert result.flow.steps[1].ask.say(TU) == "Merci."
    lacking = parse(FLOW.replace('ask.fr_tu = "As-tu bien dormi ?"\n', ""), "soir.toml")
    assert [(p.code, p.line) for p in lacking.problems] == [("F031", 10)]
    shared = parse(FLOW.replace("Merci.", "Merci à toi."), "soir.toml")
    assert [p.code for p in shared.problems] == ["F033"]


def test_without_it_the_same_flow_is_refused_with_the_languages_that_there_are() -> None:
    problems = parse(FLOW, "soir.toml").problems
    assert {p.code for p in problems if "`fr" in p.message} == {"F010"}


def test_the_schema_completes_its_keys(french: None) -> None:
    words = schema()["$defs"]["WordsShape"]["properties"]
    assert words["fr_tu"]["description"] == "The text in French with tu."


def test_what_clients_type_and_tap_in_it_is_understood(french: None) -> None:
    yes_no = YesNoStep(id="a", ask=Words(()))
    assert kind_of(yes_no).ask(yes_no, TU).choices == ("Oui", "Non")
    assert kind_of(yes_no).accept(yes_no, "oui", TU, TODAY) == Fits(True)
    on = DateStep(id="b", ask=Words(()))
    accept = kind_of(on).accept
    assert accept(on, "avant-hier", FR, TODAY) == Fits("2026-11-22")
    assert accept(on, "3 août 2026", FR, TODAY) == Fits("2026-08-03")
    assert accept(on, "3 aout 2026", FR, TODAY) == Fits("2026-08-03")
    options = tuple(Option(name, Words(((FR, name),))) for name in ("calme", "triste"))
    several = SeveralStep(id="c", ask=Words(()), options=options, max=2)
    assert kind_of(several).accept(several, "calme et triste", TU, TODAY) == Fits(
        ("calme", "triste")
    )
    assert label(TU) == "Je préfère ne pas le dire"
    assert read_time("à 18 heures") == time(18)
    assert read_wish("mar et jeu à 18:30", FR) == Wish(time(18, 30), (1, 3))


def test_what_is_shown_in_it_follows_its_customs(french: None) -> None:
    assert date_in_words(TODAY, TU) == "24 novembre 2026"
    assert in_figures(2.5, FR) == "2,5"
    assert in_words(("un", "deux", "trois"), FR) == "un, deux et trois"


def test_built_in_texts_say_what_it_lacks(french: None, tmp_path: Path) -> None:
    (tmp_path / "area.en.toml").write_text('hello = "Hello"\nbye = "Bye"', "utf-8")
    (tmp_path / "area.de.toml").write_text('hello = "Guten Tag"\nbye = "Tschüs"', "utf-8")
    assert Texts(tmp_path).problems() == ["area.fr.toml is missing"]
    (tmp_path / "area.fr.toml").write_text('hello = "Bonjour"', "utf-8")
    assert Texts(tmp_path).problems() == ["fr: area.bye is missing"]
    (tmp_path / "area.fr.toml").write_text('hello = "Bonjour"\nbye = "Au revoir"', "utf-8")
    assert Texts(tmp_path).problems() == []
    assert Texts(tmp_path).say(TU, "area.hello") == "Bonjour"


def test_settings_take_it(french: None) -> None:
    practice = Practice.model_validate({"language": "fr", "crisis": {"fr": "Appelez le 15."}})
    assert practice.crisis_text(TU) == "Appelez le 15."
    assert "practice.crisis.fr_tu" in setting_names()


def test_nothing_names_a_language_but_its_own_files() -> None:
    """No code of a language stands in the program: see the files of ``flows/languages``."""
    root = Path(__file__).parents[3]
    codes = {f'"{one}"' for one in languages()} - {'"en"'}
    allowed = {
        *("bot/demo", "storage/migrations", "bot/cli/authoring/told.py"),
        "bot/services/work/buttons.py",  # what older buttons carried
    }
    found = [
        f"{path.relative_to(root)}:{number}"
        for package in ("bot", "flows", "storage")
        for path in sorted((root / package).rglob("*.py"))
        if not any(path.is_relative_to(root / one) for one in allowed)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if any(code in line for code in codes) and not line.lstrip().startswith(('"""', "*"))
    ]
    assert found == []
