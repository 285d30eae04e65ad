"""A process that is killed in the midst of a transaction, which the server is not told of."""

import subprocess
import sys

import pytest
from django.conf import settings

from efi.running.embedded import LONGEST_TRANSACTION
from efi.writing import dispatch
from tests.conftest import GIVEN
from tests.efi import audit
from tests.given import say
from tests.tavern.bar import cellar, stout

pytestmark = [
    pytest.mark.usefixtures("restarted"),
    pytest.mark.skipif(bool(GIVEN), reason="another's MongoDB has its own limits"),
]
IN_TIME = 10.0
CLAIMS_A_NAME = """
import sys
from pymongo import MongoClient

client = MongoClient(sys.argv[1])
with client.start_session() as session, session.start_transaction():
    client[sys.argv[2]].claims.insert_one({"_id": "keg:Stout"}, session=session)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held():
    """A name, by a transaction whose process has been killed."""
    say(stout("Porter", cellar_id=cellar()))
    arguments = [sys.executable, "-c", CLAIMS_A_NAME, settings.MONGODB_URI, settings.MONGODB_NAME]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        process.kill()


def test_what_it_held_is_free_in_time(held, monkeypatch):
    assert LONGEST_TRANSACTION < IN_TIME
    monkeypatch.setattr(dispatch, "DEADLINE", IN_TIME)
    assert say(stout(cellar_id=cellar())).version == 1
    audit.the_write_side_agrees()
