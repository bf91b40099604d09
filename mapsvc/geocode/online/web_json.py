"""One GET for JSON: a short time, a small answer, no redirects, no proxy, and the key in no message."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from mapsvc import __version__
from mapsvc.errors import Busy

TIMEOUT_S = 5.0
_MOST_BYTES = 512 * 1024
_CHUNK = 16 * 1024


def get_json(base: str, path: str, query: Mapping[str, str], *, service: str) -> Any:
    """The JSON at base + path. base: http(s)://host[:port][/prefix], of the configuration. Raises Busy."""
    deadline = time.monotonic() + TIMEOUT_S
    parts = urlsplit(base)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    # Many services turn away who does not say what they are.
    headers = {"User-Agent": f"mapsvc/{__version__}", "Accept": "application/json"}
    try:
        line = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        try:
            line.request("GET", f"{parts.path.rstrip('/')}{path}?{urlencode(query)}", headers=headers)
            answer = line.getresponse()
            if answer.status != http.client.OK:
                raise Busy(f"{service} answers {answer.status}.")
            return json.loads(_read(answer, deadline, service))
        finally:
            line.close()
    except (OSError, http.client.HTTPException):
        raise Busy(f"{service} does not answer.") from None
    except (ValueError, RecursionError):
        raise Busy(f"{service} answers something that is no JSON.") from None


def _read(answer: http.client.HTTPResponse, deadline: float, service: str) -> bytes:
    """The whole body; a server that sends drop by drop is left at the deadline."""
    read = b""
    while more := answer.read1(_CHUNK):
        read += more
        if len(read) > _MOST_BYTES or time.monotonic() > deadline:
            raise Busy(f"{service} answers too much or too slowly.")
    return read
