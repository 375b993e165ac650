"""A client's own data, in their own hands: what is kept of them, a copy of it, and its end.

What a treatment means is decided elsewhere. Nothing here may ever show a client what is not theirs.
"""
