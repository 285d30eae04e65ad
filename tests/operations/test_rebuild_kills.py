"""A rebuild that is killed, as its command: what it had done is gone on with, however far it had come."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from efi.log import event_store
from efi.operations.rebuilding import scanning
from efi.reading import generations
from efi.reading.generations import pointers
from efi.reading.projections import READ_MODELS
from readmodels.product_catalog import NAME
from tests.bench import past
from tests.given import restart
from tests.operations.building import the_documents_agree
from tests.services.program import ROOT, command, eventually

KILLED_AT = "scanning", "switched"
PRODUCTS = 300
UP_TO_A_STEP = f"""
import signal
import sys
import django
django.setup()
from efi.operations.rebuilding import builds, scanning
scanning.LEAST_COMMITS = 100
write = builds.Build.write

def write_and_stand_still(self, changes, *operators):
    write(self, changes, *operators)
    if changes.get("step") == sys.argv[1]:
        signal.pause()

builds.Build.write = write_and_stand_still
from django.core.management import call_command
call_command("rebuild", "{NAME}", "--jobs", "2", *sys.argv[2:])
"""


@pytest.fixture
def a_past(store: None):
    restart()
    past.write(PRODUCTS, 2)
    generations.build_missing()
    yield
    restart()


def started(arguments):
    environment = os.environ | {"MONGODB_NAME": settings.MONGODB_NAME, "MONGODB_URI": settings.MONGODB_URI}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, text=True, **quiet)


def building():
    return (pointers().find_one({"_id": NAME}) or {}).get("building", {}).get(str(READ_MODELS[NAME].version), {})


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def killed_at(step, *options):
    with started(["-c", UP_TO_A_STEP, step, *options]) as killed:
        eventually(lambda: building().get("step") == step)
        forked = children(killed.pid)
        killed.send_signal(signal.SIGKILL)
    eventually(lambda: not any(map(command, forked)))


@pytest.mark.parametrize("step", KILLED_AT)
def test_one_that_was_killed_is_gone_on_with(a_past, step):
    killed_at(step)
    begun = building()
    eventually(lambda: started(["manage.py", "rebuild", NAME]).wait() == 0)
    generations.forget()
    assert generations.live(NAME).name == begun["generation"]
    the_documents_agree(NAME)


def test_a_way_back_that_was_killed_after_its_switch_is_not_gone_twice(a_past):
    before = generations.live(NAME).name
    assert started(["manage.py", "rebuild", NAME]).wait() == 0
    killed_at("switched", "--back")
    eventually(lambda: started(["manage.py", "rebuild", NAME, "--back"]).wait() == 0)
    generations.forget()
    assert generations.live(NAME).name == before
    the_documents_agree(NAME)


def test_the_spans_of_a_log_hold_every_stream_once(a_past, monkeypatch):
    monkeypatch.setattr(scanning, "LEAST_COMMITS", 50)
    model = generations.live(NAME).model
    streams = [
        stream
        for span in scanning.spans(model)
        for kind in model.kinds
        for where in span.streams(kind)
        for stream, _ in event_store.heads_of(where)
    ]
    assert sorted(streams) == sorted(stream for stream, _ in event_store.heads(model.kinds))
