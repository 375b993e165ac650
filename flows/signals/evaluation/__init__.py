"""The behaviour of the rules on simulated, own or foreign ratings of the past.

Used by ``interlude evaluate`` and the tests, with the rules of production. It must never touch a
flag that somebody sees: it only counts what a rule would have said.
"""
