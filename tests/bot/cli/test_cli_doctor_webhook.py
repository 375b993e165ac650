"""``interlude doctor`` on a webhook: what stands in its way, and what Telegram says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.doctor_of_webhook import OLD, of_webhook, webhook_findings
from bot.config import Settings
from bot.ports import AtWebhook
from tests.bot.cli.test_cli_doctor import findings, interlude
from tests.support.house import HOOK_SECRET

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOOK = "https://practice.example/telegram"
MOMENT = timedelta(seconds=1)
NOBODY = "http://127.0.0.1:1"
"""No server listens there."""


def said_of(folder: Path, **webhook: str) -> list[tuple[str, str]]:
    """The findings about the webhook."""
    more = {f"INTERLUDE_WEBHOOK__{name.upper()}": value for name, value in webhook.items()}
    (folder / "config.toml").touch(mode=0o600)
    return findings(interlude(folder, "doctor", "--json", **more)).get("webhook", [])


def test_a_practice_that_polls_hears_nothing_of_webhooks(tmp_path: Path) -> None:
    assert said_of(tmp_path) == []


def test_address_and_secret_are_to_be_mended_before_telegram_is_asked(tmp_path: Path) -> None:
    (without,) = said_of(tmp_path, url=HOOK)
    assert without[0] == "mend" and without[1].startswith("webhook.secret: there is no secret")
    webhook = {"url": "http://practice.example:81/t", "secret": HOOK_SECRET}
    (wrong,) = webhook_findings(Settings.model_validate({"webhook": webhook}))
    assert wrong.state == "mend"
    assert wrong.says.startswith("webhook.url: does not begin with https")


def test_a_telegram_that_cannot_be_asked_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERLUDE_TELEGRAM__API_URL", NOBODY)
    ((state, text),) = said_of(tmp_path, url=HOOK, secret=HOOK_SECRET)
    assert state == "look"
    assert text.startswith("Telegram cannot be asked about it now (ConnectError)")


@pytest.mark.parametrize(
    ("found", "state", "says"),
    [
        (AtWebhook("", 0), "good", "not set yet"),
        (AtWebhook(HOOK, 0), "good", "set; waiting at Telegram: 0"),
        (AtWebhook(HOOK, 3), "good", "set; waiting at Telegram: 3"),
        (AtWebhook(HOOK, 3, NOW - 2 * OLD, "SSL error"), "look", "11:30 UTC: SSL error"),
        (AtWebhook(HOOK, 0, NOW - OLD + MOMENT, "SSL error"), "look", "waiting there: 0"),
        (AtWebhook(HOOK, 0, NOW - OLD, "SSL error"), "good", "set; waiting at Telegram: 0"),
        (AtWebhook(f"{HOOK}s", 0), "look", "another address"),
    ],
)
def test_what_telegram_says_of_it(found: AtWebhook, state: str, says: str) -> None:
    (finding,) = of_webhook(found, HOOK, NOW)
    assert finding.state == state
    assert says in finding.says
