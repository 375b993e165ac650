"""Answers into flags: what was said and rated, and what became of a possible strain.

What a therapist reads of it belongs to `digest`.
"""
