"""Statistics without I/O: columns and plans in, `Report` out."""
