"""What keeps the program from starting is said in one sentence."""

import socket
import subprocess

import pytest

from efi.running.embedded import answers, executable, owned, unused_port
from tests.services.program import Program, eventually

PRODUCTION = {
    "EFI_ENV": "production",
    "EFI_SECRET_KEY": "a key of its own, as long as a key has to be",
    "EFI_ALLOWED_HOSTS": "shop.example",
    "EMAIL_URL": "smtp+tls://mail.example:587",
}


def assert_refused(program: Program, because: str) -> None:
    code, said = program.refusal()
    assert code == 1
    assert said.startswith("efi: ")
    assert because in said
    assert said.count("\n") == 1
    assert not program.listening()


def test_a_port_that_is_taken(tmp_path):
    program = Program(tmp_path / "data")
    with socket.create_server(("127.0.0.1", program.port)):
        code, said = program.refusal()
    assert (code, said) == (1, f"efi: cannot serve at 127.0.0.1, port {program.port}: Address already in use\n")


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none(tmp_path, port):
    assert_refused(Program(tmp_path / "data", PORT=port), f"PORT is a number from 1 to 65535, not '{port}'")


def test_a_data_folder_in_use(tmp_path):
    with owned(tmp_path / "data"):
        assert_refused(Program(tmp_path / "data"), "in use by another instance")


@pytest.mark.parametrize("folder", ["/dev/null/data", "/proc/data"])
def test_a_data_folder_that_cannot_be_written_to(tmp_path, folder):
    assert_refused(Program(tmp_path / "data", EFI_DATA=folder), f"the data folder {folder} cannot be written to")


def test_no_mongod_for_this_platform(tmp_path):
    (tmp_path / "fiftyone").mkdir()
    (tmp_path / "fiftyone" / "__init__.py").touch()
    program = Program(tmp_path / "data", PYTHONPATH=str(tmp_path), PATH="/nowhere")
    assert_refused(program, "put a mongod (6.0 or newer) on the PATH, or name a replica set in MONGODB_URI")


def test_libcurl_missing(tmp_path):
    (tmp_path / "libcurl.so.4").touch()
    program = Program(tmp_path / "data", LD_LIBRARY_PATH=str(tmp_path), PATH="/nowhere")
    assert_refused(program, "MongoDB needs libcurl.so.4, which is missing here: apt-get install libcurl4")


def test_a_mongod_on_the_path_that_does_not_run(tmp_path):
    fake = tmp_path / "mongod"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    assert_refused(Program(tmp_path / "data", PATH=str(tmp_path)), "MongoDB ended at once (3)")


def test_a_mongodb_that_cannot_be_reached(tmp_path):
    program = Program(tmp_path / "data", MONGODB_URI="mongodb://user:secret@127.0.0.1:1/")
    assert_refused(program, "no MongoDB with a primary answers at MONGODB_URI (127.0.0.1:1)")


def test_an_address_that_is_none_of_mongodb(tmp_path):
    assert_refused(Program(tmp_path / "data", MONGODB_URI="http://example.com"), "MONGODB_URI cannot be used")


@pytest.mark.parametrize("password", ["oliv@s", "oliv/s@x", "oliv%s", "o:livs", "oliv?s"])
def test_a_mongodb_whose_address_holds_an_unescaped_password_is_named_without_it(tmp_path, password):
    program = Program(tmp_path / "data", MONGODB_URI=f"mongodb://efi:{password}@127.0.0.1:1/efi")
    code, said = program.refusal()
    assert (code, "MONGODB_URI" in said, "liv" in said) == (1, True, False)


def test_a_mongodb_that_is_not_a_replica_set(tmp_path, lone_mongod):
    assert_refused(Program(tmp_path / "data", MONGODB_URI=lone_mongod), "is not a replica set")


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"EFI_SECRET_KEY": "for development only: everybody knows this key"}, "secret key"),
        ({"EFI_DEBUG": "yes"}, "EFI_DEBUG"),
        ({"EFI_ALLOWED_HOSTS": ""}, "EFI_ALLOWED_HOSTS"),
        ({"EFI_ENV": "productoin"}, "EFI_ENV is development or production"),
    ],
)
def test_production_with_what_is_only_good_for_development(tmp_path, change, because):
    assert_refused(Program(tmp_path / "data", **(PRODUCTION | change)), because)


@pytest.fixture
def lone_mongod(tmp_path):
    port = unused_port()
    options = ["--bind_ip", "127.0.0.1", "--port", str(port), "--dbpath", str(tmp_path), "--nounixsocket"]
    with subprocess.Popen([executable(), *options], stdout=subprocess.DEVNULL) as mongod:
        eventually(lambda: answers("127.0.0.1", port))
        yield f"mongodb://127.0.0.1:{port}/"
        mongod.terminate()
