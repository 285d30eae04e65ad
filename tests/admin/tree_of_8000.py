"""Trees of 8,000 categories and more, as the log has them."""

from collections.abc import Iterable

from catalog.events import CategoryCreated
from tests.catalog.larder import category
from tests.given import elsewhere, identity

A_COMMIT = 1_000


def grown(wide: int = 20) -> None:
    """Three levels, each category of which has this many below it: 8,420 in all."""
    names = [f"{one}" for one in range(wide)]
    second = [f"{name}.{one}" for name in names for one in range(wide)]
    third = [f"{name}.{one}" for name in second for one in range(wide)]
    _append(_below(name) for name in (*names, *second, *third))


def grown_flat(many: int = 8_000) -> None:
    _append(_below(f"{one}") for one in range(many))


def _below(name: str) -> CategoryCreated:
    above = name.rpartition(".")[0]
    return category(identity(name), name, below=identity(above) if above else None)


def _append(facts: Iterable[CategoryCreated]) -> None:
    made = list(facts)
    for begin in range(0, len(made), A_COMMIT):
        elsewhere("categories", *made[begin : begin + A_COMMIT])
