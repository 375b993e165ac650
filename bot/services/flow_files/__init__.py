"""Flow files: read, checked together, published and taken back.

Nothing here knows a client.
"""
