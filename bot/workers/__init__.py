"""The workers that keep running: receiver, handler, ticker, sender, keeper.

Each is ``async tick() -> next due``. A worker holds nothing that a restart would miss:
what is due is a row.
"""
