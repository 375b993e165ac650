"""An author at the command line: a practice's folder, its flow files, and the real command.

Used by the tests of ``interlude flows``. The database is a real file, made once a run and copied.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from click.testing import CliRunner, Result

from bot.cli.main import main
from storage.key_file import load_key_file
from storage.store import Store, Tx

T = TypeVar("T")

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
CONFIG = """
[database]
url = "sqlite+aiosqlite:///interlude.db"
key_file = "interlude.key"
[practice]
zone = "Europe/Berlin"
[flows]
directory = "flows"
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder with ``config.toml``, ``flows/`` and a database that has the library."""

    folder: Path

    @property
    def flows(self) -> Path:
        """The folder in which this practice keeps its flow files."""
        return self.folder / "flows"

    def run(self, *words: str, typed: str = "") -> Result:
        """``interlude`` with these words; what it needs to know stands in the folder."""
        config = str(self.folder / "config.toml")
        return CliRunner().invoke(main, ["--config", config, *words], input=typed)

    def edit(self, flow_id: str, before: str, after: str) -> None:
        """Replace the first ``before`` in a flow file, which must be there."""
        path = self.flows / f"{flow_id}.toml"
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), "utf-8")

    def write(self, decide: Callable[[Tx], T]) -> T:
        """Return what ``decide`` makes of the database, in a store of its own."""

        async def work() -> T:
            url = f"sqlite+aiosqlite:///{self.folder / 'interlude.db'}"
            store = await Store.open(url, load_key_file(self.folder / "interlude.key"))
            try:
                return await store.write(decide)
            finally:
                await store.close()

        return asyncio.run(work())


def set_up_bench(folder: Path, furnished: Path) -> Bench:
    """A bench in ``folder``, with the database and key of ``furnished``."""
    for name in ("interlude.db", "interlude.key"):
        shutil.copy(furnished / name, folder / name)
    shutil.copytree(LIBRARY, folder / "flows", ignore=shutil.ignore_patterns("stories"))
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    return Bench(folder)
