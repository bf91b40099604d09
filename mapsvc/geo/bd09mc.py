"""BD-09MC: the metres of Baidu's maps: a Mercator of BD-09 degrees, given as a polynomial for each band of 15 degrees.

The coefficients are public (hujiulong/gcoord, MIT, for one). The published way back is a second set of polynomials that
misses by decimetres; here the way back solves the first set, so that it undoes it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

_BANDS = np.array([0.0, 15.0, 30.0, 45.0, 60.0, 75.0])
"""Latitude above which each band begins, either side of the equator."""
_X = np.array(
    [
        [-0.0003218135878613132, 111320.7020701615],
        [-0.0003441963504368392, 111320.7020576856],
        [0.00220636496208, 111320.7020209128],
        [0.00337398766765, 111320.7020202162],
        [0.0008277824516172526, 111320.7020463578],
        [-0.0015702102444, 111320.7020616939],
    ]
)
"""x = first + second * lon, a row a band."""
_SCALE = np.array([7.45, 22.5, 37.5, 52.5, 67.5, 82.5])
_Y = np.array(
    [
        [0.00369383431289, 823725.6402795718, 0.46104986909093, 2351.343141331292, 1.58060784298199,
         8.77738589078284, 0.37238884252424],
        [278.2353980772752, 2485758.690035394, 6070.750963243378, 54821.18345352118, 9540.606633304236,
         -2710.55326746645, 1405.483844121726],
        [51751.86112841131, 3796837.749470245, 992013.7397791013, -1221952.21711287, 1340652.697009075,
         -620943.6990984312, 144416.9293806241],
        [4481351.045890365, -23393751.19931662, 79682215.47186455, -115964993.2797253, 97236711.15602145,
         -43661946.33752821, 8477230.501135234],
        [647795574.6671607, -4082003173.641316, 10774905663.51142, -15171875531.51559, 12053065338.62167,
         -5124939663.577472, 913311935.9512032],
        [1704480524535203.0, -10338987376042340.0, 26112667856603880.0, -35149669176653700.0, 26595700718403920.0,
         -10725012454188240.0, 1800819912950474.0],
    ]
)  # fmt: skip
"""y as a polynomial of lat / _SCALE, constant first, a row a band."""
_EARTH_M = 6378137.0
_ROUNDS = 12


def bd09_to_mc(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """x, y in BD-09MC metres of BD-09 degrees."""
    a = np.asarray(lon, dtype=np.float64)
    b = np.asarray(lat, dtype=np.float64)
    band = _band(np.abs(b))
    x = _X[band, 0] + _X[band, 1] * np.abs(a)
    y, _ = _north(np.abs(b), band)
    return np.where(a < 0, -x, x), np.where(b < 0, -y, y)


def mc_to_bd09(x: npt.ArrayLike, y: npt.ArrayLike) -> Pair:
    """BD-09 degrees of BD-09MC metres, so that bd09_to_mc gives these back to 1e-8 m."""
    a = np.asarray(x, dtype=np.float64)
    b = np.asarray(y, dtype=np.float64)
    north = np.abs(b)
    # A sphere's Mercator is 0.2 degrees off at most: near enough to begin with.
    lat = np.degrees(2.0 * np.arctan(np.exp(north / _EARTH_M)) - np.pi / 2.0)
    for _ in range(_ROUNDS):
        found, slope = _north(lat, _band(lat))
        lat = np.clip(lat - (found - north) / slope, 0.0, 85.0)
    lat = np.where(np.isfinite(north), lat, np.nan)
    band = _band(lat)
    lon = (np.abs(a) - _X[band, 0]) / _X[band, 1]
    return np.where(a < 0, -lon, lon), np.where(b < 0, -lat, lat)


def _band(lat: FloatArray) -> npt.NDArray[np.intp]:
    return np.clip(np.searchsorted(_BANDS, lat) - 1, 0, len(_BANDS) - 1)


def _north(lat: FloatArray, band: npt.NDArray[np.intp]) -> Pair:
    """y of latitudes from 0 up, and how fast it grows with a degree."""
    t = lat / _SCALE[band]
    value = np.zeros_like(t)
    slope = np.zeros_like(t)
    for power in range(_Y.shape[1] - 1, -1, -1):
        slope = slope * t + value
        value = value * t + _Y[band, power]
    return value, slope / _SCALE[band]
