"""Everything that a person may do in the chat, as one table: commands and buttons, who may use
them, when, what they lead to, and where the menu and /help name them.

Nothing here decides what an entry does: handlers belong to the noun they are about.
"""
