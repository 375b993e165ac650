"""Receiving: getUpdates and the webhook methods.

While a webhook is set, ``getUpdates`` is a conflict, and updates are delivered there. Setting the
one that is set already changes nothing, not even when the next try is due.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable
from dataclasses import replace

from bot.sandbox.delivering import Webhook
from bot.sandbox.methods.call import Call, Method
from bot.sandbox.refusal import RefusedError, bad_request
from bot.sandbox.updates import Update

SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
TERMINATED = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


def updates(call: Call) -> Awaitable[list[Update]]:
    """Confirm by ``offset`` and wait for updates at most ``timeout`` seconds of the clock."""
    if call.account.webhook.url:
        raise RefusedError(409, WEBHOOK_ACTIVE)
    queue = call.account.updates
    _remember_allowed(call)
    limit = call.params.integer("limit")
    limit = limit if limit is not None and 1 <= limit <= 100 else 100
    queue.open(call.poll)
    queue.confirm(call.params.integer("offset") or 0)
    call.account.world.touch()
    return _held(call, limit, max(call.params.integer("timeout") or 0, 0))


async def _held(call: Call, limit: int, seconds: int) -> list[Update]:
    queue = call.account.updates
    try:
        batch = await queue.hold(call.poll, limit, seconds)
    finally:
        queue.close(call.poll)
    if call.poll.replaced:
        raise RefusedError(409, TERMINATED)
    return batch


def _remember_allowed(call: Call) -> None:
    value = call.params.decoded("allowed_updates", "can't parse allowed_updates JSON array")
    if value is None:
        return
    if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
        raise bad_request("allowed_updates must be an Array of String")
    call.account.updates.allow(value)


def set_webhook(call: Call) -> bool:
    """Deliver to the address from now on; an empty one deletes the webhook."""
    url = call.params.text("url") or ""
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.params.text("secret_token") or ""
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _remember_allowed(call)
    account = call.account
    wanted = Webhook(url, secret, call.params.integer("max_connections") or 40)
    same = replace(account.webhook, failed_at=None, failure="") == wanted
    _drop_pending(call)
    if not same:
        account.webhook = wanted
        account.deliverer.begin() if url else account.deliverer.stop()
    account.world.touch()
    return True


def delete_webhook(call: Call) -> bool:
    """Deliver nothing any more."""
    call.account.webhook = Webhook()
    call.account.deliverer.stop()
    call.account.world.touch()
    return _drop_pending(call)


def _drop_pending(call: Call) -> bool:
    if call.params.flag("drop_pending_updates"):
        call.account.updates.drop()
    return True


def webhook_info(call: Call) -> dict[str, object]:
    """The address, how many updates wait, and why one could not be delivered last."""
    webhook = call.account.webhook
    info: dict[str, object] = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": call.account.updates.pending,
    }
    if webhook.url:
        info["max_connections"] = webhook.connections
    if webhook.failed_at is not None:
        info["last_error_date"] = int(webhook.failed_at.timestamp())
        info["last_error_message"] = webhook.failure
    allowed = call.account.updates.allowed
    return {**info, "allowed_updates": allowed} if allowed else info


METHODS = (
    Method("getUpdates", ("offset", "limit", "timeout", "allowed_updates"), updates),
    Method(
        "setWebhook",
        ("url", "secret_token", "max_connections", "allowed_updates", "drop_pending_updates"),
        set_webhook,
    ),
    Method("deleteWebhook", ("drop_pending_updates",), delete_webhook),
    Method("getWebhookInfo", (), webhook_info),
)
