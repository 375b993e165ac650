"""A person at a terminal: the command runs at a pseudo-terminal of its own, as in a shell."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.crash.forked import Forked, typed
from tests.crash.world import DURATION, environment

GLANCE = 0.05
"""Real seconds between two looks whether the command has ended: no event tells of both."""
INTERRUPT = b"\x03"
"""What Ctrl-C sends."""
PRESSES = 6


class Terminal:
    """One command at its terminal, and all that it has shown so far."""

    def __init__(self, process: Forked, screen: int) -> None:
        self._process = process
        self._screen = screen
        self._seen = 0
        self._pieces: list[bytes] = []
        self.shown = ""

    def reads(self, text: str) -> None:
        """Return once this was shown after what was read before; AssertionError: it was not."""
        ends = time.perf_counter() + DURATION
        while text not in self.shown[self._seen :]:
            assert time.perf_counter() < ends and self._more(), f"no {text!r} in:\n{self.shown}"
        self._seen = self.shown.index(text, self._seen) + len(text)

    def types(self, text: str, *, asked: str) -> None:
        """Type it once that was asked, and press Enter."""
        self.reads(asked)
        os.write(self._screen, f"{text}\n".encode())

    def stops(self, *, asked: str, told: str) -> None:
        """Press Ctrl-C once that was asked, again while nothing comes of it, and read what does.

        Python overlooks a signal in the moment in which it begins to wait for a line.
        """
        self.reads(asked)
        for _ in range(PRESSES):
            os.write(self._screen, INTERRUPT)
            ends = time.perf_counter() + DURATION / PRESSES
            while told not in self.shown[self._seen :] and time.perf_counter() < ends:
                self._more()
            if told in self.shown[self._seen :]:
                return
        raise AssertionError(f"no {told!r} in:\n{self.shown}")

    def ends(self) -> int:
        """Return the exit code, once all was shown."""
        until = time.perf_counter() + DURATION
        while self._more():
            assert time.perf_counter() < until, f"it goes on after:\n{self.shown}"
        return self._process.wait(DURATION)

    def _more(self) -> bool:
        """Read what is shown next; False once the command has ended and all of it was read."""
        has_ended = self._process.poll() is not None
        ready, _, _ = select.select([self._screen], [], [], 0 if has_ended else GLANCE)
        try:
            piece = os.read(self._screen, 65536) if ready else b""
        except OSError:  # Linux says so where nobody is at the other side any more
            return False
        self._pieces.append(piece)
        self.shown = b"".join(self._pieces).decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(piece) or not has_ended


@contextmanager
def at_terminal(folder: Path, *words: str, **variables: str) -> Iterator[Terminal]:
    """Type a command in ``folder``, where these variables are set, and sit before it; it ends with
    the context at the latest.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 120, 0, 0))
    does = partial(_sit_down, terminal=os.ttyname(theirs), words=words)
    process = Forked(folder, Path(os.devnull), environment() | variables, does=does)
    try:
        yield Terminal(process, ours)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        os.close(ours)
        os.close(theirs)


def _sit_down(folder: Path, terminal: str, words: tuple[str, ...]) -> None:
    """Become a command whose terminal this is, with its keys for signals."""
    os.setsid()
    screen = os.open(terminal, os.O_RDWR)
    fcntl.ioctl(screen, termios.TIOCSCTTY, 0)
    for stream in (0, 1, 2):
        os.dup2(screen, stream)
    os.close(screen)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    typed(folder, words)
