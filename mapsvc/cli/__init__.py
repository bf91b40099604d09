"""The command line: thin calls into services, plain sentences, exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mapsvc.cli.parser import build_parser
from mapsvc.cli.say import say_error
from mapsvc.errors import (
    BadInput,
    Broken,
    Busy,
    Cancelled,
    CannotTell,
    Conflict,
    MapsvcError,
    NotFound,
)

EXIT_CODES: tuple[tuple[type[MapsvcError], int], ...] = (
    (BadInput, 2),
    (NotFound, 3),
    (Conflict, 4),
    (CannotTell, 5),
    (Busy, 6),
    (Broken, 7),
    (Cancelled, 130),
)
"""One table from the error tree to exit codes; 0 is success, 1 a check that found errors."""

EXIT_OWN_FAULT = 70
"""EX_SOFTWARE of sysexits.h: an error nobody foresaw."""


def exit_code(error: MapsvcError) -> int:
    """The exit code of an error, by its nearest class in the table."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. Errors are one sentence on stderr, never a traceback."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except MapsvcError as error:
        say_error(str(error))
        return exit_code(error)
    except KeyboardInterrupt:
        say_error("Stopped. Nothing is kept of the step that was under way; the same command again completes it.")
        return 130
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away: not an error of ours.
        sys.stderr.close()
        return 0
    except OSError as error:
        say_error(f"{error.filename or 'The system'}: {error.strerror or error}.")
        return 2
    except Exception as error:
        if os.environ.get("MAPSVC_TRACEBACK"):
            raise
        what = " ".join(str(error).split())[:300]
        say_error(
            f"mapsvc itself failed ({type(error).__name__}: {what}). "
            "Please report it with what MAPSVC_TRACEBACK=1 before the same command prints."
        )
        return EXIT_OWN_FAULT
