"""What can go wrong between this thread and its database, at the call one wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import get_ident
from typing import Any

from pymongo.errors import AutoReconnect
from pymongo.synchronous import command_runner
from pymongo.synchronous.topology import Topology

from efi.log.mongo import client

Break = Callable[["Wire"], bool]
Calls = Callable[[str], bool]
"""Which calls count, by their names."""
READS = {"aggregate", "find", "getMore", "ping"}


def all_calls(call: str) -> bool:
    return True


def writes(call: str) -> bool:
    """Tells whether a call may change something, such as a commit: a process that dies at a reading changes no more."""
    return call not in READS


def never(seen: "Wire") -> bool:
    return False


class Crashed(BaseException):
    """The process has died at this point; nothing of it that catches errors may catch this one."""


@dataclass
class Wire:
    """What this thread has sent to the server so far, its last command whole, and the sessions it did so in."""

    calls: list[str] = field(default_factory=list)
    command: dict[str, Any] = field(default_factory=dict)
    sessions: dict[bytes, Any] = field(default_factory=dict)
    broke: bool = False

    def count(self, among: Calls) -> int:
        return sum(map(among, self.calls))


@contextmanager
def wire(before: Break, after: Break, error: Callable[[str], BaseException]) -> Iterator[Wire]:
    """Breaks each call of this thread that `before` says, on its way there, and that `after` says, on its way back."""
    send, me, seen = command_runner._run_command, get_ident(), Wire()

    def break_off(conn: Any) -> None:
        seen.broke = True
        conn.close_conn(None)
        raise error(seen.calls[-1])

    def sent(conn: Any, cmd: Any, *args: Any, **details: Any) -> Any:
        if get_ident() != me or not conn.ready:
            return send(conn, cmd, *args, **details)
        seen.calls.append(next(iter(cmd)))
        seen.command = dict(cmd)
        if "lsid" in cmd:
            seen.sessions[bytes(cmd["lsid"]["id"])] = cmd["lsid"]
        if before(seen):
            break_off(conn)
        reply = send(conn, cmd, *args, **details)
        if after(seen):
            break_off(conn)
        return reply

    command_runner._run_command = sent
    try:
        yield seen
    finally:
        command_runner._run_command = send
        # What is left open keeps its locks until the server's own limit, which is a minute.
        client().admin.command("killSessions", list(seen.sessions.values()))


@contextmanager
def crash(number: int, *, arrived: bool, among: Calls = all_calls) -> Iterator[Wire]:
    """This process dies at a call among some, from 1, before or after it has arrived."""

    def reached(seen: Wire) -> bool:
        return among(seen.calls[-1]) and seen.count(among) == number

    def dead(seen: Wire) -> bool:
        return seen.broke or seen.count(among) > number or (reached(seen) and not arrived)

    with wire(dead, reached if arrived else never, Crashed) as seen:
        yield seen


@contextmanager
def outage(number: int, *, arrived: bool, calls: int = 1, among: Calls = all_calls) -> Iterator[Wire]:
    """The connection breaks at that many calls among some from one on; where they arrived, only the answers are lost."""

    def reached(seen: Wire) -> bool:
        return among(seen.calls[-1]) and number <= seen.count(among) < number + calls

    noticed = Topology.handle_error
    # Else the driver takes the whole server for gone, and half a second to find it again.
    Topology.handle_error = lambda *_: None
    try:
        with wire(never if arrived else reached, reached if arrived else never, AutoReconnect) as seen:
            yield seen
    finally:
        Topology.handle_error = noticed
