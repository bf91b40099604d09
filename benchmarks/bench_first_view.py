"""The command map's first view in Chromium: time to drawn, bytes over the wire, size of the shell.

    python benchmarks/bench_first_view.py --data FOLDER [--rounds N] [--json FILE]

--data: a data folder of the service with a city imported; the targets are meant for England and Wales (1.77 million
incidents, 348 districts). Starts the real server as a process. *Cold* is a navigation as soon as the server answers
/health after its start, with an empty browser; *warm* is a new empty browser later. Drawn means that the grids are on
the map, the panel is filled and no request is open. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

from served import chromium, settled  # noqa: E402

TARGET_S, TARGET_SHELL, TARGET_WIRE = 3.0, 50_000, 1_500_000


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """The address of a fresh server process that answers /health."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mapsvc", "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "MAPSVC_ANONYMOUS": "viewer"}
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


def first_view(browser: Any, address: str) -> dict[str, float]:
    """One navigation with an empty cache: seconds to drawn, bytes over the wire, requests."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    wire = {"bytes": 0, "requests": 0}

    def loaded(event: dict[str, Any]) -> None:
        wire["bytes"] += int(event["encodedDataLength"])
        wire["requests"] += 1

    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", loaded)
    start = time.perf_counter()
    page.goto(f"{address}/command")
    page.wait_for_selector(".pane-fill path", state="attached", timeout=60_000)
    page.wait_for_selector("#panel:not(:empty)", state="attached", timeout=60_000)
    drawn = time.perf_counter() - start
    settled(page)
    context.close()
    return {"drawn_s": drawn, "settled_s": time.perf_counter() - start, **wire}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "england_wales")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if not (args.data / "mapsvc.gpkg").exists():
        print(f"skipped: {args.data} holds no store; import a city first (docs/tutorial.md) and give it with --data")
        return 0
    cold, warm = [], []
    with chromium() as browser:
        for _ in range(args.rounds):
            with serving(args.data) as address:
                cold.append(first_view(browser, address))
                warm += [first_view(browser, address) for _ in range(2)]
                shell = len(urllib.request.urlopen(f"{address}/command").read())
    wire = int(statistics.median(run["bytes"] for run in warm))
    figures: dict[str, float] = {"shell_bytes": shell, "wire_bytes": wire, "requests": warm[0]["requests"]}
    for name, runs in (("cold", cold), ("warm", warm)):
        for key in ("drawn_s", "settled_s"):
            figures[f"{name}_{key}"] = round(statistics.median(run[key] for run in runs), 2)
    for name, value in figures.items():
        print(f"{name:<16} {value:>12,}")
    verdicts = {
        f"first view drawn <= {TARGET_S:.0f} s, right after a start": figures["cold_drawn_s"] <= TARGET_S,
        f"first view drawn <= {TARGET_S:.0f} s, later": figures["warm_drawn_s"] <= TARGET_S,
        f"shell <= {TARGET_SHELL:,} bytes": shell <= TARGET_SHELL,
        f"page and first data <= {TARGET_WIRE:,} bytes": wire <= TARGET_WIRE,
    }
    for name, passed in verdicts.items():
        print(f"{'PASS' if passed else 'FAIL'}  {name}")
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1))
    return 0 if all(verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
