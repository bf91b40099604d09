"""The values everything else speaks in: frozen, without I/O."""
