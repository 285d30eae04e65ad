"""What `manage.py verify` says of what has converged: nothing."""

from collections.abc import Callable

from efi.operations.verification.verify import Finding, Order, subjects, verify
from tests.convergence.baton import Boundary
from tests.convergence.plays import play

HISTORIES = range(12)


def test_verify_finds_nothing_wrong_with_what_has_converged(boundary: Boundary, say: Callable[[str], None]) -> None:
    found: list[Finding] = []
    looked = 0
    for seed in HISTORIES:
        assert not play(seed, boundary).differences
        for name in subjects():
            looked += verify(name, Order(sample=None, tell=found.append)).looked.total()
    say(f"verified: {len(HISTORIES)} histories, {looked} things looked at")
    assert [str(one.difference) for one in found] == []
    assert looked
