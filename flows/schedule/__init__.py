"""The times at which a check-in is due: wall-time rules, quiet hours, and why one was not sent."""
