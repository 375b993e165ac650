"""Supervision: who may look at whose caseload, and what they are shown of it.

It must never show a name, an alias or a client's words to a supervisor, nor let one change
anything.
"""
