"""Beyond the finest bandwidth a tile is an enlarged part of a coarser one."""

from __future__ import annotations

import numpy as np
import pytest

from mapsvc.geo.tiling import lonlat_to_tile, metres_per_pixel
from mapsvc.render.density import DensityLayer
from mapsvc.render.overzoom import MIN_BANDWIDTH_M, finest_zoom, magnify
from mapsvc.render.smooth import BANDWIDTH_PX

LON, LAT = 98.49, 39.73


def layer_of(n: int = 400, seed: int = 3) -> DensityLayer:
    rng = np.random.default_rng(seed)
    return DensityLayer(LON + rng.normal(0, 0.004, n), LAT + rng.normal(0, 0.003, n))


@pytest.mark.parametrize("lat", [0.0, 39.73, 52.0, 68.0])
def test_the_finest_zoom_is_the_last_with_the_least_bandwidth(lat: float) -> None:
    z = finest_zoom(lat)
    assert BANDWIDTH_PX * metres_per_pixel(lat, z) >= MIN_BANDWIDTH_M
    assert BANDWIDTH_PX * metres_per_pixel(lat, z + 1) < MIN_BANDWIDTH_M


def test_the_four_parts_of_a_plane_are_the_plane_enlarged() -> None:
    plane = np.add.outer(np.arange(256) * 2.0, np.arange(256) * 3.0).astype(np.float32)
    for row in (0, 1):
        for column in (0, 1):
            part = magnify(plane, column, row, 2)
            place = (np.arange(256) + 0.5) / 2 - 0.5
            exact = np.add.outer((place + 128 * row) * 2.0, (place + 128 * column) * 3.0)
            assert np.abs(part - exact)[2:-2, 2:-2].max() < 1e-2


def test_deeper_tiles_say_the_same_density_as_the_finest_zoom() -> None:
    layer = layer_of()
    fine = finest_zoom(LAT)
    x, y = lonlat_to_tile(LON, LAT, fine)
    whole = layer.estimate(fine, x, y)
    assert whole is not None
    parts = [[layer.surface(fine + 1, 2 * x + dx, 2 * y + dy) for dx in (0, 1)] for dy in (0, 1)]
    together = np.block([[np.zeros((256, 256)) if part is None else part for part in line] for line in parts])
    halved = together.reshape(256, 2, 256, 2).mean(axis=(1, 3))
    assert np.abs(halved - whole).max() < 0.02 * whole.max()


def test_deeper_neighbours_meet_without_a_step() -> None:
    layer = layer_of()
    z = finest_zoom(LAT) + 2
    x, y = lonlat_to_tile(LON, LAT, z)
    left, right = layer.surface(z, x - 1, y), layer.surface(z, x, y)
    assert left is not None
    assert right is not None
    assert np.abs(left[:, -1] - right[:, 0]).max() <= 2 * np.abs(np.diff(left, axis=1)).max()


def test_the_legend_never_states_a_finer_bandwidth_than_it_draws() -> None:
    layer = layer_of()
    fine = finest_zoom(LAT)
    assert layer.legend(fine + 3).bandwidth_m == layer.legend(fine).bandwidth_m >= MIN_BANDWIDTH_M
    assert layer.legend(fine + 3).breaks == layer.legend(fine).breaks
    assert layer.legend(fine - 1).bandwidth_m == pytest.approx(2 * layer.legend(fine).bandwidth_m)
