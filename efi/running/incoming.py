"""What Granian hands in of a request (RSGI), as the environment that a WSGI application takes."""

import asyncio
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

Environ = dict[str, Any]
PAUSE = 10
"""The most seconds between two pieces of a body."""
SLOWEST = 100_000
"""The fewest bytes of a body in a second, once it has had as long as a pause."""
BARE = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Unread(Exception):
    """A body that is not read to its end: the name of the problem, and what is to be said of it."""


def environ_of(scope: Any) -> Environ:
    """Returns the environment of a request by PEP 3333, so far without its body.

    Headers with an underscore in their name are left out, as they would be taken for those with a dash.
    """
    client, server = scope.client.rpartition(":"), scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server[0].strip("[]"),
        "SERVER_PORT": server[2],
        "REMOTE_ADDR": client[0].strip("[]"),
        "HTTP_HOST": scope.authority or "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in _headers(scope.headers):
        known = name.upper().replace("-", "_")
        key = known if known in BARE else f"HTTP_{known}"
        between = ";" if name == "cookie" else ","
        environ[key] = f"{environ[key]}{between}{value}" if environ.get(key) else value
    return environ


async def body_of(proto: Any, length: int, most: int) -> bytes:
    """Reads a body of so many bytes, or in chunks of any number; raises `Unread` if it is late, broken or too large."""
    loop, body, empty = asyncio.get_running_loop(), bytearray(), 0
    end = loop.time() + PAUSE + (length or most) / SLOWEST
    try:
        async with asyncio.timeout(PAUSE) as patience:
            async for piece in proto:
                patience.reschedule(min(end, loop.time() + PAUSE))
                body += piece
                empty += not piece
                if len(body) > most:
                    raise Unread("too-large", f"a body is at most {most:,} bytes here")
    except TimeoutError:
        raise Unread("too-slow", f"the rest of the body did not come in time: {len(body):,} bytes of it did") from None
    # Granian ends a body by an empty piece, and has told what broke one off by another.
    if empty > 1 or (length and len(body) != length):
        raise Unread("bad-input", "the body is cut off")
    return bytes(body)


def _headers(headers: Any) -> Iterator[tuple[str, str]]:
    """Yields names in lower case and values; a value that is not ASCII is one character that no header takes."""
    pairs, names = headers.items(), headers.keys()
    yield from ((name, value) for name, value in pairs if "_" not in name)
    if len(pairs) < len(names):
        yield from ((name, "\xff") for name in names if headers.get(name) is None and "_" not in name)
