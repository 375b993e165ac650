"""The JSON of updates: from bytes to values that can be sealed and stored, and their newest time.

Used by polling and by the webhook. It knows nothing else of an update, so none can hold it up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeGuard

LATEST = 2**32
"""Seconds since 1970 that Telegram can write; more is no date."""


def read_json(body: bytes) -> Any:
    """The value that ``body`` is the JSON of; ValueError or RecursionError: it is none."""
    value = json.loads(body)
    if b"\\ud" in body.lower():
        # half of a surrogate pair is no character: it could be neither sealed nor stored
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def newest(updates: Iterable[Any]) -> datetime | None:
    """The newest time that Telegram wrote below a message of these; None: there is none."""
    found: list[datetime] = []
    for update in updates:
        kinds = update.values() if isinstance(update, dict) else ()
        dates = (kind.get("date") for kind in kinds if isinstance(kind, dict))
        found += (datetime.fromtimestamp(at, UTC) for at in dates if _is_date(at))
    return max(found, default=None)


def _is_date(at: object) -> TypeGuard[int]:
    return type(at) is int and 0 < at < LATEST
