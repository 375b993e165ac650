"""``interlude init``: a practice is set up, from the settings to the first therapist's link.

At a terminal it asks for what is missing; each answer can be given as an option, too. It never
overwrites what is there, but for a setting that is given as an option.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import therapist_link
from bot.cli.helplines import countries, texts_for
from bot.cli.run import REFUSED
from bot.cli.setting_up import (
    at_telegram,
    bot_token,
    first_therapist,
    foundation,
    questions,
    settings_file,
)
from bot.cli.setting_up.at_telegram import NAME, Choice
from bot.cli.setting_up.questions import Question
from bot.cli.surroundings import (
    PROBLEMS_FOUND,
    refuse,
    run_or_exit,
    settings_or_exit,
    somebody_is_there,
)
from bot.config import ConfigProblem, Settings, exposed_secrets, needs_for_run
from bot.config.origins import choose_file
from flows.languages import is_spoken, languages, tongues

if TYPE_CHECKING:
    from bot.chat.own_profile import Profile
    from storage.people import Name

STOPPED = "\nStopped. What was answered is kept; `interlude init` goes on from there."
PLAIN = [tongue.plain for tongue in tongues()]


@dataclass(frozen=True, slots=True)
class Given:
    """The answers that were given as options; None: not given."""

    name: str | None
    zone: str | None
    language: str | None
    privacy_url: str | None
    crisis: tuple[str, ...]
    country: str | None
    numbers_checked: bool
    token_file: Path | None
    bot_name: str | None
    texts: Choice | None
    therapist: str | None
    dative: str
    accusative: str
    database: str | None
    new: bool

    @property
    def needs_telegram(self) -> bool:
        """True where an answer does nothing until Telegram was asked."""
        return any((self.token_file, self.bot_name, self.therapist))

    def of_settings(self) -> dict[str, str]:
        """Those that fill a setting, by its dotted name."""
        fields = {each.setting: getattr(self, each.field) for each in questions.QUESTIONS}
        fields["database.url"] = self.database
        return {name: answer for name, answer in fields.items() if answer is not None}


@click.command()
@click.option("--name", help="The practice, as clients read it.")
@click.option("--zone", help="Its time zone, such as Europe/Berlin.")
@click.option("--language", type=click.Choice(PLAIN), help="What new people are spoken to in.")
@click.option("--privacy-url", help="The https address of its own privacy policy.")
@click.option("--crisis", multiple=True, metavar="LANGUAGE=TEXT", help="A text of the crisis card.")
@click.option("--country", help="Offer public helplines of this country, such as DE, for the card.")
@click.option("--numbers-checked", is_flag=True, help="I have called them: write them unasked.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that holds the bot's token and nothing else.",
)
@click.option("--bot-name", help="The bot's name at Telegram, which lock screens show.")
@click.option(
    "--texts",
    type=click.Choice(["keep", "replace"]),
    help="What becomes of texts that somebody wrote at @BotFather.",
)
@click.option("--therapist", help='The first therapist, as clients read it, such as "Dr. Weber".')
@click.option("--dative", default="", help='In the German dative (bei ...): "Herrn Weber".')
@click.option("--accusative", default="", help='In the German accusative (für ...): "Herrn Weber".')
@click.option("--database", metavar="URL", help="Where everything is kept, as in database.url.")
@click.option("--new", is_flag=True, help="Make a new database for a key that is there already.")
@click.pass_obj
def init(config: Path | None, /, **options: Any) -> None:
    """Set up a practice: settings, master key, database, flows, the bot at Telegram, and the link
    of the first therapist. At a terminal it asks for what is missing.
    """
    try:
        path = choose_file(config, os.environ) or Path("config.toml")
        is_whole = _set_up(path, Given(**options))
    except (click.Abort, KeyboardInterrupt):
        click.echo(STOPPED, err=True)
        sys.exit(PROBLEMS_FOUND)
    if not is_whole:
        sys.exit(PROBLEMS_FOUND)


def _set_up(path: Path, given: Given) -> bool:
    """False where something that was asked for could not be done now."""
    _refuse_wrong_options(given)
    if settings_file.ensure(path):
        click.echo(f"{path}: written; every setting is explained in it")
    still_open = questions.unanswered(settings_or_exit(path))
    _write_given(path, given)
    if somebody_is_there():
        _ask(path, [each for each in still_open if each.setting not in given.of_settings()])
    for line in exposed_secrets(settings_or_exit(path), path):
        click.echo(str(line), err=True)
    is_anybody = run_or_exit(foundation.lay(settings_or_exit(path), is_new=given.new))
    settings = settings_or_exit(path)  # the secret of the webhook was written just now
    profile, is_told = _introduce(settings, given, is_new=not is_anybody)
    is_anybody = _bring_in(settings, given, profile, is_anybody=is_anybody)
    _say_what_is_left(settings, is_anybody=is_anybody)
    return is_told or not given.needs_telegram


def _refuse_wrong_options(given: Given) -> None:
    """Nothing is begun where an option is wrong by itself."""
    if given.country is not None and given.country.upper() not in countries():
        known = ", ".join(countries())
        refuse([f"--country: no helplines for {given.country} here; known are {known}"])
    for text in given.crisis:
        language, is_told, _ = text.partition("=")
        if not (is_told and is_spoken(language)):
            refuse([f"--crisis: write LANGUAGE=TEXT, with one of {', '.join(languages())}"])


def _write_given(path: Path, given: Given) -> None:
    """The options stand in the settings file; it ends with 2 where a setting does
    not take it, or where somebody wrote a text of the crisis card before.
    """
    if given.token_file is not None:
        bot_token.name(path, given.token_file)
    texts = dict(text.split("=", 1) for text in given.crisis)
    answers = given.of_settings() | {
        f"practice.crisis.{code}": text for code, text in texts.items()
    }
    wrong = [settings_file.problem_with(path, name, answer) for name, answer in answers.items()]
    offered = {} if given.country is None else texts_for(given.country.upper())
    _refuse_second_texts(path, offered | texts)
    if any(wrong):
        refuse(filter(None, wrong))
    settings_file.write(path, answers)
    if given.country is not None:
        questions.offer_helplines(path, given.country.upper(), is_checked=given.numbers_checked)


def _refuse_second_texts(path: Path, texts: Mapping[str, str]) -> None:
    written = settings_or_exit(path).practice.crisis
    there = [code for code, text in texts.items() if written[code].strip() not in ("", text)]
    refuse_all = [
        ConfigProblem(f"practice.crisis.{code}", "has a text already", f"change it in {path}")
        for code in there
    ]
    if refuse_all:
        refuse(refuse_all)


def _ask(path: Path, still_open: Sequence[Question]) -> None:
    """Ask whoever sits at the terminal for what is missing, and for nothing else."""
    lacks_numbers = questions.lacks_numbers(settings_or_exit(path))
    if still_open or lacks_numbers:
        click.echo(questions.BEGINNING)
    questions.ask(path, still_open)
    bot_token.see_to(path)
    if lacks_numbers:
        questions.ask_for_numbers(path)


def _introduce(settings: Settings, given: Given, *, is_new: bool) -> tuple[Profile | None, bool]:
    """The bot as Telegram showed it, and whether it is right now; where not, that was told.

    A new practice is asked for the name, and what is left to do by hand is said.
    """
    from bot.app import TokenRefusedError

    if not settings.telegram.token.get_secret_value():
        return None, False
    is_asked = is_new and somebody_is_there()
    try:
        profile = at_telegram.seen(settings)
        if profile is None:
            return None, False
        name = given.bot_name
        if name is None and is_asked:
            name = at_telegram.name_asked(profile)
        replaces = at_telegram.replaces(profile, given.texts, is_asked=is_asked)
        is_told = at_telegram.introduce(settings, profile, name, replaces=replaces)
    except TokenRefusedError:
        click.echo(REFUSED, err=True)
        return None, False
    if is_new:
        click.echo("\nBy hand, to @BotFather, for no bot may do it itself (docs/botfather.md):")
        for line in at_telegram.by_hand(settings, profile):
            click.echo(f"  {line}")
    return profile, is_told


def _bring_in(
    settings: Settings, given: Given, profile: Profile | None, *, is_anybody: bool
) -> bool:
    """The first therapist has a link, where one is named and it can be made; True where somebody
    is there.
    """
    if is_anybody and given.therapist:
        click.echo("Somebody is here already; see: interlude people list")
    if is_anybody or profile is None:
        return is_anybody
    name = _first_therapist(given)
    if name is not None:
        first_therapist.invite(settings, name, profile.username)
    return name is not None


def _first_therapist(given: Given) -> Name | None:
    if given.therapist:
        return therapist_link.named(given.therapist, given.dative, given.accusative)
    return first_therapist.asked() if somebody_is_there() else None


def _say_what_is_left(settings: Settings, *, is_anybody: bool) -> None:
    missing = needs_for_run(settings)
    if missing:
        click.echo("\nBefore `interlude run`:")
        for problem in missing:
            click.echo(f"  {problem}")
        if any(each.where == "telegram.token" for each in missing):
            click.echo(
                f"  as the bot's name take one that speaks of no therapy, such as {NAME}: it stands"
                " on lock screens (docs/botfather.md)"
            )
        if any(each.where.startswith("practice.crisis") for each in missing):
            known = ", ".join(countries())
            click.echo(f"  `interlude init --country` offers public helplines of {known}")
    word = "After that" if missing else "Next"
    invite = 'interlude people invite-therapist --name "Dr. Weber"'
    click.echo(f"\n{word}: {'interlude run' if is_anybody else invite}")
