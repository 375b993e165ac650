"""The content of the weekly digest, as data: a section for each client, arranged into a digest.

Written by the bot's services, kept by storage one sealed section a client, spelled out by
``bot.report``. It must never hold markup or sentences, nor anything that one client may not know
about another.
"""

from __future__ import annotations

from flows.digest.arrange import Digest, arrange
from flows.digest.section import (
    ClientFacts,
    ClientSection,
    FlagFacts,
    Raised,
    Standing,
    compose_section,
)
from flows.digest.section_json import section_from_json, section_to_json

__all__ = [
    "ClientFacts",
    "ClientSection",
    "Digest",
    "FlagFacts",
    "Raised",
    "Standing",
    "arrange",
    "compose_section",
    "section_from_json",
    "section_to_json",
]
