"""``interlude doctor``: what stands in the way of a practice that clients can rely on, how to mend
it, and the crisis card exactly as each of them would get it. It changes nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bot.cli.doctor_of_backups import backup_findings
from bot.cli.doctor_of_server import server_findings
from bot.cli.doctor_of_telegram import telegram_findings
from bot.cli.doctor_of_webhook import webhook_findings
from bot.cli.findings import Finding, State
from bot.cli.surroundings import PROBLEMS_FOUND, bench_settings
from bot.config import ConfigProblem, Settings, crisis_remarks, exposed_secrets, needs_for_run
from bot.config.origins import choose_file
from flows.languages import Language, in_english, languages

NOBODYS = "nobody"
"""In place of a trouble with a calendar: its code is no therapist's."""
WORDS: dict[State, str] = {"good": "good", "look": "look at", "mend": "mend"}


@dataclass(frozen=True, slots=True)
class Card:
    """The crisis card as clients of one form of address get it."""

    language: Language
    asked_for: str
    after_hard_words: str
    about_others: str
    """After words that are about danger to somebody else."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_obj
def doctor(config: Path | None, as_json: bool) -> None:
    """Say whether this practice is ready, what to mend, and how the crisis card reads."""
    settings = bench_settings(config)
    found = tuple(_look_at(settings, choose_file(config, os.environ)))
    cards = _cards(settings)
    is_ready = all(each.state != "mend" for each in found)
    if as_json:
        shown = [asdict(card) for card in cards]
        listed = [asdict(each) for each in found]
        body = {"ready": is_ready, "findings": listed, "cards": shown}
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        _show(found, cards, is_ready=is_ready)
    if not is_ready:
        sys.exit(PROBLEMS_FOUND)


def _look_at(settings: Settings, file: Path | None) -> Iterator[Finding]:
    named = "defaults and environment, no file" if file is None else str(file)
    yield Finding("settings", "good", named)
    yield from _numbers(settings)
    yield from _token(settings, file)
    yield from telegram_findings(settings)
    yield from webhook_findings(settings)
    key_file = _key_file(settings)
    database = _database(settings, has_key=key_file.state != "mend")
    yield from (key_file, database)
    if key_file.state != "mend":
        yield from _place_of_key(settings)
    if key_file.state != "mend" and database.state == "good":
        yield from server_findings(settings)
        yield from _alerts(settings)
        yield from _admins(settings)
        yield from _unread(settings)
        yield from _calendars(settings)
    yield from backup_findings(settings)
    yield _flows(settings)
    yield from _screen(settings)
    yield _pictures()


def _numbers(settings: Settings) -> Iterator[Finding]:
    """A practice without numbers in its own language is not ready."""
    missing = [each for each in needs_for_run(settings) if each.where.startswith("practice.crisis")]
    for problem in missing:
        yield Finding("crisis card", "mend", str(problem))
    for remark in crisis_remarks(settings.practice):
        yield Finding("crisis card", "look", str(remark))
    yield from _hidden_numbers(settings)
    if not missing:
        says = "call each number yourself before clients see it, and again every year"
        yield Finding("crisis card", "look", says)


def _hidden_numbers(settings: Settings) -> Iterator[Finding]:
    from bot.services.safety.card import VISIBLE, first_digit

    for language, text in settings.practice.crisis.items():
        if first_digit(text) >= VISIBLE:
            where = f"practice.crisis.{language}"
            what = f"has its first number after {VISIBLE} characters"
            hidden = ConfigProblem(where, what, "begin with it, so that a notification shows it")
            yield Finding("crisis card", "look", str(hidden))


def _token(settings: Settings, file: Path | None) -> Iterator[Finding]:
    missing = [each for each in needs_for_run(settings) if each.where == "telegram.token"]
    exposed = exposed_secrets(settings, file)
    yield from (Finding("token", "mend", str(each)) for each in missing)
    yield from (Finding("token", "look", str(each)) for each in exposed)
    if not missing and not exposed:
        yield Finding("token", "good", "there, and nobody else on this machine can read it")


def _key_file(settings: Settings) -> Finding:
    from storage.errors import KeyFileProblem
    from storage.key_file import load_key_file

    path = settings.database.key_file
    try:
        keyring = load_key_file(path)
    except KeyFileProblem as problem:
        return Finding("key file", "mend", str(problem))
    if len(keyring.masters) > 1:
        says = f"{path} has {len(keyring.masters)} keys: a new one is not finished"
        return Finding("key file", "look", f"{says}; see: interlude keys status")
    return Finding("key file", "good", f"{path}; keep a copy apart from the database")


def _place_of_key(settings: Settings) -> Iterator[Finding]:
    """A key beside its data protects nothing from whoever copies a folder."""
    if settings.database.file is None:
        return
    key, database = settings.database.key_file.resolve(), settings.database.file.resolve()
    if key.parent == database.parent or database.parent in key.parents:
        says = f"{key} lies in the folder of the database: a copy of that opens everything"
        yield Finding("key file", "look", f"{says}; move it, and say where in database.key_file")
    elif database.exists() and key.stat().st_dev == database.stat().st_dev:
        says = "on the same disk as the database: a copy of the whole disk opens everything"
        yield Finding("key file", "good", f"{says}; encrypt backups, or keep the key elsewhere")


def _database(settings: Settings, *, has_key: bool) -> Finding:
    """Say if it is there, of this version, held by nobody else, opened by the key, and sound."""
    from storage.engine import EngineTrouble
    from storage.errors import StorageError
    from storage.meanings import meaning

    try:
        return asyncio.run(_looked_into(settings, has_key=has_key))
    except StorageError as problem:
        return Finding("database", "mend", str(problem))
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Finding("database", "mend", f"database.url: it cannot be reached ({why})")
    except EngineTrouble as error:
        means = meaning(error)
        if means is None:
            raise
        return Finding("database", "mend", f"database.url: {means}")


async def _looked_into(settings: Settings, *, has_key: bool) -> Finding:
    from bot.app import open_store
    from storage.meanings import DAMAGED
    from storage.migrate import revision

    current, newest = await revision(settings.database.url)
    if current is None:
        return Finding("database", "mend", "there is none yet; run: interlude init")
    if current != newest:
        says = f"its schema is {current}, not {newest}; `interlude init` brings it up to date"
        return Finding("database", "mend", says)
    if not has_key:
        return Finding("database", "look", "cannot be looked into without its key")
    async with open_store(settings) as store:
        trouble = await store.check()
    if trouble is not None:
        return Finding("database", "mend", f"database.url: {DAMAGED}")
    return Finding("database", "good", f"reached and sound, with schema {current}")


def _alerts(settings: Settings) -> Iterator[Finding]:
    """Say who is told at once of hard words, and the risk cases that nobody has opened."""
    unknown, unreached, unseen = asyncio.run(_asked_of_cases(settings))
    safety = settings.safety
    for code in unknown:
        says = f"safety.deputies or safety.then: {code} is no therapist's code"
        yield Finding("alerts", "mend", f"{says}; `interlude people list` shows them")
    for code in unreached:
        says = f"{code} is named in safety, and no message reaches them: no chat here, or blocked"
        yield Finding("alerts", "look", says)
    if safety.alerts == "off":
        yield Finding("alerts", "good", "off: clients are not asked, and nobody is told at once")
    elif not (safety.deputies or safety.then):
        says = "safety.then is empty: where a therapist does not open one, nobody else is told"
        yield Finding("alerts", "look", says)
    elif not (unknown or unreached):
        yield Finding("alerts", "good", "on, for clients who agreed")
    if unseen:
        says = f"nobody has opened {unseen} of them; see: interlude safety cases"
        yield Finding("risk cases", "look", says)


async def _asked_of_cases(settings: Settings) -> tuple[list[str], list[str], int]:
    from bot.app import open_store
    from bot.services.safety.on_call import unknown_codes, unreached_codes
    from storage import risk_cases
    from storage.store import Tx

    def ask(tx: Tx) -> tuple[list[str], list[str], int]:
        unseen = [case for case in risk_cases.list_open(tx) if case.state == "open"]
        safety = settings.safety
        return unknown_codes(tx, safety), unreached_codes(tx, safety), len(unseen)

    async with open_store(settings) as store:
        return await store.read(ask)


def _calendars(settings: Settings) -> Iterator[Finding]:
    """Say which calendars are nobody's, and which cannot be read now; never where they are."""
    for code, trouble in asyncio.run(_asked_of_calendars(settings)).items():
        if trouble == NOBODYS:
            says = f"calendar.addresses: {code} is no therapist's code"
            yield Finding("calendars", "mend", f"{says}; `interlude people list` shows them")
        elif trouble:
            says = f"that of {code} cannot be read now ({trouble}); nothing changes until it can"
            yield Finding("calendars", "look", says)
        else:
            yield Finding("calendars", "good", f"that of {code} can be read")


