"""Kinds of steps, one module a kind: its keys, its checks, what it asks, accepts and shows.

A kind is whatever ``registry.KINDS`` lists; everything else in Interlude asks the registry and
names no kind. A module here knows its own kind only: never a whole flow, a check-in or a chat.
"""
