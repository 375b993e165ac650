"""Whose appointment an event of a calendar is: by the client's code, or the alias as it is written.

Used before anything of a calendar is kept. It must rather miss an appointment than put it to the
wrong person: a title that names two clients names nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from storage.aliases import core
from storage.cares import Care

_BETWEEN = re.compile(r"[\s,;:/()\[\]|]+")
_MOST_WORDS = 30
_LONGEST_ALIAS = 4
"""Words that an alias has in a title at most."""


class Names:
    """The names of a caseload, each looked up once for all the events of a calendar."""

    def __init__(self, cares: Sequence[Care]) -> None:
        """``cares`` are those with whom therapy sessions take place."""
        self._by_code = {care.client_code: care for care in cares}
        self._by_alias: dict[str, list[Care]] = defaultdict(list)
        self._by_core: dict[str, list[Care]] = defaultdict(list)
        for care in cares:
            self._by_alias[care.alias].append(care)
            self._by_core[core(care.alias)].append(care)

    def whose(self, title: str) -> Care | None:
        """The client whom the title names; None: nobody, or several.

        A code counts anywhere. An alias counts where it stands exactly as it was chosen, or where
        it is the whole title, however that is spelt: "an" within a title is no A.N.
        """
        words = [word for word in _BETWEEN.split(title) if word][:_MOST_WORDS]
        found: dict[int, Care] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST_ALIAS, len(words)) + 1):
                run = " ".join(words[start:end])
                found |= {care.id: care for care in self._by_alias.get(run, ())}
        for word in words:
            coded = self._by_code.get(word.strip("#.-–").upper())
            found |= {} if coded is None else {coded.id: coded}
        whole = core(title)
        found |= {care.id: care for care in self._by_core.get(whole, ()) if whole}
        return next(iter(found.values())) if len(found) == 1 else None