async def _asked_of_calendars(settings: Settings) -> dict[str, str]:
    """Read each calendar once, as the bot does; what is wrong with it, empty where nothing is."""
    from bot.app import open_store
    from bot.chat.calendar_addresses import HttpCalendars
    from bot.clock import SystemClock
    from bot.ports import NotFetched
    from bot.services.therapy_sessions import ical_reading
    from flows.schedule.zones import zone
    from storage import people

    found: dict[str, str] = {}
    async with open_store(settings) as store:
        therapists = {each.code: each for each in await store.read(people.list_therapists)}
    for code, address in settings.calendar.by_code().items():
        if code not in therapists:
            found[code] = NOBODYS
            continue
        content = await HttpCalendars(ical_reading.LARGEST).fetch(address)
        if isinstance(content, NotFetched):
            found[code] = content.why
            continue
        local, now = zone(therapists[code].zone), SystemClock().now()
        read = ical_reading.read(content, local=local, now=now)
        found[code] = "" if isinstance(read, ical_reading.Appointments) else read
    return found


def _admins(settings: Settings) -> Iterator[Finding]:
    """Alarms need somebody who reads them."""
    if not asyncio.run(_count_admins(settings)):
        says = "nobody is admin, so trouble stands in the log only: interlude people admin CODE"
        yield Finding("alarms", "look", says)


