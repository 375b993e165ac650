"""The times in which the bot was away, and what its absence must cost nobody.

What is asked and answered is decided elsewhere; nothing here says why the bot was away.
"""
