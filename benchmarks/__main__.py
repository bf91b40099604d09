"""`python -m benchmarks [NAME ...]`: run the benchmarks one after the other, each in its own process."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    known = {path.stem.removeprefix("bench_"): path for path in sorted(FOLDER.glob("bench_*.py"))}
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)} (default: all)")
    names = parser.parse_args().names or list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    worst = 0
    for name in names:
        print(f"\n== {name} ==", flush=True)
        worst = max(
            worst, subprocess.run([sys.executable, str(known[name])], cwd=FOLDER.parent, check=False).returncode
        )
    return worst


if __name__ == "__main__":
    sys.exit(main())
