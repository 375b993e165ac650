"""The engine decides what comes next in a check-in: state and input in, state and events out."""
