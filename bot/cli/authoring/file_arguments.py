"""Flow files and stories on disk, as the commands of the bench name them.

Used by every command that takes paths. A path that is not there ends the command with 2; a file
that cannot be read is a problem among the others and hides none of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import PROBLEMS_FOUND, bench_settings, refuse, with_store
from bot.config import Settings
from bot.services.flow_files.sources import Checked, Source, check, read_each
from flows.languages import Language
from flows.script import PackText, Problem
from flows.script.decoding import decode, unreadable
from flows.script.flow import Flow

if TYPE_CHECKING:
    from storage.store import Store

STORIES = "stories"
"""The folder beside the flow files in which their stories are."""
_READ_AT_MOST = 1 << 20
"""Bytes of one file; a flow may have a quarter of them."""


def sources(settings: Settings, paths: Sequence[Path]) -> list[Source]:
    """The flow files under these paths, or those that the settings name."""
    return read_sources(paths or (settings.flows.directory,))


def read_sources(paths: Sequence[Path]) -> list[Source]:
    """Each flow file under these paths. Paths that cannot be read end the command with 2."""
    files: list[Path] = []
    for path in paths:
        files.extend(sorted(path.glob("*.toml")) if path.is_dir() else [path])
    if not files:
        refuse([f"{paths[0]}: no flow files (*.toml) here"])
    return [Source(shown(file), read(file)) for file in files]


def read(file: Path) -> str | Problem:
    """The text of a file, or why there is none; 2 where there is no such file."""
    if not file.exists() and not file.is_symlink():
        refuse([f"{file}: cannot be read (no such file); check the path"])
    return text_of(file)


def text_of(file: Path) -> str | Problem:
    """The text of a file, or why there is none, also where it has just gone. Of one that is far too
    large only the beginning, which is refused for its size all the same.
    """
    path = shown(file)
    try:
        with file.open("rb") as opened:
            raw = opened.read(_READ_AT_MOST)
    except IsADirectoryError:
        return unreadable(path, "it is a folder", "Give the folder a name without .toml.")
    except PermissionError:
        hint = "Let whoever runs this command read it: chmod u+r, or change its owner."
        return unreadable(path, "it belongs to somebody else", hint)
    except OSError as error:
        why = (error.strerror or "trouble with the disk").lower()
        return unreadable(path, why, "Check that the file is there and can be opened.")
    if len(raw) == _READ_AT_MOST:
        raw = raw.decode("utf-8", "ignore").encode()  # the cut may go through a character
    return decode(raw, path)


def shown(file: Path) -> str:
    """The path as an author would type it from here."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def find_file(settings: Settings, name: str) -> Path:
    """The file that ``name`` means: a path, or the id of a flow in the settings' folder. 2 where
    there is no flow of that id; whether a path leads anywhere is seen when it is read.
    """
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return path
    folder = settings.flows.directory
    by_name = folder / f"{name}.toml"
    if not by_name.is_file():
        refuse([_unknown(name, folder)])
    return by_name


def _unknown(name: str, folder: Path) -> str:
    from difflib import get_close_matches

    known = sorted(file.stem for file in folder.glob("*.toml"))
    near = get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known) or 'none'}"
    return f"{name}: no such flow file, and no flow of this name in {shown(folder)}; {advice}"


def load_flow(config: Path | None, name: str, *, published: bool = False) -> Flow:
    """The one flow that ``name`` means; its problems are printed and end the command with 1.

    The published version is meant where the caller says so, or where only that is there.
    """
    settings = bench_settings(config)
    if published or not _has_file(settings, name):
        flow = _load_published(settings, name)
        if flow is not None:
            return flow
        if published:
            refuse([f"{name}: no such flow is published; `interlude flows list` shows all"])
    checked = read_each(read_sources([find_file(settings, name)]), packs_of(settings))
    if not checked.flows:
        for problem in checked.problems:
            click.echo(str(problem))
        click.echo("Mend this first; `interlude flows check` shows it again.")
        sys.exit(PROBLEMS_FOUND)
    return checked.flows[0][0]


def _has_file(settings: Settings, name: str) -> bool:
    path = Path(name)
    by_name = settings.flows.directory / f"{name}.toml"
    return path.suffix == ".toml" or path.is_file() or by_name.is_file()


def _load_published(settings: Settings, flow_id: str) -> Flow | None:
    """The current version of the flow; None where there is none, or no database yet."""
    if not settings.database.key_file.is_file():
        return None
    from bot.services.flow_files.publishing import current_flows  # a database costs time

    async def work(store: Store) -> list[Flow]:
        return await store.read(current_flows)

    return next((flow for flow in with_store(settings, work) if flow.id == flow_id), None)


def check_sources(
    settings: Settings,
    found: Sequence[Source],
    *,
    ever: Sequence[Flow] = (),
    packs: Mapping[str, PackText] | None = None,
) -> Checked:
    """The check of these files, beside whatever else lies in the settings' folder, and beside what
    was ever published, where the caller has looked. The packs are the practice's, unless given.
    """
    packs = packs_of(settings) if packs is None else packs
    folder = settings.flows.directory
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    others = [Source(shown(file), text_of(file)) for file in files]
    mine = {source.path for source in found}
    rest = read_each([other for other in others if other.path not in mine], packs)
    return check(
        found,
        packs=packs,
        weekly_cap=settings.practice.weekly_cap,
        quiet=settings.practice.quiet,
        default=settings.flows.default,
        beside=[flow for flow, _ in rest.flows],
        ever=ever,
    )


def packs_of(settings: Settings) -> dict[str, PackText]:
    """The wording packs of the practice by name; none where the settings name no folder. 2 where
    they name one that is not there.
    """
    folder = settings.flows.packs
    if folder is not None and not folder.is_dir():
        refuse([f"flows.packs: {folder} is no folder; make it, or leave the setting empty"])
    return packs_now(settings)


def packs_now(settings: Settings) -> dict[str, PackText]:
    """The same as they are on disk at this moment; none while the folder is away."""
    folder = settings.flows.packs
    files = [] if folder is None else sorted(folder.glob("*.toml"))
    return {file.stem: PackText(shown(file), text_of(file)) for file in files}


def spoken(flow: Flow, language: Language | None) -> Language:
    """The language asked for, or the flow's first; 2 where the flow is not written in it."""
    if language is None:
        return flow.languages[0]
    if language not in flow.languages:
        refuse([f"{flow.id} is not written in {language}; it has {', '.join(flow.languages)}"])
    return language
