"""Point -> grid, exactly as shapely `covers` decides, by a raster of cells and their edges."""

from mapsvc.geo.locate.grid_index import GridIndex

__all__ = ["GridIndex"]
