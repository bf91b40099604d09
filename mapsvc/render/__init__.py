"""What becomes bytes for people: shell, assets, tiles, GeoJSON, tables."""
