"""The settings of calendars that are read regularly.

Part of ``settings``. An address is a secret: whoever knows it can read the calendar.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from bot.config.settings_table import Section, names, refusal

CALENDAR = re.compile(r"https://[^/\s]+|http://(localhost|127\.0\.0\.1|\[::1\])[:/]")
"""An address that may be asked: over TLS, or on this machine."""


def _calendars(written: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """The lines as they were written. ValueError: one of them is not a code and an address that may
    be asked, or a therapist has two.
    """
    codes: set[str] = set()
    for each in written:
        code, _, address = each.get_secret_value().partition(" ")
        if not code or not CALENDAR.match(address.strip()):
            what = "has a line that is not a therapist's code, a space and an https address"
            raise refusal(what, 'write "K7Q2 https://…"; `interlude people list` shows the codes')
        if code.upper() in codes:
            raise refusal("names a therapist twice", "write one calendar for each")
        codes.add(code.upper())
    return written


class Calendar(Section):
    """Calendars that are read regularly, each of one therapist."""

    addresses: Annotated[
        tuple[SecretStr, ...], BeforeValidator(names), AfterValidator(_calendars)
    ] = ()
    """A therapist's code, a space, and the address; whoever knows it can read the calendar."""
    every_minutes: int = Field(default=30, ge=5, le=1440)

    @property
    def every(self) -> timedelta:
        """The time from one reading to the next."""
        return timedelta(minutes=self.every_minutes)

    def by_code(self) -> dict[str, str]:
        """The address of the calendar of each therapist, by their code."""
        pairs = (each.get_secret_value().split(" ", 1) for each in self.addresses)
        return {code.upper(): address.strip() for code, address in pairs}
