"""Where numba comes in: an optional package, slow to import, so modules of kernels are imported only when wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., object])


@cache
def has_numba() -> bool:
    """Whether numba is installed and can be imported."""
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True


def is_numba_loaded() -> bool:
    """Whether numba costs no import any more."""
    return "numba" in sys.modules


def kernel(function: Function) -> Function:
    """`function` as machine code, compiled at its first call, kept on disk, running without the interpreter lock.

    numba renews what it keeps on disk when the function's own file changes, not when another does: a kernel's helpers
    and constants live in its file. Raises ImportError without numba.
    """
    import numba

    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        # Raised where neither the program's folder nor the user's can be written: then every process compiles anew.
        return cast(Function, numba.njit(nogil=True)(function))
