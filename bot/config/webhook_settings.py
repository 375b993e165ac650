"""The settings of the webhook: the address at which Telegram hands over what people write, in place
of being asked for it.

Part of ``settings``. The secret proves that a delivery is Telegram's: whoever has it can write in
the name of any client.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, SecretStr

from bot.config.placed_paths import PlacedOrNone
from bot.config.settings_table import Section, refusal

SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
"""The characters that Telegram allows, and no fewer than nobody guesses."""
PORTS = (443, 80, 88, 8443)
"""The only ports to which Telegram's own servers deliver."""


def split_url(url: str) -> SplitResult | None:
    """The parts of an http or https address; None: it is none."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None  # a port that is no number, brackets that do not close
    return parts if is_one else None


def _url(url: str) -> str:
    if url and (split_url(url) is None or any(letter.isspace() for letter in url)):
        raise refusal("is not an address", "write it like https://practice.example/telegram")
    return url


def _secret(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if secret and not SECRET.fullmatch(secret):
        what = "has other characters than letters, digits, _ and -, or fewer than 16"
        raise refusal(what, "leave it empty, and let `interlude init` write webhook.secret_file")
    return value


class Webhook(Section):
    """The public address and where the bot listens behind it; once loaded, ``secret`` also holds
    what ``secret_file`` held.
    """

    url: Annotated[str, AfterValidator(_url)] = ""
    """Empty: the bot asks Telegram, and listens to nobody."""
    secret: Annotated[SecretStr, AfterValidator(_secret)] = SecretStr("")
    secret_file: PlacedOrNone = None
    host: str = "127.0.0.1"
    port: int = Field(default=8463, ge=1, le=65535)

    @property
    def is_on(self) -> bool:
        """True where Telegram delivers."""
        return bool(self.url)

    @property
    def refused_by_telegram(self) -> str | None:
        """Say why Telegram's own servers would deliver to no such address; None: they would."""
        parts = split_url(self.url)
        if parts is None or parts.scheme != "https":
            return "does not begin with https://"
        if (parts.port or PORTS[0]) not in PORTS:
            return f"has another port than {', '.join(map(str, PORTS))}"
        return None
