"""The program as a whole: started, ended, and killed in each of its parts."""

import os
import signal
import subprocess
import time
from urllib.request import Request, urlopen

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from efi.running.embedded import REPLICA_SET, address_of, answers, executable, unused_port
from tests.services.program import Program, command, eventually
from tests.services.visitor import Visitor

STAFF = "staff@efi.example"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """One that runs on while it loses a part now and then."""
    program = Program(tmp_path_factory.mktemp("program") / "data", EFI_DEMO_PASSWORD="olives and figs")
    program.start()
    yield program
    program.stop()


@pytest.fixture
def another(tmp_path):
    """One to start, and to end, at will."""
    program = Program(tmp_path / "data")
    yield program
    program.end()


def test_the_line_that_says_ready_is_true(another):
    line = another.start()
    address = f"http://127.0.0.1:{another.port}"
    assert line.startswith(f"ready at {address} ")
    assert f"{address}/api/v1/docs" in line
    assert f"{address}/admin/" in line
    password = (another.data / "demo-password").read_text()
    assert line.endswith(f"with password {password}\n")
    for name in ("staff", "approver", "reports"):
        assert f"{name}@efi.example" in line
        assert Visitor(another.port).sign_in(f"{name}@efi.example", password)
    assert not Visitor(another.port).sign_in(STAFF, "not the password")
    assert another.lines.empty()


def test_what_it_keeps_is_for_its_owner_only(another):
    another.data.mkdir(mode=0o755)
    another.start()
    kept = {path: path.stat().st_mode & 0o777 for path in (another.data, *another.data.rglob("*"))}
    assert {path: mode for path, mode in kept.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}
    assert {"demo-password", "mongo.key", "mongodb-uri"} <= {path.name for path in kept}


def test_its_mongod_knows_nobody_but_the_program(another):
    another.start()
    address = address_of(another.data)
    host = address.rpartition("@")[2]
    with MongoClient(address) as known, MongoClient(f"mongodb://{host}") as unknown:
        assert known["efi"]["efi_user"].find_one({})
        for asked in (unknown["efi"]["efi_user"].find_one, unknown["efi"]["commits"].drop):
            with pytest.raises(OperationFailure, match="requires authentication"):
                asked()
        with pytest.raises(OperationFailure, match="requires authentication"):
            unknown.admin.command("createUser", "mallory", pwd="olives", roles=["root"])


def test_a_data_folder_of_before_gets_credentials_and_keeps_its_data(another):
    folder, port = another.data / "mongo", unused_port()
    folder.mkdir(parents=True)
    options = ["--replSet", REPLICA_SET, "--dbpath", str(folder), "--port", str(port), "--nounixsocket"]
    older = subprocess.Popen([executable(), *options], stdout=subprocess.DEVNULL)
    host = f"127.0.0.1:{port}"
    eventually(lambda: answers("127.0.0.1", port))
    with MongoClient(host, directConnection=True) as client:
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": host}]})
    with MongoClient(f"mongodb://{host}/?replicaSet={REPLICA_SET}") as client:
        client["efi"]["keepsakes"].insert_one({"_id": "olives"})
    older.terminate()
    older.wait()
    another.start()
    with MongoClient(address_of(another.data)) as client:
        assert client["efi"]["keepsakes"].find_one({}) == {"_id": "olives"}


def test_a_key_that_was_lost_is_drawn_anew(another):
    another.start()
    another.stop()
    (another.data / "mongo.key").unlink()
    another.start()
    assert Visitor(another.port).sign_in(STAFF, (another.data / "demo-password").read_text())


def test_a_demo_password_that_is_given_is_not_kept(program):
    assert Visitor(program.port).sign_in(STAFF, "olives and figs")
    assert not (program.data / "demo-password").exists()


@pytest.mark.alone
def test_a_second_start_keeps_the_data_and_serves_within_8_seconds(another):
    another.start()
    visitor = Visitor(another.port)
    visitor.sign_in(STAFF, (another.data / "demo-password").read_text())
    # The better of two: other work on the machine is not what this is about.
    assert min(seconds_to_restart(another) for _ in range(2)) < 8
    assert visitor.is_signed_in()


def test_production_knows_no_demo_accounts(another):
    another.environment |= {
        "EFI_ENV": "production",
        "EFI_SECRET_KEY": "a key of its own, as long as a key has to be",
        "EFI_ALLOWED_HOSTS": "a.bb",
        "EMAIL_URL": "smtp+tls://mail.example:587",
    }
    assert "efi.example" not in another.start()
    with MongoClient(address_of(another.data)) as client:
        assert client["efi"]["efi_user"].count_documents({}) == 0


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(another, sign):
    another.start()
    parts = another.children()
    assert another.stop(sign) == 0
    assert not another.listening()
    assert parts.keys() == {"web", "mongod"}
    assert not any(command(pid) for pid in parts.values())
    assert "Traceback" not in another.said()


@pytest.mark.alone
def test_a_signal_ends_a_program_that_is_still_starting(another):
    another.launch()
    eventually(lambda: "web" in another.children())
    before = time.monotonic()
    assert another.stop() == 0
    assert time.monotonic() - before < 5


def test_a_web_worker_that_is_killed_is_replaced_again_and_again(program):
    for _ in range(2):
        killed = kill(program, "web")
        eventually(lambda: not program.listening())
        eventually(program.listening)
        assert program.children()["web"] != killed
        assert Visitor(program.port).sign_in(STAFF, "olives and figs")


def test_a_mongod_that_is_killed_is_started_again(program):
    visitor = Visitor(program.port)
    visitor.sign_in(STAFF, "olives and figs")
    web, killed = program.children()["web"], kill(program, "mongod")
    eventually(lambda: program.children().get("mongod", killed) != killed)
    assert eventually(visitor.is_signed_in)
    assert program.children()["web"] == web


def test_nothing_that_a_killed_program_leaves_is_in_the_way_of_the_next(another):
    another.start()
    parts = another.children()
    another.stop(signal.SIGKILL)
    eventually(lambda: not another.listening())
    another.start()
    assert not any(command(pid) for pid in parts.values())


def test_a_mongod_left_behind_is_ended(another):
    folder = another.data / "mongo"
    folder.mkdir(parents=True)
    options = ["--dbpath", str(folder), "--port", "0", "--nounixsocket"]
    left = subprocess.Popen([executable(), *options], stdout=subprocess.DEVNULL)
    eventually((folder / "WiredTiger").exists)
    another.start()
    assert left.wait(1) == -signal.SIGKILL


def test_a_command_works_beside_the_program_and_without_it(another):
    another.start()
    beside = another.manage("create_token", STAFF)
    another.stop()
    without = another.manage("create_token", STAFF)
    another.start()
    assert beside != without
    address = f"http://127.0.0.1:{another.port}/api/v1/commands"
    for token in (beside, without):
        with urlopen(Request(address, headers={"Authorization": f"Bearer {token}"}), timeout=10) as response:
            assert response.status == 200


def seconds_to_restart(program: Program) -> float:
    program.stop()
    before = time.monotonic()
    program.start()
    return time.monotonic() - before


def kill(program: Program, part: str) -> int:
    pid = program.children()[part]
    os.kill(pid, signal.SIGKILL)
    return pid
