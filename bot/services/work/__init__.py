"""The ground of every use case: the transaction, its surroundings, the outbox, buttons.

A module belongs here when services of several nouns need it. Nothing here decides for a noun.
"""
