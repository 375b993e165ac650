"""The languages and forms of address in which people are spoken to."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "de", "de_du"]
"""How a person is spoken to: English, German with Sie, German with du."""

LANGUAGES: tuple[Language, ...] = ("en", "de", "de_du")
