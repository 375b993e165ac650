"""Therapy sessions: what a therapist says of them, kept, moved and cancelled.

Nothing here knows what a client is asked afterwards.
"""
