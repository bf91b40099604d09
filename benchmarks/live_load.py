"""Load of a live map: viewers who hold streams and lose them, and reports at a steady pace."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field

SEED = 7
FIRST = 5
"""Reports that are sent before anything is measured."""
_LATEST_S = 60
"""How long viewers wait for the last event before it counts as missing."""


@dataclass
class Seen:
    """What one viewer heard, and when (s). start: the number it stood at before."""

    start: int = 0
    numbers: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    reconnects: int = 0
    refused: int = 0


@dataclass
class Posted:
    """Reports that were answered: number of the event, when sent, when answered (s); others: their statuses."""

    seqs: list[int] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


@dataclass
class Over:
    """When a viewer has heard enough: all of the reports that were answered, or it is late."""

    last: int | None = None
    at: float = 0.0

    def is_for(self, seen: Seen) -> bool:
        """Whether this viewer may go."""
        if self.last is None:
            return False
        return time.monotonic() > self.at or bool(seen.numbers and seen.numbers[-1] >= self.last)


async def view(port: int, key: str, seen: Seen, over: Over, hold_s: tuple[float, float], rng: random.Random) -> None:
    """Listen; after `hold_s` let go and come back with the number heard last."""
    while not over.is_for(seen):
        try:
            await _listen(port, key, seen, over, time.monotonic() + rng.uniform(*hold_s))
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.2)
        seen.reconnects += 1


async def _listen(port: int, key: str, seen: Seen, over: Over, end: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    try:
        # From the start on with a number: who gets in late on a busy machine misses nothing either.
        last = f"Last-Event-ID: {seen.numbers[-1] if seen.numbers else seen.start}\r\n"
        writer.write(f"GET /api/stream HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {key}\r\n{last}\r\n".encode())
        if b" 200 " not in await reader.readuntil(b"\r\n\r\n"):
            seen.refused += 1
            await asyncio.sleep(1)
            return
        while (left := end - time.monotonic()) > 0 and not over.is_for(seen):
            try:
                line = await asyncio.wait_for(reader.readline(), min(left, 1.0))
            except TimeoutError:
                continue
            if not line:
                return
            if line.startswith(b"id: "):
                seen.numbers.append(int(line[4:]))
                seen.times.append(time.monotonic())
    finally:
        writer.close()


async def post(port: int, key: str, bodies: asyncio.Queue[tuple[float, bytes]], posted: Posted) -> None:
    """Send reports as they fall due, over one connection that is kept."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        due, body = await bodies.get()
        head = f"POST /api/reports HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {key}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line[15:]) for line in answer.splitlines() if line.lower().startswith("content-length:"))
        told = json.loads(await reader.readexactly(length))
        status = int(answer.split(" ", 2)[1])
        if status == 201:
            posted.seqs.append(told["seq"])
            posted.sent.append(due)
            posted.answered.append(time.monotonic())
        else:
            posted.failed.append(status)
        bodies.task_done()


async def health(port: int, over: Over, times: list[float]) -> None:
    """Ask /health once in a while; how long each answer took."""
    while over.last is None:
        begin = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n")
        await reader.read()
        times.append(time.monotonic() - begin)
        writer.close()
        await asyncio.sleep(0.5)


async def _warmed(port: int, key: str, reports: list[bytes]) -> None:
    bodies: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    for body in reports:
        bodies.put_nowait((time.monotonic(), body))
    poster = asyncio.create_task(post(port, key, bodies, Posted()))
    await bodies.join()
    poster.cancel()


async def load(
    port: int,
    start: int,
    viewer_keys: list[str],
    channel_key: str,
    reports: list[bytes],
    per_second: float,
    hold_s: tuple[float, float],
) -> tuple[list[Seen], Posted, list[float]]:
    """All of it at once; reports are sent at their time, however slow the answers are.

    start: the newest event before. One viewer a key given.
    """
    rng = random.Random(SEED)
    # A service that was just started is another question: the first reports wait for its plan.
    await _warmed(port, channel_key, reports[:FIRST])
    reports = reports[FIRST:]
    begin = time.monotonic() + 3
    over = Over()
    seen = [Seen(start) for _ in viewer_keys]
    viewers = [
        asyncio.create_task(view(port, key, one, over, hold_s, rng)) for key, one in zip(viewer_keys, seen, strict=True)
    ]
    healths: list[float] = []
    asking = asyncio.create_task(health(port, over, healths))
    bodies: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    posted = Posted()
    posters = [asyncio.create_task(post(port, channel_key, bodies, posted)) for _ in range(32)]
    for number, body in enumerate(reports):
        due = begin + number / per_second
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        bodies.put_nowait((due, body))
    await bodies.join()
    for poster in posters:
        poster.cancel()
    over.at, over.last = time.monotonic() + _LATEST_S, max(posted.seqs, default=0)
    await asyncio.gather(*viewers, asking)
    return seen, posted, healths
