"""``interlude init``: settings, master key, database and shipped flows. Never overwrites
anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.cli.helplines import countries, of_country, texts_for, written_into
from bot.cli.surroundings import CLOCK, refuse, run_or_exit, settings_or_exit
from bot.config import Settings, exposed_secrets, needs_for_run
from bot.config.origins import unreadable
from bot.ids import SystemIds
from flows.languages import BASE

NAME = "Interlude"
"""A name for the bot that a lock screen may show to anybody."""


@click.command()
@click.option("--country", help="Offer public helplines of this country, such as DE, for the card.")
@click.option("--new", is_flag=True, help="Make a new database for a key that is there already.")
@click.pass_obj
def init(config: Path | None, country: str | None, new: bool) -> None:
    """Set up what is missing: config.toml, the master key, the database, the shipped flows."""
    if country is not None and country.upper() not in countries():
        refuse([f"--country: no helplines for {country} here; known are {', '.join(countries())}"])
    path = config or Path("config.toml")
    if not path.exists():
        try:
            path.touch(mode=0o600)  # the token may be written into it
            path.write_text(_example(), "utf-8")
        except OSError as error:
            refuse([unreadable(str(path), error, "written")])
        click.echo(f"{path}: written; every setting is explained in it")
    if country is not None:
        _offer_helplines(path, country.upper())
    settings = settings_or_exit(path)
    for line in exposed_secrets(settings, path):
        click.echo(str(line), err=True)
    run_or_exit(_set_up(settings, is_new=new))
    missing = needs_for_run(settings_or_exit(path))  # some of it was written just now
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
    click.echo(f'\n{word}: interlude people invite-therapist --name "Dr. Weber"')


def _offer_helplines(path: Path, country: str) -> None:
    """Write public numbers into the settings file, if an admin says yes to them."""
    texts = texts_for(country)
    click.echo(f"\nPublic helplines of {country}. Call each one before clients see it.")
    for each in of_country(country):
        said = each.say.get(BASE) or next(iter(each.say.values()))
        click.echo(f"  {said}\n    {each.source}, written down on {each.written_on}")
    for language, text in texts.items():
        click.echo(f"practice.crisis.{language} would say:")
        click.echo("\n".join(f"  {line}" for line in text.split("\n")))
    if not _says_yes(f"Are these right for your practice, and shall they stand in {path}?"):
        click.echo("Nothing of it was written.\n")
        return
    written = written_into(path.read_text("utf-8"), texts) if path.exists() else None
    if written is None:
        refuse(
            [f"{path}: [practice.crisis] has no empty place for them; write them there yourself"]
        )
    path.write_text(written, "utf-8")
    click.echo("They are written. `interlude doctor` shows the card.\n")


def _says_yes(question: str) -> bool:
    """No where nobody is there to answer."""
    try:
        return click.confirm(question, default=False)
    except click.Abort:
        click.echo()
        return False


def _example() -> str:
    import importlib.resources

    packaged = importlib.resources.files("bot").joinpath("config.example.toml")
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parents[2] / "config.example.toml").read_text("utf-8")


async def _set_up(settings: Settings, *, is_new: bool) -> None:
    from bot.app import open_store
    from bot.cli.authoring.file_arguments import check_sources, read_sources
    from bot.services.flow_files.publishing import publish
    from storage.key_file import create_key_file
    from storage.migrate import none_at, revision, upgrade

    key_file, url = settings.database.key_file, settings.database.url
    schema, newest = await revision(url)
    if schema is None and key_file.exists() and not is_new:
        refuse([none_at(url, "interlude init --new")])
    if schema is not None and not key_file.exists():
        refuse(
            [
                f"{key_file} is missing, and only it opens the database that is there: put it back "
                "from your copy; a new key would open nothing"
            ]
        )
    if not key_file.exists():
        create_key_file(key_file)
        click.echo(f"{key_file}: new master key; keep a copy apart from the database")
    _make_secret(settings)
    _make_folder(settings)
    with _nobody_running(settings, is_older=schema not in (None, newest)):
        await upgrade(url, may_create=True)
    click.echo("database: ready")
    checked = check_sources(settings, read_sources((settings.flows.directory,)))
    if not checked.is_good:
        click.echo("flows: some have problems and are left out; see: interlude flows check")
    now = CLOCK.now()
    async with open_store(settings) as store:
        new = await store.write(
            lambda tx: publish(
                tx, checked, now=now, who="init", why="first set-up", only_missing=True
            )
        )
    click.echo(f"flows: published {', '.join(new)}" if new else "flows: nothing new to publish")


def _make_secret(settings: Settings) -> None:
    """The file that is to hold the webhook's secret has one, and nobody else can read it."""
    path = settings.webhook.secret_file
    if path is None or path.exists() or settings.webhook.secret.get_secret_value():
        return
    try:
        path.touch(mode=0o600)
        path.write_text(f"{SystemIds().token()}\n", "utf-8")
    except OSError as error:
        refuse([unreadable(str(path), error, "written")])
    click.echo(f"{path}: new secret of the webhook")


@contextmanager
def _nobody_running(settings: Settings, *, is_older: bool) -> Iterator[None]:
    """AlreadyRunning: a run of the version before has the SQLite file that is to be migrated, and
    would be served columns that it does not know.
    """
    from bot.cli.alone import lock_path
    from storage.locks import instance_lock

    if settings.database.file is None or not is_older:
        yield
        return
    with instance_lock(lock_path(settings)):
        yield


def _make_folder(settings: Settings) -> None:
    if settings.database.file is not None:
        settings.database.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
