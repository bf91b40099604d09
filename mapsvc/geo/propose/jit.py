"""Kernels of this room: machine code where numba is installed, plain Python with equal results where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mapsvc.geo.locate.numba_kernel import has_numba, kernel

Function = TypeVar("Function", bound=Callable[..., object])


def maybe_kernel(function: Function) -> Function:
    """`function` compiled where that can be done. Modules that use it are imported only when wanted."""
    return kernel(function) if has_numba() else function
