"""`make mutants` on one rule: it names the fault that no test sees, and fails until somebody says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULE = """\
LARGEST = 10


def fits(quantity):
    return 0 < quantity <= LARGEST
"""
TESTS = """\
from rule import fits


def test_ten_fit():
    assert fits(10)


def test_eleven_do_not():
    assert not fits(11)


def test_one_fits():
    assert fits(1)
"""
SEES_ZERO = """

def test_none_is_no_quantity():
    assert not fits(0)
"""
RUN = """\
import sys
from pathlib import Path
from tests.mutants import __main__ as mutants, trying

mutants.ROOT = Path.cwd()
mutants.EXPLAINED = Path("survivors.toml")
mutants.TOUCHED = {"rule.py": ["test_rule.py"]}
mutants.LEAST_KILLED = float(sys.argv[1])
trying.READY = ()
sys.argv = ["mutants"]
mutants.main()
"""
UNSEEN = "rule.py fits: 0 < quantity <= LARGEST with LtE"
EXPLAINED = f'[why]\n"{UNSEEN}" = "Nobody orders nothing."\n'


@pytest.fixture
def run(tmp_path):
    (tmp_path / "rule.py").write_text(RULE)

    def tried(tests, why="[why]\n", least=0.5):
        (tmp_path / "test_rule.py").write_text(tests)
        (tmp_path / "survivors.toml").write_text(why)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
        paths = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, "-c", RUN, str(least)],
            cwd=tmp_path,
            env=environment | paths,
            capture_output=True,
            text=True,
            check=False,
        )

    return tried


def test_faults_that_are_all_seen_pass(run):
    told = run(TESTS + SEES_ZERO)
    assert (told.returncode, told.stdout) == (0, "4 of 4 tried, 4 killed: 100.0%\n")


def test_one_that_no_test_sees_is_named(run):
    told = run(TESTS)
    assert (told.returncode, told.stderr) == (1, f"survives, and nobody says why: {UNSEEN}\n")


def test_one_that_is_explained_passes(run):
    assert run(TESTS, EXPLAINED).returncode == 0


def test_one_that_is_explained_and_seen_after_all_is_named(run):
    told = run(TESTS + SEES_ZERO, EXPLAINED)
    assert (told.returncode, told.stderr) == (1, f"explained, and killed: {UNSEEN}\n")


def test_too_many_that_no_test_sees_fail_though_they_are_explained(run):
    told = run(TESTS, EXPLAINED, least=0.95)
    assert (told.returncode, told.stderr) == (1, "fewer than 95% are killed\n")


def test_tests_that_fail_without_any_fault_are_told_of(run):
    told = run(TESTS.replace("assert fits(10)", "assert not fits(10)"))
    assert told.returncode == 1
    assert told.stderr.endswith("efi: mutants cannot be tried\n")
