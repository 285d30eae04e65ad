"""What a process asks of Linux: to end with its parent, however soon that has ended."""

import subprocess
import sys

from tests.services.program import ROOT

ORPHAN = """
import os
from efi.runtime.process import die_with_parent
parent = os.getpid()
if os.fork() == 0:
    while os.getppid() == parent:
        pass
    {asks}
    print("lives on")
"""


def said_by_an_orphan(asks: str) -> str:
    orphan = ORPHAN.format(asks=asks)
    return subprocess.run([sys.executable, "-c", orphan], cwd=ROOT, capture_output=True, text=True, timeout=180).stdout


def test_a_process_ends_that_asks_to_end_with_its_parent_after_the_parent_has_ended() -> None:
    assert said_by_an_orphan("pass") == "lives on\n"
    assert said_by_an_orphan("die_with_parent()") == ""
