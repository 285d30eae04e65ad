"""Who may import whom: each contract holds, and is seen broken by what it forbids."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from efi.contexts import ContextConfig
from efi.domain.aggregate import AGGREGATES
from efi.domain.events import EVENTS
from tests.contracts import apps_in

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in LINTER["contracts"]}
WITHIN_A_FUNCTION = "def plant():\n    import {0}\n    return {0}\n"
FOR_TYPES_ONLY = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {0}\n"

PLANTED = [
    ("apps", "efi/writing/commands.py", "import catalog.events", "efi.writing.commands -> catalog.events"),
    (
        "apps",
        "efi/writing/commands.py",
        WITHIN_A_FUNCTION.format("catalog.events"),
        "efi.writing.commands -> catalog.events",
    ),
    ("apps", "efi/http/api.py", "import readmodels.categories", "efi.http.api -> readmodels.categories"),
    ("apps", "catalog/api.py", "import readmodels.categories", "catalog.api -> readmodels.categories"),
    ("published", "readmodels/api.py", "import catalog.domain.product", "readmodels.api -> catalog.domain.product"),
    (
        "published",
        "readmodels/api.py",
        FOR_TYPES_ONLY.format("catalog.domain.stock"),
        "readmodels.api -> catalog.domain.stock",
    ),
    ("published", "readmodels/categories.py", "import catalog.claims", "readmodels.categories -> catalog.claims"),
    (
        "published",
        "readmodels/api.py",
        "import catalog.commands.products",
        "readmodels.api -> catalog.commands.products",
    ),
    (
        "context",
        "catalog/events/products.py",
        "import catalog.domain.product",
        "catalog.events.products -> catalog.domain.product",
    ),
    (
        "domain",
        "catalog/domain/stock.py",
        "import catalog.domain.product",
        "catalog.domain.stock -> catalog.domain.product",
    ),
    ("context", "catalog/domain/stock.py", "import catalog.commands", "catalog.domain.stock -> catalog.commands"),
    ("context", "catalog/commands/stock.py", "import catalog.api", "catalog.commands.stock -> catalog.api"),
    ("context", "catalog/utils.py", "", "catalog.utils"),
    ("read_side", "readmodels/categories.py", "import readmodels.api", "readmodels.categories -> readmodels.api"),
    (
        "read_side",
        "readmodels/categories.py",
        "import readmodels.price_history",
        "readmodels.categories -> readmodels.price_history",
    ),
    ("read_side", "readmodels/utils.py", "", "readmodels.utils"),
    (
        "shop",
        "readmodels/shop/words.py",
        "import readmodels.shop.views",
        "readmodels.shop.words -> readmodels.shop.views",
    ),
    ("shop", "readmodels/shop/utils.py", "", "readmodels.shop.utils"),
    ("kernel", "efi/domain/events.py", "import efi.writing.bus", "efi.domain.events -> efi.writing.bus"),
    ("kernel", "efi/log/event_store.py", "import efi.writing.commands", "efi.log.event_store -> efi.writing.commands"),
    ("kernel", "efi/writing/commands.py", "import efi.delivery.relay", "efi.writing.commands -> efi.delivery.relay"),
    (
        "kernel",
        "efi/writing/commands.py",
        "import efi.reading.projections",
        "efi.writing.commands -> efi.reading.projections",
    ),
    ("kernel", "efi/reading/records.py", "import efi.writing.commands", "efi.reading.records -> efi.writing.commands"),
    ("kernel", "efi/delivery/relay.py", "import efi.http.answers", "efi.delivery.relay -> efi.http.answers"),
    ("kernel", "efi/http/api.py", "import efi.delivery.relay", "efi.http.api -> efi.delivery.relay"),
    ("kernel", "efi/utils.py", "", "efi.utils"),
    (
        "operations",
        "efi/operations/verification/verify.py",
        "import efi.operations.rebuilding.rebuild",
        "efi.operations.verification.verify -> efi.operations.rebuilding.rebuild",
    ),
    ("operations", "efi/operations/utils.py", "", "efi.operations.utils"),
    (
        "imports",
        "catalog/imports/product_rows.py",
        "import catalog.imports.lookups",
        "catalog.imports.product_rows -> catalog.imports.lookups",
    ),
    ("importing", "efi/imports/tables.py", "import efi.imports.runs", "efi.imports.tables -> efi.imports.runs"),
    (
        "search",
        "readmodels/search/elastic.py",
        "import readmodels.search.feed",
        "readmodels.search.elastic -> readmodels.search.feed",
    ),
    (
        "staff",
        "efi/staff/accounts.py",
        "import efi.staff.commands.verbs",
        "efi.staff.accounts -> efi.staff.commands.verbs",
    ),
    ("staff", "efi/staff/utils.py", "", "efi.staff.utils"),
    (
        "staff_commands",
        "efi/staff/commands/fields.py",
        "import efi.staff.commands.verbs",
        "efi.staff.commands.fields -> efi.staff.commands.verbs",
    ),
    (
        "staff_records",
        "efi/staff/records/lists.py",
        "import efi.staff.records.pages",
        "efi.staff.records.lists -> efi.staff.records.pages",
    ),
    (
        "writes",
        "catalog/commands/products.py",
        "import efi.reading.generations",
        "catalog.commands.products -> efi.reading.generations",
    ),
    ("writes", "catalog/commands/stock.py", "import catalog.records", "catalog.commands.stock -> catalog.records"),
    (
        "writes",
        "efi/writing/claims.py",
        "import efi.reading.projections",
        "efi.writing.claims -> efi.reading.projections",
    ),
    ("plain", "catalog/domain/product.py", "import django.utils.text", "catalog.domain.product -> django"),
    ("plain", "catalog/events/stock.py", "import bson", "catalog.events.stock -> bson"),
    ("plain", "catalog/values.py", "import pymongo", "catalog.values -> pymongo"),
    ("plain", "catalog/domain/stock.py", "import random", "catalog.domain.stock -> random"),
    ("plain", "efi/domain/payloads.py", "import pymongo", "efi.domain.payloads -> pymongo"),
    (
        "plain",
        "efi/domain/aggregate.py",
        "import efi.writing.repository",
        "efi.domain.aggregate -> efi.writing.repository",
    ),
]


@pytest.fixture
def tree(tmp_path):
    """A copy of the sources."""
    for package in apps_in(ROOT):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tree, *contracts):
    """The linter's verdict in lines that are not wrapped."""
    only = [option for contract in contracts for option in ("--contract", contract)]
    run = [sys.executable, ROOT / "tests" / "contracts.py", *only]
    return subprocess.run(run, cwd=tree, env={"COLUMNS": "300"}, capture_output=True, text=True, check=False)


