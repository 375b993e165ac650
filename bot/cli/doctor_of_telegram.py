"""The part of ``interlude doctor`` that asks Telegram: whether it knows the token, whether the
machine's clock is right by its time, and what it shows of the bot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.checked_clock import CheckedClock, Heard
from bot.cli.findings import Finding
from bot.cli.setting_up import at_telegram
from bot.cli.surroundings import CLOCK
from bot.config import Settings

REVOKED = (
    "Telegram does not know it; get the new one from @BotFather, and put it where telegram.token "
    "or telegram.token_file says"
)
SET_IT = (
    "let it be set over the network (timedatectl set-ntp true); until it is right nobody is asked "
    "anything, nothing lapses and no digest is made"
)


def telegram_findings(settings: Settings) -> Iterator[Finding]:
    """Nothing where there is no token to ask with."""
    from bot.app import TelegramAwayError, TokenRefusedError, meet

    if not settings.telegram.token.get_secret_value():
        return
    clock = CheckedClock(CLOCK)
    try:
        asyncio.run(meet(settings, clock))
    except TokenRefusedError:
        yield Finding("token", "mend", REVOKED)
    except TelegramAwayError as away:
        says = f"Telegram does not answer now ({away}), so it could not be compared"
        yield Finding("clock", "look", f"{says}; look at the network and at telegram.api_url")
        return
    yield of_clock(clock.heard())
    yield from _profile(settings)


def _profile(settings: Settings) -> Iterator[Finding]:
    """Say what strangers would read of the bot, as far as that wants a look."""
    from bot.app import TokenRefusedError
    from bot.chat.own_profile import NotTold

    try:
        found = at_telegram.look(settings)
    except TokenRefusedError:
        return
    if isinstance(found, NotTold):
        return
    if found.is_bare:
        says = "Telegram shows no text above the start button, or none on its page"
        yield Finding("bot", "look", f"{says}; `interlude init` puts them there")
    if found.may_join_groups:
        says = "it can be asked into groups; send /setjoingroups to @BotFather, then Disable"
        yield Finding("bot", "look", says)
    if not (found.is_bare or found.may_join_groups):
        yield Finding("bot", "good", f"@{found.username}, called {found.name}")


def of_clock(heard: Heard) -> Finding:
    """Say whether the machine's clock is right, as far as Telegram's answer has told."""
    if heard.standing == "right":
        return Finding("clock", "good", "it agrees with Telegram's")
    if heard.standing == "unchecked":
        says = "Telegram's answer came without the time, which something in between takes away"
        return Finding(
            "clock", "look", f"{says}; see that the machine's clock is set over the network"
        )
    side = "ahead of" if heard.is_ahead else "behind"
    says = f"it is {heard.minutes_off} minutes {side} Telegram's; {SET_IT}"
    return Finding("clock", "mend", says)
