"""Addresses to places: the gazetteer of this store, what posts taught it, and online services where switched on."""
