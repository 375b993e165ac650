"""Speaks: the only package with a clock, a network and a process.

Commands come in as Telegram updates, decisions are saved in one transaction, and the sender
carries out what was saved. Nothing is ever sent from inside a decision.
"""
