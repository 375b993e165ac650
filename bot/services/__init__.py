"""The use cases, a package a noun. Each one loads, decides and saves in one transaction.

Chat, workers and the command line call them. A service never waits for anything and never sends:
it puts messages into the outbox. The order of the packages stands in `pyproject.toml`.
"""
