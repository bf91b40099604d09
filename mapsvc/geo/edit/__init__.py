"""Edits of a partition: pure functions, each returns a whole partition or refuses with the place shown."""