async def _count_admins(settings: Settings) -> int:
    """Count the admins; a practice in which nobody is yet gets its first with its therapist."""
    from bot.app import open_store
    from storage import people

    async with open_store(settings) as store:
        is_new = not await store.read(people.is_anybody)
        return 1 if is_new else len(await store.read(people.list_admins))


def _unread(settings: Settings) -> Iterator[Finding]:
    """Name the therapists who have read no digest for two weeks: their clients wait."""
    for code, days in asyncio.run(_asked_of_digests(settings)):
        says = (
            f"{code} has read no digest for {days} days: ask them to, or cover for them; nothing "
            "is asked about a strain until then, and waiting clients were told"
        )
        yield Finding("digests", "look", says)


async def _asked_of_digests(settings: Settings) -> list[tuple[str, int]]:
    from bot.app import open_store
    from bot.clock import SystemClock
    from bot.services.work import unread_digests
    from storage import people
    from storage.store import Tx

    now = SystemClock().now()

    def ask(tx: Tx) -> list[tuple[str, int]]:
        found = (
            (each.code, unread_digests.find(tx, each, now)) for each in people.list_therapists(tx)
        )
        return [(code, (now - row.cut_off_at).days) for code, row in found if row is not None]

    async with open_store(settings) as store:
        return await store.read(ask)


def _flows(settings: Settings) -> Finding:
    from bot.cli.authoring.file_arguments import check_sources, read_sources

    checked = check_sources(settings, read_sources((settings.flows.directory,)))
    if not checked.is_good:
        return Finding("flows", "mend", "some have problems; see: interlude flows check")
    return Finding("flows", "good", f"{len(checked.flows)} can be published")


def _screen(settings: Settings) -> Iterator[Finding]:
    """Rules alone miss most ways of saying it: worth a look, but no reason not to begin."""
    from bot.own_screen import OwnScreen

    found = OwnScreen(settings.safety.examples).state()
    state: State = "good" if found.is_whole else "look"
    yield Finding("screen", state, f"hard words are found {found.says}")
    for problem in found.problems:
        yield Finding("screen", "look", problem)


def _pictures() -> Finding:
    """Without them everything is said in words: worth a look, but no reason not to begin."""
    from bot.report import drawing

    trouble = drawing.trouble()
    if trouble is None:
        return Finding("pictures", "good", "can be drawn")
    says = f"cannot be drawn ({trouble}); install Interlude with what requirements.lock names"
    return Finding("pictures", "look", says)


def _cards(settings: Settings) -> tuple[Card, ...]:
    """Word what all who ask, or write hard words, get first; what became of words follows."""
    from bot.services.safety import card
    from bot.services.safety.cases import Cause
    from bot.texts import shipped

    texts, practice = shipped(), settings.practice

    def told(language: Language, *, is_hard: bool, about: Cause = "words") -> str:
        spoken = practice.crisis_language(language)
        after = (texts.client(spoken, "told_nobody"),)
        return card.text(texts, practice, spoken, is_hard=is_hard, about=about, after=after)

    return tuple(
        Card(
            one,
            told(one, is_hard=False),
            told(one, is_hard=True),
            told(one, is_hard=True, about="others"),
        )
        for one in languages()
    )


def _show(found: tuple[Finding, ...], cards: tuple[Card, ...], *, is_ready: bool) -> None:
    for each in found:
        click.echo(f"{WORDS[each.state]:<8} {each.about}: {each.says}")
    for card in cards:
        whom = in_english(card.language)
        click.echo(f"\nThe crisis card for clients spoken to in {whom}, as asked for:\n")
        click.echo(_set_in(card.asked_for))
        click.echo("\n  … and after hard words:\n")
        click.echo(_set_in(card.after_hard_words))
        click.echo("\n  … and after words about danger to somebody else:\n")
        click.echo(_set_in(card.about_others))
    word = "This practice is ready." if is_ready else "Not ready: mend what is marked above first."
    click.echo(f"\n{word}")


def _set_in(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))
