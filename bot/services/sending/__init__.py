"""The meaning of the outcome of a sending, by message class.

Nothing here sends; the worker does.
"""
