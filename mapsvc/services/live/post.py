"""One POST to another system: a short time, no redirects, nothing read but the status, never ourselves."""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mapsvc.errors import BadInput

TIMEOUT_S = 5.0
_PORTS = {"http": 80, "https": 443}
_ADDRESS = re.compile(r"[!-~]{1,2000}")
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_MOST_READ = 8192


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send: parts of a checked address."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


class NotSent(Exception):
    """Why a message did not arrive, in words for the list of webhooks."""


def read_target(url: str) -> Target:
    """The parts of an address. Raises BadInput (field url) for anything but plain http or https."""
    trouble = BadInput("url is an http or https address without a name and password in it.", field="url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise trouble from None
    named = parts.username is not None or parts.password is not None
    if not _ADDRESS.fullmatch(url) or parts.scheme not in _PORTS or not parts.hostname or named or parts.fragment:
        raise trouble
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], path)


def addresses(target: Target) -> list[str]:
    """The numbers that the host's name stands for now. Raises NotSent."""
    if target.host == "localhost" or target.host.endswith(".localhost"):
        # By its definition (RFC 6761), also on a machine that lists no names.
        return ["127.0.0.1"]
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(f"{target.host} is not known here.") from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_own(address: str, port: int, own_port: int) -> bool:
    """Whether an address is this very service: its port, and a number of this machine."""
    number = ipaddress.ip_address(address.partition("%")[0])
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    number = mapped or number
    if port != own_port:
        return False
    if number.is_loopback or number.is_unspecified:
        return True
    family = socket.AF_INET if number.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            # Only an address of this machine can be bound.
            probe.bind((str(number), 0))
        except OSError:
            return False
    return True


def post(url: str, body: bytes, headers: Mapping[str, str], *, own_port: int) -> int:
    """Send and return the status. Raises NotSent; all of it takes at most TIMEOUT_S and a name look-up."""
    target = read_target(url)
    address = addresses(target)[0]
    # The number that was checked is the one called: a name cannot change its meaning in between.
    if is_own(address, target.port, own_port):
        raise NotSent("The address is this service itself.")
    deadline = time.monotonic() + TIMEOUT_S
    lines = [f"POST {target.path} HTTP/1.1", f"Host: {target.authority}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    try:
        plain = socket.create_connection((address, target.port), TIMEOUT_S)
        with plain, _secured(plain, target) as line:
            line.settimeout(_left(deadline))
            line.sendall("\r\n".join(lines).encode("ascii") + body)
            return _status(line, deadline)
    except TimeoutError:
        raise NotSent(f"No answer within {TIMEOUT_S:g} seconds.") from None
    except (OSError, ValueError) as error:
        raise NotSent(f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"[:200]) from None


def _secured(plain: socket.socket, target: Target) -> socket.socket:
    if target.scheme == "http":
        return plain
    import ssl

    return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _status(line: socket.socket, deadline: float) -> int:
    """The status of the first line of the answer; the rest is not looked at."""
    read = b""
    while b"\n" not in read and len(read) < _MOST_READ:
        line.settimeout(_left(deadline))
        more = line.recv(1024)
        if not more:
            break
        read += more
    match = _STATUS.match(read)
    if match is None:
        raise ValueError("the answer is no HTTP")
    return int(match.group(1))
