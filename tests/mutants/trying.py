"""Runs tests on mutants, each in a process of its own.

A fault in a function is put into a process that has collected the tests already; one outside of functions, such as in
a set of statuses, into a process that has imported nothing of ours yet.
"""

import gc
import os
import resource
import signal
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.main import pytest_runtestloop

from efi.runtime.process import die_with_parent
from tests.mutants.faults import Mutant

PROCESSOR, CLOCK = 120, 1_800
"""Seconds that one may take, of the processor and on the clock. What goes on for longer has been changed for sure."""
READY = (
    *("bson", "celery", "django.db.models", "elasticsearch", "hypothesis", "jsonschema", "kombu", "openpyxl"),
    *("opentelemetry.sdk.trace", "PIL.Image", "prometheus_client", "pydantic", "pymongo", "redis"),
)
"""Imported once, before the processes part. Nothing of ours that could be a mutant is among it."""
OPTIONS = ("--exitfirst", "--quiet", "-p", "no:cacheprovider", "-k", "not on_the_log")
"""Without the tests that put once more through the log what they have tried in memory."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What one process does: tries faults in functions one after another, or a single one elsewhere."""

    tests: Sequence[str]
    in_functions: Sequence[Mutant] = ()
    elsewhere: Mutant | None = None


class EachMutant:
    """Runs the tests that pytest has collected without any fault, then with each, and notes what survives."""

    def __init__(self, mutants: Sequence[Mutant], lived: Path) -> None:
        self.mutants, self.lived = mutants, lived

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not _passes(session, None):
            pytest.exit("tests fail without any fault", returncode=1)
        with self.lived.open("w") as lived:
            lived.writelines(f"{one.name}\n" for one in self.mutants if _passes(session, one))
        return True


def survivors(works: Sequence[Work], at_once: int) -> Iterator[str]:
    """Yields the names of mutants with which all their tests pass, as they are found."""
    for module in READY:
        import_module(module)
    running: dict[int, tuple[Work, Path]] = {}
    with tempfile.TemporaryDirectory(prefix="efi-mutants-") as folder:
        for number, work in enumerate(works):
            place = Path(folder, str(number))
            running[_begun(work, place)] = work, place
            if len(running) == at_once:
                yield from _ended(running)
        while running:
            yield from _ended(running)


def _begun(work: Work, place: Path) -> int:
    """Returns the process that does it."""
    place.mkdir()
    if process := os.fork():
        return process
    die_with_parent()
    with (place / "said").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    tempfile.tempdir = str(place)
    if work.elsewhere:
        _end_in_time()
        _put_in_place_of_its_module(work.elsewhere)
    plugins = [EachMutant(work.in_functions, place / "lived")] if work.in_functions else []
    os._exit(pytest.main([*OPTIONS, *work.tests], plugins))


def _ended(running: dict[int, tuple[Work, Path]]) -> list[str]:
    process, status = os.wait()
    work, place = running.pop(process)
    if work.elsewhere:
        return [] if status else [work.elsewhere.name]
    if status:
        raise SystemExit(f"{(place / 'said').read_text()}\nefi: mutants cannot be tried")
    return (place / "lived").read_text().splitlines()


def _passes(session: pytest.Session, mutant: Mutant | None) -> bool:
    """Runs the tests in a process of their own."""
    if process := os.fork():
        return not os.waitpid(process, 0)[1]
    die_with_parent()
    _end_in_time()
    if mutant:
        _put_into_its_function(mutant)
    try:
        pytest_runtestloop(session)
    except session.Failed:
        session.config.pluginmanager.get_plugin("terminalreporter").summary_failures()
        os._exit(1)
    os._exit(1 if session.testsfailed else 0)


def _end_in_time() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    signal.alarm(CLOCK)


def _put_into_its_function(mutant: Mutant) -> None:
    """Gives every function that was made of the source the mutant's code."""
    changed = _code_of(mutant.code, mutant.function)
    functions = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
    for one in functions:
        if (one.__code__.co_filename, one.__code__.co_qualname) == (changed.co_filename, mutant.function):
            one.__code__ = changed


def _code_of(code: CodeType, function: str) -> CodeType:
    within = [code]
    while within:
        one = within.pop()
        if one.co_qualname == function:
            return one
        within += [inner for inner in one.co_consts if isinstance(inner, CodeType)]
    raise LookupError(function)


def _put_in_place_of_its_module(mutant: Mutant) -> None:
    """Gives the mutant's code to whoever imports its module."""
    get_code = SourceFileLoader.get_code

    def mutated(loader: SourceFileLoader, name: str) -> CodeType | None:
        return mutant.code if loader.path.endswith(f"/{mutant.path}") else get_code(loader, name)

    patched: Any = SourceFileLoader
    patched.get_code = mutated
