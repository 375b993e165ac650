"""One client with one therapist: invitation, consent, pause, end, and the client's card.

Nothing here asks a question of a check-in.
"""
