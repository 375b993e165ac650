"""The questions of ``interlude init`` about the practice, each asked until it can be answered.

An answer is written at once, so that whoever stops in the middle loses nothing. It must never ask
what was answered before: a setting that differs from its default was, and all of them were where
the numbers for an emergency, which come last, are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bot.cli.helplines import countries, of_country, texts_for
from bot.cli.setting_up import settings_file
from bot.cli.surroundings import settings_or_exit, somebody_is_there
from bot.config import Settings
from bot.config.settings import Practice
from flows.languages import BASE, Language, in_english, languages, tongue_of, tongues


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and the setting of the practice that it fills."""

    field: str
    asks: str

    @property
    def setting(self) -> str:
        """The setting's dotted name."""
        return f"practice.{self.field}"


QUESTIONS = (
    Question("name", "Name of the practice, as clients read it (Enter: none)"),
    Question("zone", "Time zone"),
    Question(
        "language",
        f"Language for new people: {' or '.join(tongue.plain for tongue in tongues())}",
    ),
    Question("privacy_url", "Address of its privacy policy, https://… (Enter: none yet)"),
)
BEGINNING = (
    "\nWhat this practice must know. Enter takes what stands in [brackets]; each answer is kept at "
    "once.\nCtrl-C stops; `interlude init` goes on from there.\n"
)
CARD = (
    "\nThe crisis card: what a client reads who asks for help, or writes that it is very hard. It "
    "holds\nthe numbers of your place; without them the bot does not start."
)


def unanswered(settings: Settings) -> tuple[Question, ...]:
    """The questions that are still open, those about the crisis card left out."""
    if not lacks_numbers(settings):
        return ()
    return tuple(
        each
        for each in QUESTIONS
        if getattr(settings.practice, each.field) == Practice.model_fields[each.field].default
    )


def lacks_numbers(settings: Settings) -> bool:
    """True where the practice's own language has no crisis text."""
    return settings.practice.own_crisis_text(settings.practice.language) is None


def ask(path: Path, still_open: Sequence[Question]) -> None:
    """Each of these is answered in the settings file."""
    for each in still_open:
        default = str(Practice.model_fields[each.field].default)
        answer = asked_until_right(path, each.setting, each.asks, default)
        settings_file.write(path, {each.setting: answer})


def asked_until_right(path: Path, setting: str, asks: str, default: str = "") -> str:
    """An answer that the settings take; what is wrong with another one is said."""
    while True:
        answer = " ".join(_typed(asks, default).split())
        problem = settings_file.problem_with(path, setting, answer) if answer else None
        if problem is None:
            return answer
        click.echo(f"  {problem.what}; {problem.advice}")


def ask_for_numbers(path: Path) -> None:
    """The crisis texts are in the settings file, unless nobody wanted to write them now."""
    click.echo(CARD)
    known = countries()
    while True:
        asks = f"Country, to see public helplines: {', '.join(known)} (Enter: write your own)"
        country = _typed(asks).strip().upper()
        if not country or (country in known and offer_helplines(path, country, is_checked=False)):
            break
        if country not in known:
            # what is no country may be anything, such as a token that was pasted too early
            named = f" for {country}" if len(country) == len("DE") else ""
            click.echo(f"  There are none{named} here.")
    if lacks_numbers(settings_or_exit(path)):
        _ask_for_texts(path)


def offer_helplines(path: Path, country: str, *, is_checked: bool) -> bool:
    """Public numbers are in the settings file, if an admin says yes to them or has said so before
    (``is_checked``), in each language in which nobody wrote any; True where they are.
    """
    written = settings_or_exit(path).practice.crisis
    texts = {code: text for code, text in texts_for(country).items() if not written[code].strip()}
    click.echo(f"\nPublic helplines of {country}. Call each one before clients see it.")
    for each in of_country(country):
        said = each.say.get(BASE) or next(iter(each.say.values()))
        click.echo(f"  {said}\n    {each.source}, written down on {each.written_on}")
    for language, text in texts.items():
        click.echo(f"practice.crisis.{language} would say:")
        click.echo("\n".join(f"  {line}" for line in text.split("\n")))
    asks = f"Are these right for your practice, and shall they stand in {path}?"
    if not (is_checked or _says_yes(asks)):
        click.echo("Nothing of it was written.\n")
        return False
    settings_file.write(path, {f"practice.crisis.{code}": text for code, text in texts.items()})
    click.echo("They are written. `interlude doctor` shows the card.\n")
    return True


def _ask_for_texts(path: Path) -> None:
    """Each text is asked for in one line: the practice's own language first, and no other without
    it.
    """
    for language in _in_order(settings_or_exit(path).practice.language):
        setting = f"practice.crisis.{language}"
        asks = f"In {in_english(language)}, begin with a number (Enter: {_without(path, language)})"
        answer = asked_until_right(path, setting, asks)
        if answer:
            settings_file.write(path, {setting: answer})
        elif lacks_numbers(settings_or_exit(path)):
            return


def _in_order(first: Language) -> Iterator[Language]:
    yield first
    yield from (each for each in languages() if each != first)


def _without(path: Path, language: Language) -> str:
    """Tell what becomes of it where nothing is typed."""
    practice = settings_or_exit(path).practice
    if language == practice.language:
        return "later"
    plain = tongue_of(language).plain
    if language != plain and practice.own_crisis_text(plain) is not None:
        return "the same as above"
    return f"they read the one in {in_english(practice.language)}"


def _typed(asks: str, default: str = "") -> str:
    answer: str = click.prompt(asks, default=default, show_default=bool(default))
    return answer


def _says_yes(question: str) -> bool:
    """No where nobody is there to answer."""
    try:
        return click.confirm(question, default=False)
    except click.Abort:
        if somebody_is_there():
            raise
        click.echo()
        return False