def plant(tree, file, text):
    with (tree / file).open("a") as source:
        source.write(f"\n{text}\n")


def test_every_contract_holds():
    verdict = lint(ROOT)
    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize(("contract", "file", "text", "named"), PLANTED, ids=lambda value: value.split("\n")[0][:40])
def test_what_a_contract_forbids_breaks_it(tree, contract, file, text, named):
    plant(tree, file, text)
    verdict = lint(tree, contract)
    assert verdict.returncode == 1
    assert f"{CONTRACTS[contract]['name']} BROKEN" in verdict.stdout
    assert named in verdict.stdout


def test_every_contract_has_been_seen_broken():
    assert {contract for contract, *_ in (*PLANTED, *NEW_APPS)} == set(CONTRACTS)


NEW_APPS = [
    ("apps", "loyalty", "reactions", "import catalog.events", "loyalty.reactions -> catalog.events"),
    ("apps", "catalog", "claims", "import loyalty.values", "catalog.claims -> loyalty.values"),
    ("apps", "catalog", "claims", "import ordering.values", "catalog.claims -> ordering.values"),
    ("published", "readmodels", "facets", "import loyalty.grants", "readmodels.facets -> loyalty.grants"),
    ("published", "analytics", "sales", "import catalog.claims", "analytics.sales -> catalog.claims"),
    ("published", "analytics", "sales", "import loyalty.grants", "analytics.sales -> loyalty.grants"),
    ("talks", "ordering", "reactions", "import catalog.commands", "ordering.reactions -> catalog.commands"),
    (
        "reactions",
        "ordering",
        "reactions",
        "import efi.reading.generations",
        "ordering.reactions -> efi.reading.generations",
    ),
    ("talks", "ordering", "reactions", "import loyalty.grants", "ordering.reactions -> loyalty.grants"),
    ("context", "loyalty", "helpers", "", "loyalty.helpers"),
    ("context", "loyalty", "values", "import loyalty.grants", "loyalty.values -> loyalty.grants"),
    ("writes", "loyalty", "commands", "import efi.reading.progress", "loyalty.commands -> efi.reading.progress"),
    ("plain", "loyalty", "values", "import django", "loyalty.values -> django"),
]
"""What a context to come, and what one that nobody has thought of yet, may not do."""
PUBLISHED = "catalog.events, catalog.events.products, catalog.values, catalog.values.labels"


