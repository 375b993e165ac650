"""Remembers: people, cares, check-ins, messages and digests, encrypted, on SQLite or PostgreSQL.

Used by ``bot``. It knows the values of ``flows`` and must never decide anything, nor know Telegram.
``storage.store`` is the one way to a transaction, each noun has its module of verbs, and
``README.md`` shows the way around.
"""
