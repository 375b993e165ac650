"""A Bot API service on loopback that behaves as Telegram does where a bot can notice.

Tests, the demo and flow authors run the real bot against it over HTTP. It must never import another
part of ``interlude`` than the clock, and never speak to anything but its own machine.
"""

from bot.sandbox.client import Group, Person
from bot.sandbox.faults import CLOSE, LATE, Fault, Faults
from bot.sandbox.ledger import Button, Entry, Keyboard, Media, Message
from bot.sandbox.server import Sandbox
from bot.sandbox.transcript import transcript

__all__ = [
    "CLOSE",
    "LATE",
    "Button",
    "Entry",
    "Fault",
    "Faults",
    "Group",
    "Keyboard",
    "Media",
    "Message",
    "Person",
    "Sandbox",
    "transcript",
]
