"""Sandbox: runs the worker in a child process with limits and gives back the folder of its results."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import mapsvc
from mapsvc.errors import BadFile, CrsUnknown
from mapsvc.files.limits import Budget
from mapsvc.ports import Progress

_MAX_LINE = 1 << 16
# -I keeps the folder the user stands in, and PYTHON* variables, out of the child
_START = "import sys; sys.path.insert(0, sys.argv[1]); from mapsvc.files.worker import main; main()"


@contextlib.contextmanager
def run(task: dict[str, Any], path: Path, budget: Budget, progress: Progress) -> Iterator[Path]:
    """Run a task on `path`; the folder with its results lives as long as the context.

    Raises BadFile (CrsUnknown) when the child refuses the file, dies, or spends more than its budget.
    """
    with tempfile.TemporaryDirectory(prefix="mapsvc-") as folder:
        job = Path(folder)
        whole = {**task, "path": str(path.resolve()), "budget": budget.to_json()}
        outcome, code = _talk(whole, job, budget, progress)
        if "refused" in outcome:
            _refuse(path, outcome["refused"])
        if "done" not in outcome:
            raise BadFile(_cause_of_death(code), file=path.name)
        yield job


def check_is_file(path: Path, most: int) -> int:
    """Size in bytes; raises BadFile when it cannot be read or is too big."""
    try:
        if not path.is_file():
            raise BadFile("There is no such file." if not path.exists() else "This is not a file.", file=path.name)
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise BadFile(f"The file cannot be opened: {error.strerror}.", file=path.name) from error
    if size > most:
        raise BadFile(f"The file has {size} bytes; {most} are allowed.", file=path.name)
    return size


def _talk(task: dict[str, Any], job: Path, budget: Budget, progress: Progress) -> tuple[dict[str, Any], int]:
    """(last message, exit code) of a child that works on the task in the folder `job`."""
    root = str(Path(mapsvc.__file__).resolve().parent.parent)
    child = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", _START, root],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=job,
        env=_environment(job),
        start_new_session=True,
    )
    alarm = threading.Timer(budget.wall_s, _kill, (child,))
    alarm.daemon = True
    alarm.start()
    outcome: dict[str, Any] = {}
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(json.dumps(task).encode() + b"\n")
            child.stdin.close()
        while line := child.stdout.readline(_MAX_LINE):
            outcome = _message(line)
            if "progress" in outcome:
                progress(*outcome["progress"])
        # the pipe is closed: the child ends by itself, well or badly, and its own exit code says which
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
    finally:
        alarm.cancel()
        if child.poll() is None:
            _kill(child)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
    return outcome, child.returncode


def _message(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _environment(job: Path) -> dict[str, str]:
    """Nothing of the parent's environment but where libraries are found."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # each malloc arena and thread reserves address space, which the memory limit counts
    return {**kept, **threads, "MALLOC_ARENA_MAX": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "TMPDIR": str(job)}


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _refuse(path: Path, refused: dict[str, Any]) -> NoReturn:
    kind = CrsUnknown if refused.get("crs") else BadFile
    raise kind(
        str(refused.get("message", ""))[:1000], file=path.name, where=refused.get("where"), field=refused.get("field")
    )


def _cause_of_death(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "Reading it takes more time than is allowed. Nothing was stored."
    if code == -signal.SIGXFSZ:
        return "It unpacks to more than is allowed. Nothing was stored."
    return "It breaks its reader, which runs apart for that reason. Nothing was stored."
