"""Mending a partition up to a stated tolerance, with every change reported."""

from mapsvc.geo.heal.healing import Healed, heal

__all__ = ["Healed", "heal"]
