"""The door to incidents in motion: look, step, dispatch, undo, move the pin, merge."""
