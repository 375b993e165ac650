"""Counters and lengths of time since the start: what a monitoring program asks for at /metrics.

Filled by the store, the connections to Telegram and the workers of one run; shown by ``health``,
beside what is counted in the database. A label is one of a few words that the program knows: it
must never be an id, a name or a word of anybody.
"""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from bot.ports import Delivery, Refused, RetryLater, Sent, Uncertain
from storage.outbox_rows import CLASSES, OutboxRow

PREFIX = "interlude"
OUTCOMES: dict[type[Delivery], str] = {
    Sent: "sent",
    RetryLater: "retry_later",
    Refused: "refused",
    Uncertain: "uncertain",
}
WRITE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
"""Seconds: no write may take more than 0.05."""
SEND_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0)
"""Seconds: a request that Telegram has not answered after 15 is given up."""
REPLY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0, 300.0, 3600.0)
"""Seconds: what follows typed words waits some of them for more words."""


class Figures:
    """The counts of one run of the bot. Any thread may add to them."""

    def __init__(self) -> None:
        # the time of the start, once more for each figure
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry(auto_describe=False)
        self.updates_received = self._counter(
            "updates_received", "Updates that Telegram handed over, strangers' too."
        )
        self.updates_handled = self._counter("updates_handled", "Updates that were handled.")
        self.updates_set_aside = self._counter(
            "updates_set_aside", "Updates that could not be handled and are kept for a look."
        )
        self.write_seconds = self._histogram(
            "write_seconds", "Transactions that write, from begin to commit.", WRITE_BUCKETS
        )
        self._slowed = self._counter(
            "too_many_requests", "Answers of Telegram that it was asked too often (429)."
        )
        self._slowed_seconds = self._counter(
            "too_many_requests_seconds", "Seconds that these asked to wait, added up."
        )
        self._send_seconds = self._histogram(
            "send_seconds", "From sending a message to Telegram's answer.", SEND_BUCKETS
        )
        self._reply_seconds = self._histogram(
            "reply_seconds", "From an update's arrival to a message that answers it.", REPLY_BUCKETS
        )
        messages = self._counter(
            "messages", "Attempts to send a message, by how they ended.", "class", "outcome"
        )
        self._messages = {
            (word, kind): messages.labels(word, outcome)
            for word in CLASSES
            for kind, outcome in OUTCOMES.items()
        }

    def slowed_down(self, seconds: float) -> None:
        """Telegram asked to wait for so long."""
        self._slowed.inc()
        self._slowed_seconds.inc(seconds)

    def sending_ended(
        self, row: OutboxRow, delivery: Delivery, seconds: float, now: datetime
    ) -> None:
        """A message was sent, or not, and that took so long."""
        self._messages[row.message_class, type(delivery)].inc()
        self._send_seconds.observe(seconds)
        if isinstance(delivery, Sent) and row.answers_at is not None:
            # a clock that was set meanwhile says nothing of how long it took
            self._reply_seconds.observe(max((now - row.answers_at).total_seconds(), 0.0))

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"{PREFIX}_{name}", says, buckets=buckets, registry=self.registry)
