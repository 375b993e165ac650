"""The ``interlude`` command. Results go to stdout, problems of usage and settings to stderr.

Each command imports what it needs when it runs, so that ``interlude --help`` is there at once.
"""
