"""Trouble of the machine, told to whoever is admin.

What an alarm is and when it begins is noticed elsewhere; nothing here is about a client.
"""
