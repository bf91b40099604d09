"""Services: one way a file; they see ports and values, never a concrete store and never HTTP."""
