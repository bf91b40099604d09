"""The live map under load: viewers who hold streams while reports come in over HTTP.

    python benchmarks/bench_live.py [--viewers N] [--rate N] [--seconds N] [--incidents N] [--hold S S]
                                    [--folder DIR] [--json FILE]

The server is a process of its own over a SQLite store, the load another one on the same machine. Each viewer lets go
after 4 to 12 s and comes back with the number it heard last. Times of a report run from the moment it was due.
Missing: acknowledged reports that a viewer never heard of; double: numbers heard twice. Exit code 1 where a target is
missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.live_load import FIRST, Posted, Seen, load
from benchmarks.partitions import HEIGHT, SOUTH, WEST, WIDTH
from benchmarks.redraw_store import Server, copied, make_store
from mapsvc import wiring
from mapsvc.config import read_config
from mapsvc.model.account import Account, Role
from mapsvc.model.channel import Channel

TARGET_POST_MS, TARGET_EVENT_MS, TARGET_HEALTH_MS = 50.0, 1000.0, 100.0
_A_LOGIN = 15
"""Streams that one account holds here."""


def made_keys(data: Path, viewers: int) -> tuple[list[str], str, int]:
    """Keys of accounts that see, one for each viewer, of a channel that reports, and the newest event."""
    services = wiring.build(read_config(data, {}))
    put = {"at": services.clock.now(), "post": "bench"}
    keys = []
    for number in range(-(-viewers // _A_LOGIN)):
        services.store.put_account(Account(f"wall-{number}", Role.VIEWER, "Wall"), kind="account.added", **put)  # type: ignore[arg-type]
        keys.append(services.accounts.keys.make("Wall", account=f"wall-{number}", post="bench")[1])
    services.store.put_channel(Channel("load", "Load"), **put)  # type: ignore[arg-type]
    channel = services.accounts.keys.make("Load", channel="load", post="bench")[1]
    start = services.store.seq()
    services.close()
    return [keys[number // _A_LOGIN] for number in range(viewers)], channel, start


def made_reports(n: int, kind: str) -> list[bytes]:
    """Bodies of reports, spread over the city."""
    rng = np.random.default_rng(7)
    at = zip(WEST + WIDTH * rng.uniform(0.1, 0.9, n), SOUTH + HEIGHT * rng.uniform(0.1, 0.9, n), strict=True)
    return [
        json.dumps(
            {"ref": f"b{number}", "type": kind, "title": f"Report {number}", "datum": "wgs84", "lon": lon, "lat": lat,
             "accuracy_m": 10}
        ).encode()
        for number, (lon, lat) in enumerate(at)
    ]  # fmt: skip


def judged(seen: list[Seen], posted: Posted, healths: list[float], told: dict[str, Any]) -> list[tuple[bool, str]]:
    """What was wanted, and whether it was reached; all figures into `told`."""
    sent = dict(zip(posted.seqs, posted.sent, strict=True))
    post_ms = np.array([(b - a) * 1e3 for a, b in zip(posted.sent, posted.answered, strict=True)])
    event_ms = np.array(
        [(at - sent[seq]) * 1e3 for one in seen for seq, at in zip(one.numbers, one.times, strict=True) if seq in sent]
    )
    missing = sum(len(sent.keys() - set(one.numbers)) for one in seen)
    double = sum(len(one.numbers) - len(set(one.numbers)) for one in seen)
    for name, values in (("post", post_ms), ("event", event_ms), ("health", np.array(healths) * 1e3)):
        told |= {f"{name}_p{share}_ms": float(np.percentile(values, share)) for share in (50, 95, 99)}
    told |= {
        "reports": len(sent),
        "failed": len(posted.failed),
        "missing": missing,
        "double": double,
        "reconnects": sum(one.reconnects for one in seen),
        "refused": sum(one.refused for one in seen),
    }
    post, event = (
        f"p50 {told[f'{name}_p50_ms']:.0f}, p95 {told[f'{name}_p95_ms']:.0f}, p99 {told[f'{name}_p99_ms']:.0f} ms"
        for name in ("post", "event")
    )
    lost = f"{missing} missing, {double} double, {told['failed']} refused"
    return [
        (told["post_p95_ms"] <= TARGET_POST_MS, f"a report: {post} (wanted p95 {TARGET_POST_MS:g})"),
        (told["event_p95_ms"] <= TARGET_EVENT_MS, f"its event at a viewer: {event} (wanted p95 {TARGET_EVENT_MS:g})"),
        (
            not missing and not double and not told["failed"],
            f"{len(sent):,} reports x {len(seen)} viewers, {told['reconnects']:,} reconnects: {lost} (wanted 0)",
        ),
        (
            told["health_p95_ms"] <= TARGET_HEALTH_MS,
            f"/health: p95 {told['health_p95_ms']:.1f} ms (wanted {TARGET_HEALTH_MS:g})",
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0, help="reports a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--incidents", type=int, default=100_000, help="stored before")
    parser.add_argument(
        "--hold", type=float, nargs=2, default=(4.0, 12.0), metavar="S", help="seconds a stream is held"
    )
    parser.add_argument("--folder", type=Path, help="where made stores are kept; default: a temporary folder")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        made = (given.folder or Path(temporary)) / f"600-{given.incidents}"
        make_store(made, 600, given.incidents)
        with copied(made) as data:
            viewer_keys, channel, start = made_keys(data, given.viewers)
            with Server(data) as server:
                server.settle()
                reports = made_reports(FIRST + int(given.rate * given.seconds), "any")
                begin = server.cpu_ms()
                seen, posted, healths = asyncio.run(
                    load(server.port, start, viewer_keys, channel, reports, given.rate, tuple(given.hold))
                )
                told: dict[str, Any] = {"cpu_share": (server.cpu_ms() - begin) / 1e3 / (given.seconds + 6)}
                told["rss_mb"] = server.memory_mb()
    missed = False
    for reached, wanted in judged(seen, posted, healths, told):
        missed |= not reached
        print(f"  {'PASS' if reached else 'FAIL'}  {wanted}")
    print(f"  server: {told['cpu_share']:.0%} of one core, {told['rss_mb']:.0f} MB")
    if given.json:
        given.json.write_text(json.dumps(told, indent=1))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
