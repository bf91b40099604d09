"""Accounts, sessions, keys and channels: who may do what here; and whether the journal is whole."""
