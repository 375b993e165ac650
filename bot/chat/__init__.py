"""Telegram at the edge: updates become what a person did, messages become calls, calls have
outcomes.

The only importer of ``telegram`` besides ``bot.app``. It decides nothing and remembers nothing.
"""
