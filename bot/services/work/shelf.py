"""The published flows, read from the database and kept parsed: one parse for each version and
process.
"""

from __future__ import annotations

from functools import lru_cache

from bot.services.work.buttons import number_for
from flows.script import parse
from flows.script.flow import Flow
from flows.script.measures import is_read_rightly
from storage import flow_versions
from storage.store import Tx


class UnreadableVersion(Exception):
    """A published text no longer parses; publishing checks it, so the program is older than the
    text.
    """


class Shelf:
    """Looks up flow versions by fingerprint. A version never changes, so it is never dropped."""

    def __init__(self) -> None:
        self._parsed: dict[str, Flow] = {}
        self._read_rightly: dict[tuple[str, str], bool] = {}

    def load(self, tx: Tx, fingerprint: str) -> Flow:
        """The flow of that version. UnreadableVersion: this program cannot read it."""
        flow = self.find(tx, fingerprint)
        if flow is None:
            raise UnreadableVersion(fingerprint)
        return flow

    def find(self, tx: Tx, fingerprint: str) -> Flow | None:
        """The flow of that version; None where this program cannot read it."""
        flow = self._parsed.get(fingerprint)
        if flow is None:
            flow = _parsed(flow_versions.load_text(tx, fingerprint), fingerprint)
            if flow is not None:
                self._parsed[fingerprint] = flow
        return flow

    def reads_rightly(self, tx: Tx, fingerprint: str, measure: str) -> bool:
        """True if a number that this version keeps under that name is what the program takes it
        for; False too where this program cannot read the version.
        """
        known = self._read_rightly.get((fingerprint, measure))
        if known is None:
            flow = self.find(tx, fingerprint)
            known = flow is not None and is_read_rightly(flow, measure)
            self._read_rightly[fingerprint, measure] = known
        return known

    def current(self, tx: Tx, flow_id: str) -> Flow | None:
        """The version of a flow in which the next check-in begins; None if it is not published."""
        for row in flow_versions.list_current(tx):
            if row.flow_id == flow_id:
                return self.load(tx, row.fingerprint)
        return None

    def list_current(self, tx: Tx) -> tuple[Flow, ...]:
        """Every published flow in its current version, by id."""
        rows = sorted(flow_versions.list_current(tx), key=lambda row: row.flow_id)
        return tuple(self.load(tx, row.fingerprint) for row in rows)


@lru_cache(maxsize=256)
def _parsed(text: str, fingerprint: str) -> Flow | None:
    """The flow of a text, parsed once a process, however many databases it opens."""
    return parse(text, fingerprint).flow


def number_of(flow: Flow) -> int:
    """A number that stays with the flow's id: button data holds numbers only."""
    return number_for(flow.id)
