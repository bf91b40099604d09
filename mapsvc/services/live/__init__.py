"""What happens, as it happens: the journal told to many, the keeper of time limits, webhooks."""
