"""The coming of check-ins: enrolments, occurrences, own times, the weekly cap, and why or why not.

Nothing here opens a check-in or reads an answer.
"""
