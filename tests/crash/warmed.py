"""The crisis screen with its encoder, read once for all bots that are forked from this process.

Imported by ``forked`` alone, in the process that the bots are forked from.
"""

from __future__ import annotations

from bot.own_screen import OwnScreen

OwnScreen().warm_up()
