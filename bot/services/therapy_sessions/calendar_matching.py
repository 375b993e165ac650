"""Whose appointment an event of a calendar is: by the client's code, or the alias as it is written.

Used before anything of a calendar is kept. It must rather miss an appointment than put it to the
wrong person: a title that names two clients names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage.aliases import core
from storage.cares import Care

_BETWEEN = re.compile(r"[\s,;:/()\[\]|]+")
_MOST_WORDS = 30
_LONGEST_ALIAS = 4
"""Words that an alias has in a title at most."""


def whose(title: str, cares: Sequence[Care]) -> Care | None:
    """The client whom the title names; None: nobody, or several.

    A code counts anywhere. An alias counts where it stands exactly as it was chosen, or where it is
    the whole title, however that is spelt: "an" within a title is no A.N.
    """
    words = [word for word in _BETWEEN.split(title) if word][:_MOST_WORDS]
    whole = core(title)
    runs = {
        " ".join(words[i : i + n])
        for n in range(1, _LONGEST_ALIAS + 1)
        for i in range(len(words) - n + 1)
    }
    codes = {word.strip("#.-–").upper() for word in words}
    named = [
        care
        for care in cares
        if care.client_code in codes or care.alias in runs or (whole and core(care.alias) == whole)
    ]
    return named[0] if len(named) == 1 else None
