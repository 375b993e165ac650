"""The browser of whoever typed a command that serves a page.

Used by ``interlude demo`` and ``flows try --page``. It must never open one in the terminal itself:
on a server there may be nothing else, and it would hide the command that it came from.
"""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
"""The variables that say, on anything but Windows and macOS, that there is a desktop."""


async def open_page(address: str) -> None:
    """The page is open in the browser, where there is a desktop to show it on."""
    if has_desktop(sys.platform, os.environ):
        await asyncio.to_thread(webbrowser.open, address)


def has_desktop(platform: str, variables: Mapping[str, str]) -> bool:
    """True where a window can be opened."""
    return platform in ("win32", "darwin") or any(variables.get(name) for name in SCREENS)
