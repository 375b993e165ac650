"""One check-in from its opening to its end, and the prompts that are sent for it.

Planning when one comes belongs to `planning`, reading what was answered to `signals`.
"""
