"""Checks who imports whom, by the contracts in pyproject.toml, of every app that there is: `python tests/contracts.py`.

import-linter looks at the packages that it is told of, so that a new app would be under no contract until somebody lists
it. Here the packages of the working directory are found by their apps.py. A context that stands in no layer yet stands
beside the catalogue, and may know no other.
"""

import json
import sys
import tempfile
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importlinter.cli import lint_imports

Config = dict[str, Any]
PUBLISHED = ("contract", "events", "values")
READ_SIDE = ("events", "values")


def apps_in(*folders: Path) -> list[str]:
    """Returns the packages of these folders that are apps."""
    return sorted(file.parent.name for folder in folders for file in folder.glob("*/apps.py"))


def widened(config: Config, apps: list[str]) -> Config:
    """Returns the contracts as they are to hold for these apps."""
    contracts = {contract["id"]: dict(contract) for contract in config["contracts"]}
    layers = [[name.strip("() ") for name in layer.split("|")] for layer in contracts["apps"]["layers"]]
    new = [app for app in apps if not any(app in layer for layer in layers)]
    layers[-2] += new
    contracts["apps"]["layers"] = [" | ".join(f"({name})" for name in layer) for layer in layers]
    reading, *of_contexts = [[app for app in layer if app in apps] for layer in layers[:-1]]
    contexts = [app for layer in of_contexts for app in layer]
    contracts["published"] |= {
        "source_modules": reading,
        "forbidden_modules": contexts,
        "ignore_imports": _published_to(reading, READ_SIDE),
    }
    contracts["context"]["containers"] = contexts
    above = list(_above(contracts.pop("talks"), of_contexts))
    return {**config, "root_packages": apps, "contracts": [*contracts.values(), *above]}


def _above(contract: Config, layers: list[list[str]]) -> Iterator[Config]:
    """Yields the contract for each layer of contexts that stands above others."""
    for at, upper in enumerate(layers):
        lower = [app for layer in layers[at + 1 :] for app in layer]
        if upper and lower:
            may = _published_to(upper, PUBLISHED)
            yield contract | {"source_modules": upper, "forbidden_modules": lower, "ignore_imports": may}


def _published_to(apps: list[str], modules: tuple[str, ...]) -> list[str]:
    """Returns the imports of these modules, or of what is in them, by these apps."""
    return [f"{app}.** -> *.{module}{inner}" for app in apps for module in modules for inner in ("", ".*")]


def written(config: Config) -> str:
    """Returns a configuration as TOML, in which texts, lists and truth are written as in JSON."""
    tables = [("[tool.importlinter]", {name: value for name, value in config.items() if name != "contracts"})]
    tables += [("[[tool.importlinter.contracts]]", contract) for contract in config["contracts"]]
    return "\n".join(
        "\n".join([head, *(f"{name} = {json.dumps(value)}" for name, value in table.items())]) for head, table in tables
    )


def main() -> int:
    """Returns 0 where every contract holds."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--contract", action="append", default=[])
    only = tuple(parser.parse_args().contract)
    here = Path.cwd()
    nested = here / "tests" / "contexts"
    sys.path[:0] = [str(here), str(nested)]
    config = tomllib.loads((here / "pyproject.toml").read_text())["tool"]["importlinter"]
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(written(widened(config, apps_in(here, nested))))
        file.flush()
        return lint_imports(config_filename=file.name, limit_to_contracts=only, no_cache=True, no_logo=True)


if __name__ == "__main__":
    sys.exit(main())
