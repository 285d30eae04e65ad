"""Runs the whole program: MongoDB and the web workers, supervised by this small process without Django."""

import contextlib
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from efi.running.embedded import CannotStart, data_folder, owned, running, wait_for_room
from efi.runtime import disk
from efi.runtime.masking import masked
from efi.runtime.process import die_with_parent

IDLE = 15
"""Seconds that a client has for the head of a request, from the connection or the last answer on."""
CONNECTIONS = 4_096
REFUSED, READY = signal.SIGUSR1, signal.SIGUSR2
TO_STDERR: dict[str, Any] = {
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}


def main() -> None:
    """Runs until Ctrl-C or SIGTERM and exits with 0; on a failure exits with 1 and a sentence that says why."""
    if "--with-parent" in sys.argv:
        die_with_parent()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: sys.exit(0))
    os.umask(0o077)
    hold_connections()
    data, host, port = data_folder(), os.environ.get("EFI_HOST", "127.0.0.1"), number("PORT", 8000)
    with owned(data):
        check_free(host, port)
        os.environ.update(EFI_DATA=str(data), EFI_BACKGROUND="1")
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(data / "metrics"))
        with running(data, given_up):
            sys.exit(Web(host, port, data).run())


def number(variable: str, default: int) -> int:
    given = os.environ.get(variable) or str(default)
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise CannotStart(f"{variable} is a number from 1 to 65535, not {given!r}")
    return int(given)


def hold_connections() -> None:
    """Raises the limit of open files as far as allowed, as each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def check_free(host: str, port: int) -> None:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise CannotStart(f"cannot serve at {host}, port {port}: {os.strerror(error.errno or 0)}") from None


def given_up(error: CannotStart) -> None:
    print(error, file=sys.stderr, flush=True)
    os.kill(os.getpid(), REFUSED)


def stop(*_: object) -> None:
    signal.raise_signal(signal.SIGTERM)


def speaks_http(host: str, port: int) -> bool:
    """Returns whether Granian answers. It does so even to what is no request; before that, a stop may be lost on it."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1) as probe:
        probe.sendall(b"?\r\n\r\n")
        return bool(probe.recv(1))
    return False


def load(module: str) -> Any:
    """Loads the application in a new worker, and signals to the program whether that succeeded."""
    # Ctrl-C is the program's to hear.
    os.setsid()
    die_with_parent()
    data = data_folder()
    if embedded := bool(os.environ.get("EFI_EMBEDDED")):
        wait_for_room(data, threading.Event())
    try:
        application = import_module(module).application
    except CannotStart as error:
        print(error, file=sys.stderr, flush=True)
    except Exception:  # noqa: BLE001 - the edge: whatever it was, the program must hear of it
        if embedded and disk.is_full(data):
            print(CannotStart(disk.told(data)), file=sys.stderr, flush=True)
        else:
            print(masked(traceback.format_exc()), end="", file=sys.stderr, flush=True)
    else:
        os.kill(os.getppid(), READY)
        return application
    os.kill(os.getppid(), REFUSED)
    # Granian complains of a worker that ends before it is told to.
    signal.pause()
    raise SystemExit(1)


class Web:
    """The web workers. One that dies is replaced; one that cannot start ends the program."""

    def __init__(self, host: str, port: int, data: Path) -> None:
        self._host, self._port, self._data = host, port, data
        self._announced = self._refused = False
        self._server = MPServer(
            "efi.rsgi",
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            workers=number("WEB_WORKERS", 1),
            # Connections to each worker at the same time, and those that wait for one.
            backpressure=CONNECTIONS,
            backlog=CONNECTIONS,
            # By itself it would first listen, for as long as it takes, for whether a client speaks HTTP/2.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=IDLE * 1000),
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=5,
            log_level=LogLevels.warning,
            log_dictconfig=TO_STDERR,
        )

    def run(self) -> int:
        """Serves until the end; returns the exit code."""
        signal.signal(REFUSED, self._on_refused)
        signal.signal(READY, self._on_ready)
        # The handler that a worker inherits would swallow a stop, until the worker has one of its own.
        os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
        # Granian would reload, but a terminal that closes is a good-bye.
        self._server.on_startup(lambda: signal.signal(signal.SIGHUP, stop))
        with contextlib.suppress(SystemExit):
            self._server.serve(target_loader=load)
        return int(self._refused or not self._server.interrupt_signal)

    def _on_refused(self, *_: object) -> None:
        self._refused = True
        # Why it refused is said already; how its workers end is no news.
        logging.getLogger("_granian").disabled = True
        stop()

    def _on_ready(self, *_: object) -> None:
        # Else granian takes a worker that is killed soon after it came up for one that cannot start.
        self._server.respawned_wrks.clear()
        if not self._announced:
            self._announced = True
            threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        while not speaks_http(self._host, self._port):
            time.sleep(0.02)
        at = f"http://{self._host}:{self._port}"
        print(f"ready at {at} - API {at}/api/v1/docs - admin {at}/admin/{self._accounts()}", flush=True)

    def _accounts(self) -> str:
        if os.environ.get("EFI_ENV") == "production":
            return ""
        password = os.environ.get("EFI_DEMO_PASSWORD") or (self._data / "demo-password").read_text()
        accounts = (self._data / "demo-accounts").read_text()
        return f" - sign in as {accounts} with password {password}"


if __name__ == "__main__":
    main()
