"""The settings: defaults, then ``config.toml``, then the environment, checked all at once.

Used by the command line and the composition root, which hand values on: nothing else reads a file
or a variable to learn how it should behave. It must never print the value of a secret, and never
stop at the first mistake. ``config.example.toml`` shows every setting; a test keeps the two alike.
"""

from bot.config.crisis_texts import crisis_remarks
from bot.config.exposed import exposed_secrets
from bot.config.for_run import needs_for_run
from bot.config.merging import load_settings
from bot.config.mistakes import ConfigProblem
from bot.config.settings import Settings

__all__ = [
    "ConfigProblem",
    "Settings",
    "crisis_remarks",
    "exposed_secrets",
    "load_settings",
    "needs_for_run",
]
