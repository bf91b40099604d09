"""mapsvc: community grids and located incidents, summarised and drawn on an interactive map."""

__version__ = "0.1.0"
