"""What the outcome of a sending means, by message class.

Nothing here sends; the worker does.
"""
