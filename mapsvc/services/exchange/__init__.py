"""Files in and out: boundaries, incidents and places are read, checked, staged and stored; layers are exported."""
