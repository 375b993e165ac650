"""Decides: what a script means, what comes next, when, what it may signal, what the digest says.

Pure: no I/O, no clock, no entropy. ``now``, ids and seeds are arguments. Used by ``storage`` and
``bot``; it never imports either.
"""
