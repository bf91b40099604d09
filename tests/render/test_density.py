from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from mapsvc.geo.tiling import lonlat_to_tile, metres_per_pixel, morton_of, tile_bounds, unit_to_lonlat
from mapsvc.render.density import STOPS, DensityLayer, choose_breaks, empty_tile, palette
from mapsvc.render.frame_mask import FrameMask
from mapsvc.render.png import encode_palette
from mapsvc.render.pyramid import CELL_PX, CELLS, MARGIN, CountPyramid
from mapsvc.render.smooth import BANDWIDTH_PX

Z = 14


def centre_of(x: int, y: int, across: float = 128.5, down: float = 128.5) -> tuple[float, float]:
    """Degrees of a place on a tile given in pixels."""
    lon, lat = unit_to_lonlat((x + across / 256) / 2**Z, (y + down / 256) / 2**Z)
    return float(lon), float(lat)


def decoded(png: bytes) -> tuple[np.ndarray, bytes, bytes]:
    """Pixels, palette and alpha of one of our PNGs, its checksums checked."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    parts, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        parts[kind] = body
        at += 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (depth, colour) == (8, 3)
    lines = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any()
    return lines[:, 1:], parts[b"PLTE"], parts[b"tRNS"]


def test_a_png_holds_what_was_put_in() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4) % 3
    got, colours, alpha = decoded(encode_palette(pixels, [(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12)]))
    assert np.array_equal(got, pixels)
    assert (colours, alpha) == (bytes([1, 2, 3, 5, 6, 7, 9, 10, 11]), bytes([4, 8, 12]))


@pytest.mark.parametrize("y", [4000, 6222, 8000])
def test_one_report_adds_up_to_one_at_every_latitude(y: int) -> None:
    lon, lat = centre_of(9000, y)
    surface = DensityLayer(np.array([lon]), np.array([lat])).estimate(Z, 9000, y)
    assert surface is not None
    pixel_km2 = metres_per_pixel(lat, Z) ** 2 / 1e6
    assert surface.sum() * pixel_km2 == pytest.approx(1.0, rel=2e-3)
    peak = 1 / (2 * np.pi * BANDWIDTH_PX**2 * pixel_km2)
    assert surface.max() == pytest.approx(peak, rel=0.02)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from([0, 1]))
def test_the_surface_is_the_kernel_sum_over_the_points_also_of_those_beyond_the_seams(seed: int, shift: int) -> None:
    rng = np.random.default_rng(seed)
    # On the centres of squares counting loses nothing; anywhere else a point moves by a pixel at the most.
    places = rng.integers(-10, 138, (40, 2)) * CELL_PX + CELL_PX / 2 + shift * rng.uniform(-0.99, 0.99, (40, 2))
    lon, lat = (np.array(column) for column in zip(*(centre_of(9000, 6222, *place) for place in places), strict=True))
    surface = DensityLayer(lon, lat).estimate(Z, 9000, 6222)
    pixels = np.arange(256) + 0.5
    across = np.exp(-((pixels[:, None] - places[:, 0]) ** 2) / (2 * BANDWIDTH_PX**2))
    down = np.exp(-((pixels[:, None] - places[:, 1]) ** 2) / (2 * BANDWIDTH_PX**2))
    exact = down @ across.T / (2 * np.pi * BANDWIDTH_PX**2)
    exact /= metres_per_pixel(centre_of(9000, 6222)[1], Z) ** 2 / 1e6
    assert surface is not None
    assert np.abs(surface - exact).max() < (0.11 if shift else 0.015) * exact.max()


def test_neighbouring_tiles_meet_without_a_step() -> None:
    lon, lat = centre_of(9000, 6222, 256.0, 100.0)
    layer = DensityLayer(np.array([lon]), np.array([lat]))
    left, right = layer.estimate(Z, 9000, 6222), layer.estimate(Z, 9001, 6222)
    assert left is not None
    assert right is not None
    step = np.abs(left[:, -1] - right[:, 0]).max()
    assert step <= 1.5 * np.abs(np.diff(left, axis=1)).max()


@pytest.mark.parametrize("z", [3, 9, 13, 14, 18])
def test_every_point_is_counted_once_at_every_depth(z: int) -> None:
    rng = np.random.default_rng(z)
    west, south, east, north = tile_bounds(9, 300, 200)
    lon, lat = rng.uniform(west, east, 500), rng.uniform(south, north, 500)
    pyramid = CountPyramid(np.sort(morton_of(lon, lat)))
    x, y = lonlat_to_tile(lon, lat, z)
    total = 0
    for column, row in {*zip(x.tolist(), y.tolist(), strict=True)}:
        counts = pyramid.around(z, column, row)
        assert counts is not None
        inner = counts[MARGIN : MARGIN + CELLS, MARGIN : MARGIN + CELLS]
        assert inner.sum() == np.count_nonzero((x == column) & (y == row))
        total += int(inner.sum())
    assert total == 500


def test_tiles_at_the_rim_of_the_world_are_drawn() -> None:
    layer = DensityLayer(np.array([-180.0, 179.9999, 0.0]), np.array([85.05, -85.05, 0.0]))
    for z in (0, 1, 5):
        last = (1 << z) - 1
        assert decoded(layer.tile(z, 0, 0))[0].any()
        assert decoded(layer.tile(z, last, last))[0].any()


def test_where_nothing_is_near_the_tile_is_clear() -> None:
    layer = DensityLayer(np.array([10.0]), np.array([50.0]))
    pixels, _, alpha = decoded(layer.tile(10, 3, 3))
    assert not pixels.any()
    assert alpha[0] == 0
    assert DensityLayer(np.array([]), np.array([])).tile(3, 1, 1) == empty_tile()


def test_nothing_is_drawn_outside_the_frame_and_the_edge_is_no_drop() -> None:
    rng = np.random.default_rng(3)
    west, south, east, north = tile_bounds(Z, 9000, 6222)
    middle = (west + east) / 2
    lon, lat = rng.uniform(west - 0.01, middle, 40_000), rng.uniform(south - 0.01, north + 0.01, 40_000)
    frame = FrameMask(box(west - 1, south - 1, middle, north + 1))
    surface = DensityLayer(lon, lat, frame).estimate(Z, 9000, 6222)
    plain = DensityLayer(lon, lat).estimate(Z, 9000, 6222)
    assert surface is not None
    assert plain is not None
    assert not surface[:, 128:].any()
    edge, inside = surface[:, 124:128].mean(), surface[:, 20:100].mean()
    assert edge == pytest.approx(inside, rel=0.1)
    assert plain[:, 124:128].mean() < 0.7 * inside


def test_far_inside_the_frame_no_mask_is_needed() -> None:
    west, south, east, north = tile_bounds(Z, 9000, 6222)
    assert FrameMask(box(west - 1, south - 1, east + 1, north + 1)).tile(Z, 9000, 6222) is None
    share = FrameMask(box(west - 9, south - 9, west - 8, north - 8)).tile(Z, 9000, 6222)
    assert share is not None
    assert not share.any()


@settings(deadline=None)
@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=200), st.floats(1e-3, 1e4))
def test_breaks_ascend_and_begin_where_one_report_is_still_seen(densities: list[float], alone: float) -> None:
    breaks = choose_breaks(np.array(densities), alone)
    assert list(breaks) == sorted(set(breaks))
    assert breaks[0] == pytest.approx(alone / 4, rel=0.06)
    assert 2 <= len(breaks) <= 12


def test_one_report_alone_is_seen() -> None:
    lon, lat = centre_of(9000, 6222)
    pixels, _, _ = decoded(DensityLayer(np.array([lon]), np.array([lat])).tile(Z, 9000, 6222))
    assert pixels[128, 128] > 0


def test_few_is_dark_on_dark_ground_and_pale_on_light_ground() -> None:
    dark, light = palette(6, "dark"), palette(6, "light")
    assert [colour[:3] for colour in dark[1:]] == [colour[:3] for colour in light[:0:-1]]
    assert sum(dark[1][:3]) < sum(dark[-1][:3])
    assert dark[0][3] == light[0][3] == 0


def test_the_ramp_is_that_of_the_style_sheet() -> None:
    sheet = Path(__file__).resolve().parents[2] / "mapsvc/web/static/css/tokens.css"
    told = re.findall(r"--den-\d:\s*(#[0-9a-f]{6})", sheet.read_text(encoding="utf-8"))
    assert tuple(told[:6]) == STOPS


def test_a_square_is_smaller_than_the_bandwidth() -> None:
    assert CELL_PX * 3 <= BANDWIDTH_PX <= CELL_PX * MARGIN / 3 + 1e-9
