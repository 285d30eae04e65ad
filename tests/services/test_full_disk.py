"""A disk without room: said as what it is, and gone on with by itself once there is room; on a small disk of its own."""

import os
import signal
import subprocess
from contextlib import suppress

import pytest

from tests.services.program import Program, eventually
from tests.services.visitor import Visitor

STAFF, PASSWORD = "staff@efi.example", "olives and figs"


@pytest.fixture
def small(tmp_path):
    """Makes the program's data folder a disk of so many megabytes."""
    folder = tmp_path / "data"
    folder.mkdir()

    def mounted(megabytes):
        order = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        if subprocess.run(order, capture_output=True).returncode:
            pytest.skip("a disk of its own needs the rights to mount one")
        return Program(folder, EFI_DEMO_PASSWORD=PASSWORD)

    yield mounted
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def filled(folder):
    """Fills a disk to its last block; returns the file that takes the room."""
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as out:
        while out.write(bytes(65_536)):
            continue
    return filler


def test_a_full_disk_is_named_and_gone_on_with_once_there_is_room(small):
    program = small(700)
    program.start()
    visitor = Visitor(program.port)
    assert visitor.sign_in(STAFF, PASSWORD)
    web, filler = program.children()["web"], filled(program.data)
    os.kill(program.children()["mongod"], signal.SIGKILL)
    eventually(lambda: "efi: the disk is full: 0 MB are free" in program.said())
    eventually(lambda: "<h1>The disk is full</h1>" in visitor.asks_for("/admin/")[1])
    assert visitor.asks_for("/health/ready")[0] == 503
    assert visitor.asks_for("/health/live")[0] == 200
    assert "the disk is full: " in program.said().partition("waiting until they are")[2]
    filler.unlink()
    assert eventually(visitor.is_signed_in)
    assert program.children()["web"] == web
    assert program.stop() == 0
    program.end()


def test_a_start_without_room_ends_with_a_line_that_says_so(small):
    code, said = small(60).refusal()
    assert code == 1
    assert said.startswith("efi: the disk is full: ")
    assert said.count("\n") == 1
