"""Lays out the documentation site, which Zensical then builds: ``python3 .ci/make.py docs``.

Each page is written once, for the repository; here it gets its place on the site, its links lead to
the places of the others there, and lists are indented as Zensical wants them. Pictures are those
that the tests in a browser have taken, so that none is ever old. It must never pass over what is
missing: each is named, and nothing is built.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGE = ROOT / "site"
SETTINGS = "docs/zensical.toml"
PLACES = {"docs/index.md": "index.md", "README.md": "overview.md"}
"""The pages that stand elsewhere on the site: a README would be the page of its folder."""
APART = ("tests", "pictures", "demo", "data", "site")
LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()([^()\s]+)(\))")
PICTURE = re.compile(r"^<!-- picture ([\w-]+): (.+) -->")
FENCE = re.compile(r"^( *)(```|~~~)")
ITEM = re.compile(r"(?:[-*]|\d+\.) ")


@dataclass(slots=True)
class Layout:
    """The repository as a site: what is laid out, and what stands in the way."""

    root: Path
    to: Path
    pictures: Path
    problems: list[str] = field(default_factory=list)

    def page(self, source: str) -> None:
        """The page is in its place, with links that lead to the places of the others."""
        text = (self.root / source).read_text("utf-8")
        lines = "\n".join(laid_out(text, lambda line: self._linked(source, line)))
        place = self.to / placed(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{lines}\n", "utf-8")

    def _linked(self, source: str, line: str) -> str:
        shown = PICTURE.fullmatch(line)
        if shown:
            return self._picture(source, shown[1], shown[2])
        return LINK.sub(lambda found: found[1] + self._target(source, found[2]) + found[3], line)

    def _target(self, source: str, target: str) -> str:
        """Where the link leads on the site; a file that is no page is laid beside."""
        name, mark, anchor = target.partition("#")
        if not name or re.match(r"[a-z]+:", target):
            return target
        wanted = os.path.normpath(Path(source).parent / name)
        file = self.root / wanted
        if not file.is_file():
            self.problems.append(f"{source}: {target} leads nowhere")
            return target
        if file.suffix != ".md":
            self._beside(file, wanted)
        return os.path.relpath(placed(wanted), Path(placed(source)).parent) + mark + anchor

    def _picture(self, source: str, name: str, words: str) -> str:
        wanted, taken = f"pictures/{name}.png", self.pictures / f"{name}.png"
        if taken.is_file():
            self._beside(taken, wanted)
        else:
            self.problems.append(f"{source}: there is no picture {name}; the tests take it")
        return f"![{words}]({os.path.relpath(wanted, Path(placed(source)).parent)})"

    def _beside(self, file: Path, wanted: str) -> None:
        (self.to / wanted).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, self.to / wanted)


def placed(source: str) -> str:
    """The place on the site of a file of the repository."""
    return PLACES.get(source, source)


def laid_out(text: str, linked: Callable[[str], str]) -> Iterator[str]:
    """The lines as Zensical reads them: a list after an empty line, and what belongs to an item of
    it by four spaces further in. Code stays as it is.
    """
    fence, marker, before = "", 0, ""
    for line in text.splitlines():
        item = None if fence else ITEM.match(line)
        if item:
            if before and not marker:
                yield ""
            marker = item.end()
        elif line and not line.startswith(" ") and not (fence or before):
            marker = 0
        if marker and line.startswith(" " * marker):
            line = "    " + line[marker:]
        yield line if fence else linked(line)
        opened = FENCE.match(line)
        if opened and fence in ("", opened[2]):
            fence = "" if fence else opened[2]
        before = line


def pages(root: Path) -> list[str]:
    """Every page of the repository that is for people to read."""
    found = (path.relative_to(root) for path in root.rglob("*.md"))
    return sorted(
        path.as_posix()
        for path in found
        if path.parts[0] not in APART and not any(part.startswith(".") for part in path.parts)
    )


def named(nav: object) -> Iterator[str]:
    """The pages that the navigation names, however deep."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict | list):
        for each in nav.values() if isinstance(nav, dict) else nav:
            yield from named(each)


def lay_out(root: Path, to: Path, pictures: Path) -> list[str]:
    """The site is laid out in ``to``; what is wrong with it, one line each, is returned."""
    shutil.rmtree(to, ignore_errors=True)
    layout, found = Layout(root, to / "pages", pictures), pages(root)
    for source in found:
        layout.page(source)
    settings = (root / SETTINGS).read_text("utf-8")
    (to / "zensical.toml").write_text(settings, "utf-8")
    shown = list(named(tomllib.loads(settings)["project"]["nav"]))
    places = [placed(source) for source in found]
    layout.problems += [f"{SETTINGS}: {each} is not in nav" for each in places if each not in shown]
    layout.problems += [f"{SETTINGS}: {each} is no page" for each in shown if each not in places]
    return layout.problems


def main() -> int:
    """Exit 0: it is laid out; 1: it is not, and why was said."""
    problems = lay_out(ROOT, STAGE, ROOT / "pictures")
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
