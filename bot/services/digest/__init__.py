"""A therapist's week: gathered, frozen, sent, read and acknowledged.

How a digest looks belongs to `bot.report`.
"""
