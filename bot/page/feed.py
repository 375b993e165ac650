"""Events of a page, told to every open window in the order in which they happen.

Used by ``one_page``, which lets the windows in, and by whoever shows a page, to tell them. A window
that comes, or comes again, is given the whole picture first. It must never let a slow window hold
up the others, nor keep without end what that one has not read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

MOST_WAITING = 500
"""Events for a window that does not read; with one more it is let go, and comes again."""
AGAIN_MILLISECONDS = 500
"""A window whose connection ended tries again after so long."""

Hello = Callable[[str], Awaitable[Mapping[str, object]]]
"""The whole picture, for a window that reads these languages (its ``Accept-Language``)."""

_Window = asyncio.Queue[bytes | None]


class Feed:
    """The open windows of one page; used inside one event loop."""

    def __init__(self, hello: Hello, most_waiting: int = MOST_WAITING) -> None:
        self._hello = hello
        self._most_waiting = most_waiting
        self._windows: set[_Window] = set()
        self._closed = False

    def __len__(self) -> int:
        """The number of open windows."""
        return len(self._windows)

    def send(self, kind: str, value: object) -> None:
        """Every open window hears of it, after everything that was sent before. ``value`` is
        anything that JSON can hold.
        """
        event = _written(kind, value)
        for window in list(self._windows):
            if window.qsize() < self._most_waiting:
                window.put_nowait(event)
            else:
                self._let_go(window)

    def close(self) -> None:
        """Every window is let go, and whoever comes again finds nothing."""
        self._closed = True
        for window in list(self._windows):
            self._let_go(window)

    async def window(self, languages: str) -> AsyncIterator[bytes]:
        """The events of a new window, beginning with ``hello``; they end where it is let go."""
        if self._closed:
            return
        window = _Window()
        # from here on it hears everything: what happens while the picture is made may be told
        # twice, and each event says how something stands now
        self._windows.add(window)
        try:
            yield f"retry: {AGAIN_MILLISECONDS}\n".encode()
            yield _written("hello", await self._hello(languages))
            while (event := await window.get()) is not None:
                yield event
        finally:
            self._windows.discard(window)

    def _let_go(self, window: _Window) -> None:
        self._windows.discard(window)
        while not window.empty():
            window.get_nowait()
        window.put_nowait(None)


def _written(kind: str, value: object) -> bytes:
    # JSON in ASCII holds no line break, which would end the event, and whatever a person typed
    return f"event: {kind}\ndata: {json.dumps(value, separators=(',', ':'))}\n\n".encode("ascii")
