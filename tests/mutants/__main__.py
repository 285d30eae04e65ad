"""`make mutants`: says how many faults the tests see, and fails if one that nobody has explained is not seen."""

import os
import sys
import tomllib
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from efi.runtime.batches import batched
from tests.mutants.faults import Mutant, mutants_of
from tests.mutants.trying import Work, survivors

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("survivors.toml")
TRIED, LEAST_KILLED = 320, 0.95
AT_A_TIME = 30
LETTERS = 5
"""By so many `category.py` and `test_categories.py` are called alike."""
by_path = attrgetter("path")
ALWAYS = ("alternative", "grant")
"""These are all tried; of the others as many as are left, chosen by their names and so the same the next time."""
RULES = [f"tests/catalog/test_{one}.py" for one in ("products", "proposals", "categories", "lots", "stock", "bundles")]
RULES += [f"tests/catalog/test_{one}.py" for one in ("suppliers", "expiry", "stock_always", "pictures")]
RECORDS = ["tests/catalog/test_records.py", "tests/catalog/test_stock_records.py"]
SHOWN = [f"tests/readmodels/test_{one}.py" for one in ("product_catalog", "categories", "price_history")]
LISTS = [f"tests/api/test_{one}.py" for one in ("many_products", "products", "one_product", "bundles")]
TOUCHED = {
    "catalog/domain/upcasters.py": ["tests/efi/test_examples.py"],
    "catalog/domain/": [*RULES, *SHOWN],
    "catalog/events/": [*SHOWN, *RULES, *RECORDS],
    "catalog/values/": [*RULES, *RECORDS, *SHOWN, "tests/efi/test_values.py", "tests/api/test_bad_input.py"],
    "catalog/records/": [*RECORDS, *RULES, "tests/api/test_approvals.py", "tests/admin/test_records.py"],
    "catalog/grants.py": ["tests/api/test_who_may_what.py"],
    "readmodels/categories.py": [*SHOWN, "tests/api/test_categories.py", *LISTS],
    "readmodels/bundles.py": ["tests/api/test_bundles.py"],
    "readmodels/product_queries.py": [*LISTS, "tests/api/test_indexes.py"],
    "readmodels/product_catalog.py": [*SHOWN, *LISTS, "tests/api/test_indexes.py"],
    "readmodels/facets.py": [*SHOWN, *LISTS, "tests/api/test_indexes.py"],
    "readmodels/filters.py": LISTS,
    "readmodels/price_history.py": SHOWN,
}
"""What tests a module, by how its path begins: the first that fits."""


def tests_of(path: str) -> list[str]:
    """Returns what tests a module: first what is called like it, as most faults are seen there."""
    named = Path(path).stem[:LETTERS]
    return sorted(
        next(tests for begin, tests in TOUCHED.items() if path.startswith(begin)), key=lambda one: named not in one
    )


def all_mutants() -> Iterator[Mutant]:
    for begin in TOUCHED:
        places = sorted((ROOT / begin).glob("*.py")) if begin.endswith("/") else [ROOT / begin]
        for place in places:
            path = str(place.relative_to(ROOT))
            if begin.endswith(".py") or path not in TOUCHED:
                yield from mutants_of(ROOT, path)


def chosen(given: list[Mutant], most: int) -> list[Mutant]:
    return sorted(given, key=lambda one: (one.kind not in ALWAYS, one.digest))[:most]


def works_of(mutants: list[Mutant]) -> Iterator[Work]:
    """Yields the work, divided so that several processes have a share of it."""
    for path, those in groupby(sorted(mutants, key=by_path), key=by_path):
        given = list(those)
        in_functions = [one for one in given if one.function]
        for some in batched(in_functions, AT_A_TIME):
            yield Work(tests=tests_of(path), in_functions=some)
        yield from (Work(tests=tests_of(path), elsewhere=one) for one in given if not one.function)


def main() -> None:
    there = list(all_mutants())
    mutants = chosen(there, int(sys.argv[1]) if len(sys.argv) > 1 else TRIED)
    explained = tomllib.loads(EXPLAINED.read_text())["why"]
    lived = set[str]()
    for name in survivors(list(works_of(mutants)), os.cpu_count() or 1):
        lived.add(name)
        print(f"survives: {name}", flush=True)
    seen = 1 - len(lived) / len(mutants)
    print(f"{len(mutants)} of {len(there)} tried, {len(mutants) - len(lived)} killed: {seen:.1%}")
    faults = [f"survives, and nobody says why: {name}" for name in sorted(lived - explained.keys())]
    faults += [f"explained, and killed: {one.name}" for one in mutants if one.name in explained.keys() - lived]
    faults += [f"explained, and no longer there: {name}" for name in explained.keys() - {one.name for one in there}]
    faults += [f"fewer than {LEAST_KILLED:.0%} are killed"] if seen < LEAST_KILLED else []
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main()