@pytest.fixture
def with_new_apps(tree):
    """A context in a layer of its own, one that no contract names, and an app that reads; each as plain as can be."""
    (tree / "analytics").mkdir()
    for module in ("__init__", "apps", "sales"):
        (tree / "analytics" / f"{module}.py").touch()
    for app in ("ordering", "loyalty"):
        (tree / app).mkdir()
        for module in ("__init__", "apps", "grants", "reactions", "commands", "domain", "events", "values"):
            (tree / app / f"{module}.py").touch()
    return tree


def test_a_new_app_is_under_the_contracts_without_being_listed(with_new_apps):
    plant(with_new_apps, "ordering/reactions.py", f"import {PUBLISHED}, loyalty.events")
    plant(with_new_apps, "readmodels/facets.py", f"import {PUBLISHED}, loyalty.values")
    plant(with_new_apps, "analytics/sales.py", f"import {PUBLISHED}, loyalty.events, loyalty.values")
    verdict = lint(with_new_apps, "apps", "published", "talks", "context", "writes", "plain")
    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize(("contract", "app", "module", "text", "named"), NEW_APPS)
def test_what_a_new_app_must_not_do_breaks_a_contract(with_new_apps, contract, app, module, text, named):
    plant(with_new_apps, f"{app}/{module}.py", text)
    verdict = lint(with_new_apps, contract)
    assert verdict.returncode == 1
    assert named in verdict.stdout


def test_the_contracts_are_of_every_app_of_ours():
    registering = {app.name for app in apps.get_app_configs() if isinstance(app, ContextConfig) and "." not in app.name}
    assert set(apps_in(ROOT, ROOT / "tests" / "contexts")) == registering


def test_no_aggregate_is_left_out_of_those_that_are_plain():
    rules = {kind.__module__ for kind in [*AGGREGATES.values(), *EVENTS.values()]}
    ours = {module for module in rules if not module.startswith(("efi.", "tests."))}
    assert {module for module in ours if module.split(".")[1] not in ("domain", "events")} == set()
    assert {"*.domain.**", "*.events"} <= set(CONTRACTS["plain"]["source_modules"])


@pytest.mark.parametrize(
    "text",
    [
        'from django.apps import apps\n\nProduct = apps.get_model("catalog.Product")\n',
        'import django.apps\n\nProduct = django.apps.apps.get_model("catalog", "Product")\n',
        "from functools import cached_property\n\n__all__ = [cached_property]\n",
    ],
)
def test_neither_a_model_by_its_name_in_a_string_is_had_nor_a_property_that_locks_all_instances(text):
    run = [BIN / "ruff", "check", "--select", "TID251", "--stdin-filename", "catalog/planted.py", "-"]
    verdict = subprocess.run(run, cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    assert verdict.returncode == 1
    assert "TID251" in verdict.stdout
