"""Updates that arrive: whose they are, which entry they mean, and who acts on them.

Nothing here decides what an entry does: that belongs to the noun it is about.
"""
