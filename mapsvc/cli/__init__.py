"""The command line: thin calls into services, plain sentences, exit codes."""

from __future__ import annotations

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
        say_error("Stopped. Finished batches are kept, the unfinished one is not; running it again completes it.")
        return 130
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away: not an error of ours.
        sys.stderr.close()
        return 0
    except OSError as error:
        say_error(f"{error.filename or 'The system'}: {error.strerror or error}.")
        return 2
