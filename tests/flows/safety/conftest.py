"""The shipped screen, loaded once for all tests here."""

from __future__ import annotations

import pytest

from bot.own_screen import OwnScreen
from flows.safety import Screen


@pytest.fixture(scope="session")
def screen() -> Screen:
    """Rules and examples as they are shipped, with the encoder."""
    screen = OwnScreen()
    assert screen.state().is_whole, screen.state().says
    return screen.screen()
