"""The door: a request is read whole, within bounds and in time, before one of the threads that do the work is given."""

import asyncio
import contextlib
import os
import socket
from asyncio import Future
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from pathlib import Path
from queue import SimpleQueue
from tempfile import SpooledTemporaryFile
from threading import Thread
from typing import IO, Any

from django.conf import settings
from django.http import StreamingHttpResponse
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined] # it is theirs to import, as their `noqa` says

from efi.http.bodies import FORM, UNREAD, largest, length_of
from efi.running.incoming import Environ, Unread, body_of, environ_of

LARGE_AT_ONCE = 8
"""Bodies larger than a form that are read at the same time, as each is held in memory."""
DEAF = 15
"""The most seconds for which a client may take nothing of what it is sent."""
PIECE = 1024 * 1024
"""Bytes of an answer that are sent at once; the rest of what is made bit by bit waits in a file."""
HEALTH = {f"{at}/health/{what}": what for at in ("", "/api/v1") for what in ("live", "ready")}
Headers = list[tuple[str, str]]


class Threads:
    """Some threads, to which the event loop gives work and waits for what comes of it; they end with the process."""

    def __init__(self, number: int) -> None:
        self._given: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        for _ in range(number):
            Thread(target=self._work, name="request", daemon=True).start()

    async def do(self, work: Callable[[], Any]) -> Any:
        """Returns what the work returns, and raises what it raises."""
        done = asyncio.get_running_loop().create_future()
        self._given.put((work, done))
        return await done

    def _work(self) -> None:
        while True:
            work, done = self._given.get()
            try:
                tell = partial(done.set_result, work())
            except Exception as error:  # noqa: BLE001 - it is raised where the work is waited for
                tell = partial(done.set_exception, error)
            done.get_loop().call_soon_threadsafe(_tell, done, tell)


class Door:
    """Has a WSGI application answer what Granian hands in (RSGI); health is answered by threads of its own."""

    def __init__(self, application: Callable[[Environ, Any], Any], threads: int) -> None:
        self._application = application
        self._threads = Threads(threads)
        self._apart = {what: Threads(1) for what in HEALTH.values()}
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Sees to the listening socket, which Granian has by the time that the loop runs."""
        loop.call_soon(close_on_the_deaf)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answers one request."""
        environ = environ_of(scope)
        await self._read(environ, proto)
        threads = self._apart[HEALTH[scope.path]] if scope.path in HEALTH else self._threads
        if rest := await threads.do(partial(self._answer, environ, proto)):
            with contextlib.closing(rest.file):
                await rest.send(proto, threads)

    async def _read(self, environ: Environ, proto: Any) -> None:
        """Reads the body into the environment; what is too large is left to the application to refuse, unread."""
        length, is_chunked = length_of(environ.get("CONTENT_LENGTH")), bool(environ.pop("HTTP_TRANSFER_ENCODING", ""))
        most = largest(environ["PATH_INFO"]) if _may_be_known(environ) else FORM
        if length > most or not (length or is_chunked):
            return
        try:
            async with self._large if (length or most) > FORM else contextlib.nullcontext():
                body = await body_of(proto, length, most)
        except Unread as unread:
            environ[UNREAD] = unread.args
        else:
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(len(body)), BytesIO(body)

    def _answer(self, environ: Environ, proto: Any) -> "Rest | None":
        """Sends the answer, or returns it where it is too large to be sent at once."""
        told: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, *_: Any) -> None:
            told.append((int(status.partition(" ")[0]), headers))

        response = self._application(environ, start)
        with contextlib.closing(response):
            if isinstance(response, StreamingHttpResponse):
                return _sent_or_kept(proto, *told[0], response)
            proto.response_bytes(*told[0], b"".join(response))
        return None


class Rest:
    """An answer that waits in a file, and is sent in pieces as its client takes them."""

    def __init__(self, status: int, headers: Headers, file: IO[bytes]) -> None:
        self._status, self._headers, self.file = status, headers, file

    async def send(self, proto: Any, threads: Threads) -> None:
        sent = proto.response_stream(self._status, self._headers)
        with contextlib.suppress(ProtocolClosed):
            while piece := await threads.do(partial(self.file.read, PIECE)):
                await sent.send_bytes(piece)


def close_on_the_deaf() -> None:
    """Has the kernel close connections whose client takes nothing, of all that come in by the listening socket.

    They inherit it: TCP_USER_TIMEOUT in https://man7.org/linux/man-pages/man7/tcp.7.html.
    """
    for number in Path("/proc/self/fd").iterdir() if hasattr(socket, "TCP_USER_TIMEOUT") else ():
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(int(number.name))) as one:
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAF * 1000)


def _may_be_known(environ: Environ) -> bool:
    """Tells whether a request has what somebody who is signed in would send with it."""
    return "HTTP_AUTHORIZATION" in environ or f"{settings.SESSION_COOKIE_NAME}=" in environ.get("HTTP_COOKIE", "")


def _sent_or_kept(proto: Any, status: int, headers: Headers, pieces: Iterable[bytes]) -> Rest | None:
    """Waits for the whole of an answer, as one that breaks off on the way would look complete."""
    file = SpooledTemporaryFile(PIECE)  # noqa: SIM115 - whoever sends it closes it
    for piece in pieces:
        file.write(piece)
    size = file.tell()
    file.seek(0)
    if size <= PIECE:
        with file:
            proto.response_bytes(status, headers, file.read())
        return None
    if not any(name.lower() == "content-length" for name, _ in headers):
        headers.append(("Content-Length", str(size)))
    return Rest(status, headers, file)


def _tell(done: "Future[Any]", tell: Callable[[], None]) -> None:
    """Tells what came of a work, unless nobody waits for it any more."""
    if not done.done():
        tell()
