"""The flow files beside the author's phone, read again after each change on disk.

Used by ``desk``. It says what each file has in it now; what to make of a file that has gone or is
broken, the desk decides. It must never end the command because of a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cli.authoring.file_arguments import check_sources, packs_now, shown, text_of
from bot.config import Settings
from bot.services.flow_files.sources import Source, read_each
from flows.script import PackText, Problem
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class Leaf:
    """One flow file as it was read."""

    path: str
    """The file as the author would type it."""
    flow: Flow | None
    """The flow in it; None where a mistake keeps it from being played."""
    problems: tuple[Problem, ...]
    """Everything that is wrong with it, as ``interlude flows check`` says it."""

    @property
    def errors(self) -> int:
        """The number of problems that are no mere warnings."""
        return sum(problem.severity == "error" for problem in self.problems)


Leaves = Mapping[str, Leaf]
"""The files by their names, in order."""


@dataclass(frozen=True, slots=True)
class FlowFolder:
    """The flow files of a folder, or one file alone."""

    settings: Settings
    place: Path
    is_file: bool
    """True where ``place`` is one file, which may go and come back."""

    @property
    def own(self) -> Path:
        """The folder in which the files lie."""
        return self.place.parent if self.is_file else self.place

    def watched(self) -> tuple[Path, ...]:
        """The folders in which a change may matter: editors save by putting another file in place
        of the old one, so that a file cannot be watched itself. Where it is a link, it is saved in
        the folder that the link leads to. One that is away is waited for in the nearest folder
        above it that is there.
        """
        packs = self.settings.flows.packs
        real = self.place.resolve().parent if self.is_file else self.own
        folders = (self.own, real) if packs is None else (self.own, real, packs)
        return tuple(dict.fromkeys(_there(folder.resolve()) for folder in folders))

    def leaves(self) -> Leaves:
        """Every flow file as it stands on disk now. Of one file alone that has gone: those of its
        folder, as one of them may be the same under another name.
        """
        sources = {file.name: Source(shown(file), text_of(file)) for file in self._files()}
        packs = packs_now(self.settings)
        problems: tuple[Problem, ...] = ()
        if sources:
            problems = check_sources(self.settings, list(sources.values()), packs=packs).problems
        return {name: _leaf(source, packs, problems) for name, source in sources.items()}

    def _files(self) -> Iterator[Path]:
        """The files that an author means: those that begin with a dot are an editor's own."""
        if self.is_file and self.place.exists():
            yield self.place
            return
        for file in sorted(self.own.glob("*.toml")):
            if not file.name.startswith("."):
                yield file


def _there(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.is_dir())


def _leaf(source: Source, packs: Mapping[str, PackText], problems: tuple[Problem, ...]) -> Leaf:
    found = read_each([source], packs).flows
    own = tuple(problem for problem in problems if problem.path == source.path)
    return Leaf(source.path, found[0][0] if found else None, own)
