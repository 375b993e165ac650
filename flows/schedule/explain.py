"""Why a planned check-in was not sent: a closed list, kept with its occurrence.

Used by whoever decides not to send, and by ``interlude why``. The sentences stand in the catalogue
of texts under the keys given here; nothing here is ever shown as it is.
"""

from __future__ import annotations

from typing import Literal, get_args

NotSent = Literal[
    "paused",
    "not_consented",
    "unreachable",
    "another_open",
    "window_over",
    "quiet",
    "care_ended",
    "already_answered",
]
"""paused: by the client. not_consented: not yet, or withdrawn. unreachable: the chat is blocked or
gone. another_open: another check-in took the whole window. window_over: nothing ran or could be
sent in time. quiet: only quiet hours were left. care_ended: so did everything planned in it.
already_answered: the client had asked for it before."""

NOT_SENT: tuple[NotSent, ...] = get_args(NotSent)


def sentence_key(reason: NotSent) -> str:
    """The key of the one plain sentence that says this reason to a person."""
    return f"not_sent.{reason}"
