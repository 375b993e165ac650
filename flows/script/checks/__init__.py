"""The checks of a flow's meaning: one module a concern, each adding to the sheet of problems."""
