"""The methods of the Bot API that the sandbox speaks, by their lower-case name.

Used by ``asgi``. One module a group; each lists its own. A method must never know HTTP or faults.
"""

from bot.sandbox.methods import editing, files, profile, receiving, sending
from bot.sandbox.methods.call import Call, Method

METHODS: dict[str, Method] = {
    method.name.lower(): method
    for group in (receiving, sending, editing, files, profile)
    for method in group.METHODS
}

__all__ = ["METHODS", "Call", "Method"]
