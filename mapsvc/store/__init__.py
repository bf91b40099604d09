"""Stores: the one place with SQL. One contract (`mapsvc.ports.Store`), two implementations of it."""
