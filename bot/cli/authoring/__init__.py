"""The author's bench: try, test, show, compare and publish flows. Used by ``bot.cli.flows`` alone.

Each module is one command and what it needs. None of them may send anything to anybody.
"""
