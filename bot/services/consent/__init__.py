"""The text that clients agree to, in steps, and whether what they agreed to is still what it says.

Nothing here gives or takes back a consent.
"""
