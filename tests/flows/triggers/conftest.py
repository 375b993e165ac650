"""The samples of these tests are written in English and German, whatever has been added since."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.tongues import only_spoken


@pytest.fixture(autouse=True)
def two_languages() -> Iterator[None]:
    """No other language is there."""
    with only_spoken("en", "de"):
        yield
