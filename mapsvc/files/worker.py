"""Worker: the child process. A task comes in on stdin; progress and one outcome go out as JSON lines."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from mapsvc.files import guard
from mapsvc.files.refusal import Refusal


def say(message: dict[str, Any]) -> None:
    """One JSON line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def report(stage: str, done: int, total: int | None) -> None:
    """Progress to the parent."""
    say({"progress": [stage, done, total]})


def _features(task: dict[str, Any], job: Path) -> None:
    from mapsvc.files import features

    found = features.read(Path(task["path"]), job, task["columns"], task["polygons_only"], task["optional"])
    features.write(found, job)


def _rows(task: dict[str, Any], job: Path) -> None:
    from mapsvc.files import magic, rows_csv, rows_geojson, rows_parquet

    path = Path(task["path"])
    kind = magic.sniff(path)
    readers = {"geojson": rows_geojson, "parquet": rows_parquet, "text": rows_csv, "gzip": rows_csv}
    if kind not in readers:
        raise Refusal("This is no table of incidents; give CSV (also .gz), GeoJSON or Parquet.")
    readers[kind].read(path, job, task["columns"], report)


def _photo(task: dict[str, Any], job: Path) -> None:
    from mapsvc.files import photo

    photo.read(Path(task["path"]), job)


_JOBS = {"features": _features, "rows": _rows, "photo": _photo}


def main() -> None:
    """Run the task; exit 0 with an outcome line, or die and let the parent say so."""
    task = json.loads(sys.stdin.readline())
    budget = task["budget"]
    os.environ.update(guard.GDAL_ENVIRONMENT)
    guard.limit(budget["memory"], budget["cpu_s"], budget["output"])
    sealed = guard.close_doors()
    try:
        _JOBS[task["job"]](task, Path.cwd())
    except Refusal as refusal:
        say({"refused": refusal.to_json()})
    except MemoryError:
        say({"refused": Refusal("Reading it takes more memory than is allowed.").to_json()})
    except RecursionError:
        say({"refused": Refusal("It is nested too deeply.").to_json()})
    else:
        say({"done": {"sealed": sealed}})


if __name__ == "__main__":
    main()
