# The whole developer interface: one verb a job. Everything lives in .venv below this folder.
PYTHON ?= python3
BIN := .venv/bin
HOST ?= 127.0.0.1
JOBS ?= 2
PORT ?= 5000
# What routing and the engine are measured by; measuring makes everything else a third slower for nothing.
MEASURED := tests/call tests/flow tests/routing tests/twilio

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format fuzz faults bench lock clean

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

setup: .venv/.ready  ## make .venv with the exact versions of requirements.lock

.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: setup  ## start the line: webhooks, embedded database, demo customers
	$(BIN)/ivr serve --host $(HOST) --port $(PORT)

test: setup lint  ## lint, types, import rules, every test, every shipped call, both coverages
	$(BIN)/ivr check
	$(BIN)/pytest -n $(JOBS) --dist worksteal --cov --cov-report= $(MEASURED)
	$(BIN)/pytest -n $(JOBS) --dist worksteal $(MEASURED:%=--ignore=%)
	@echo "Branch coverage of routing and of the engine (at least 95 %):"
	$(BIN)/coverage report --include="routing/*,ivr/call/*,ivr/flow/*" --skip-covered --fail-under=95
	@echo "Edge coverage of the menu by the shipped calls (at least 95 %):"
	$(BIN)/ivr replay flows --coverage --least 95

lint: setup  ## ruff, mypy, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## let ruff write what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: setup  ## 100,000 fuzzed webhook bodies on each database, and some more by schema
	IVR_FUZZ=100000 $(BIN)/pytest -p no:cacheprovider tests/properties/test_fuzzed_webhooks.py tests/properties/test_fuzzed_by_schema.py

faults: setup  ## as many kills and broken writes on a PostgreSQL server as on SQLite
	IVR_FAULTS=1 $(BIN)/pytest -p no:cacheprovider -s tests/faults/test_killed_houses.py tests/faults/test_broken_disks_of_servers.py

bench: setup  ## ratios against a floor measured in the same run
	$(BIN)/python -m bench

lock:  ## renew requirements.lock from the ranges in pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --output-file requirements.lock

clean:  ## remove .venv and every cache
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
