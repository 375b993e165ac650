"""When a check-in is due: wall-time rules and quiet hours, and why one was not sent."""
