"""The documentation site: each link leads somewhere, each picture is there, nobody is asked for
anything.

It is built from this repository with stand-ins for the pictures, which other tests take.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
FRONT = (ROOT / "docs/index.md").read_text("utf-8")
TAKEN = (ROOT / "tests/bot/page/test_page_with_the_demo.py").read_text("utf-8")
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
"""What a browser fetches by itself; a link that somebody clicks may lead anywhere."""


def site_module() -> ModuleType:
    """The script that lays the pages out."""
    spec = importlib.util.spec_from_file_location("site_layout", ROOT / ".ci/site.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SITE = site_module()
PICTURES = [found[1] for found in map(SITE.PICTURE.fullmatch, FRONT.splitlines()) if found]


class Page(HTMLParser):
    """What a page refers to, what it fetches, and what of it can be referred to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.fetched: set[str] = set()
        self.ids: set[str] = set()
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.ids.add(value)
            if name == LOADED.get(tag) and value:
                self.fetched.add(value)
            if name in ("href", "src") and value:
                self.links.add(value)


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is built."""
    to = tmp_path_factory.mktemp("site")
    for name in PICTURES:
        shutil.copyfile(ROOT / "docs/bot-picture.png", to / f"{name}.png")
    assert SITE.lay_out(ROOT, to / "site", to) == []
    command = [Path(sys.executable).with_name("zensical"), "build", "--strict", "--config-file"]
    built = subprocess.run(
        [*command, to / "site" / "zensical.toml"], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return to / "site" / "html"


def test_every_link_leads_somewhere_and_every_picture_is_there(html: Path) -> None:
    pages = {file: Page(file) for file in html.rglob("*.html") if file.name != "404.html"}
    assert len(pages) > 40
    lost = []
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            there = there / "index.html" if there.is_dir() else there
            anchors = pages[there].ids if there in pages else {parts.fragment}
            if not there.is_file() or (parts.fragment and unquote(parts.fragment) not in anchors):
                lost.append(f"{file.relative_to(html)}: {link}")
    assert sorted(lost) == []
    for name in PICTURES:
        assert (html / "pictures" / f"{name}.png").is_file()


def test_a_page_fetches_nothing_from_elsewhere(html: Path) -> None:
    elsewhere = [
        f"{file.name}: {link}"
        for file in html.rglob("*.html")
        for link in Page(file).fetched
        if urlsplit(link).netloc
    ]
    assert elsewhere == []
    styles = "".join(file.read_text("utf-8") for file in html.rglob("*.css"))
    assert re.findall(r"""(?:@import|url\()\s*["']?(?:https?:)?//[^"')]*""", styles) == []


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/zensical.toml").write_text('[project]\nnav = ["index.md", "docs/b.md"]\n')
    (tmp_path / "docs/index.md").write_text("[a](a.md) [c](c.md#d)\n<!-- picture x: X -->\n")
    (tmp_path / "docs/a.md").write_text("[i](index.md) [r](../README.md#x) ![p](p.png)\n")
    (tmp_path / "docs/p.png").write_bytes(b"p")
    (tmp_path / "README.md").write_text("1. One\n\n   ```\n   - code\n   ```\n\n- a\n  b\n")
    assert SITE.lay_out(tmp_path, tmp_path / "site", tmp_path) == [
        "docs/index.md: c.md#d leads nowhere",
        "docs/index.md: there is no picture x; the tests take it",
        "docs/zensical.toml: overview.md is not in nav",
        "docs/zensical.toml: docs/a.md is not in nav",
        "docs/zensical.toml: docs/b.md is no page",
    ]
    laid = tmp_path / "site/pages"
    assert (
        laid / "docs/a.md"
    ).read_text() == "[i](../index.md) [r](../overview.md#x) ![p](p.png)\n"
    assert (laid / "docs/p.png").read_bytes() == b"p"
    assert (laid / "index.md").read_text().startswith("[a](docs/a.md)")
    assert (laid / "overview.md").read_text() == (
        "1. One\n\n    ```\n    - code\n    ```\n\n- a\n    b\n"
    )
