"""Hard words and the crisis text.

Which words are hard is decided in `flows.safety`.
"""
