"""The triggers: what starts the check-ins of a flow. One module each, all listed in ``registry``.

A module holds everything there is to know of its trigger; ``flows.schedule.trigger`` says what that
is. Nothing outside of this package asks which trigger it has before it.
"""
