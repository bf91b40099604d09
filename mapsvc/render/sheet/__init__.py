"""Printed sheets: PDF and PNG of a plan or a grid, drawn with matplotlib."""
