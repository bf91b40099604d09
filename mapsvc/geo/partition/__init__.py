"""The redraw kernel's picture of a plan: arcs with a left and a right grid; polygons are derived."""
