# The whole developer interface: one verb a job. Everything lives in .venv below this folder.
PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# A lock that names a folder or an index of one machine is none: only names, versions and hashes are written.
LOCK := $(UV) pip compile $(UPGRADE) --quiet --no-config --no-header --universal --python-version 3.11 --generate-hashes
BUILDAH ?= buildah
HOST ?= 127.0.0.1
JOBS ?= 2
PORT ?= 5000
# Hundreds of processes are started by the tests: none of them compiles anew what another one has compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test suite calls lint format fuzz faults ha image mutants bench bench-large messages schema voice judge lock clean pictures

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

# Nothing is resolved when .venv is made: every version and every file stands in a lock, so that what others release
# tomorrow changes nothing here. What builds this checkout comes from a lock as well, and is gone again afterwards.
LOCKED := --no-deps --require-hashes --no-build-isolation

setup: .venv/.develops  ## make .venv with everything to develop and test: requirements-dev.lock

# What pip installs is not compiled, which would take a third of the time of setting up: what a line imports of it is, at
# the end, so that no command compiles it for itself where nothing is kept (PYTHONDONTWRITEBYTECODE).
.venv/.runs: requirements.lock requirements-build.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(PIP) $(LOCKED) --target .venv/build -r requirements-build.lock
	PYTHONPATH="$(CURDIR)/.venv/build" $(PIP) $(LOCKED) --ignore-installed --no-compile -r requirements.lock
	PYTHONPATH="$(CURDIR)/.venv/build" $(PIP) --no-deps --no-build-isolation --editable .
	$(BIN)/python .ci/compiled.py
	rm -rf .venv/build
	$(call judge,requirements.lock)
	touch $@

# Adds to .venv, and takes nothing away under a line that runs in it.
.venv/.develops: .venv/.runs requirements-dev.lock
	$(PIP) $(LOCKED) -r requirements-build.lock
	$(PIP) $(LOCKED) -r requirements-dev.lock
	$(call judge,requirements-dev.lock)
	touch $@

define judge
	$(BIN)/pip check --disable-pip-version-check
	@$(BIN)/python .ci/installed.py $(1)
endef

run: .venv/.runs  ## start the line as its folder is saved (--follow): webhooks, embedded database, demo customers
	$(BIN)/ivr serve --follow --host $(HOST) --port $(PORT)

# Tests wait for servers, locks and disks, so that there is one worker more, and the last of them runs alone: lint and
# calls take what they leave idle.
test: setup  ## lint, types, import rules, every test, every shipped call, both coverages
	$(MAKE) --no-print-directory --jobs 2 suite lint calls

suite: setup
	$(BIN)/pytest -n $$(($(JOBS) + 1)) --dist loadfile --no-loadscope-reorder --cov --cov-report=
	@echo "Branch coverage of routing and of the engine (at least 95 %):"
	$(BIN)/coverage report --skip-covered --fail-under=95

calls: setup
	$(BIN)/ivr check
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

fuzz: setup  ## 100,000 fuzzed webhook bodies on each database, some more by schema, and every property at length
	IVR_FUZZ=100000 $(BIN)/pytest -p no:cacheprovider tests/properties/test_fuzzed_webhooks.py tests/properties/test_fuzzed_by_schema.py
	IVR_MISTAKES=all $(BIN)/pytest -p no:cacheprovider tests/flow/test_labelled_mistakes.py
	$(BIN)/pytest -n $(JOBS) -p no:cacheprovider --hypothesis-profile thorough -m hypothesis tests --ignore=tests/properties/test_fuzzed_webhooks.py --ignore=tests/properties/test_fuzzed_by_schema.py

faults: setup  ## the long run: 200 kills, and every broken write, on each database; every secret on both; all callers' manners
	IVR_FAULTS=1 $(BIN)/pytest -p no:cacheprovider -s tests/faults
	IVR_FAULTS=1 $(BIN)/pytest -p no:cacheprovider -n $(JOBS) tests/security tests/properties tests/data tests/worker tests/backups tests/upgrades tests/replay/test_manners_of_callers.py tests/replay/test_recorded_calls.py \
		tests/cli/test_exploring_lines.py

ha: setup  ## several machines at length: processes, primaries and whole nodes die under load (HAProxy, Patroni, etcd)
	IVR_HA=1 $(BIN)/pytest -p no:cacheprovider -s tests/machines

image:  ## the line as a container image, by deploy/Containerfile; BASE=... another Debian 12, BUILDAH=podman or docker
	$(BUILDAH) build $(if $(BASE),--build-arg BASE=$(BASE)) --tag ivr-4003-0015 --file deploy/Containerfile .

mutants: setup  ## break each named rule in a copy of the tree, and both menus in every way: a test, or a call, must notice
	$(BIN)/python -m tests.mutants
	for line in 4003-0015 internacional; do $(BIN)/ivr mutate $$line --jobs $(JOBS) --fail-under 95 || exit 1; done

# The voice has a Python of its own: what it needs is ten times what a line needs, and its phonemes are under the GPL.
.voice/.ready: requirements-voice.lock
	$(PYTHON) -m venv --clear .voice
	.voice/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-voice.lock
	touch $@

voice: .venv/.runs .voice/.ready  ## render the prompts that have no clip, or another text than their clip
	$(BIN)/ivr prompts voice --python .voice/bin/python

judge: .voice/.ready  ## let a recogniser write down every clip of four words and more: less than 15 % of them wrong
	.voice/bin/python -m tests.studio.judge

bench: setup  ## one table: figures, floors measured in the same run, ratios, goals
	$(BIN)/python -m bench

bench-large: setup  ## the same with a million stored calls, 5,000 states, 100,000 turns and a day of 10,000 queued calls: minutes, and gigabytes
	$(BIN)/python -m bench day stored states memory media-minute

pictures: setup  ## take the pictures of the pages anew, for the README (needs Chromium)
	IVR_PICTURES=docs/pictures $(BIN)/pytest -q -p no:cacheprovider tests/browser -k "by_mouse or fits or lights"

messages: setup  ## write into the catalogues what is not translated yet
	$(BIN)/python -m tests.catalogues

schema: setup  ## write the shipped JSON Schemas and the guide's table of keys anew
	$(BIN)/python -m tests.schema.written

lock:  ## renew the four locks from the ranges in pyproject.toml; UPGRADE=--upgrade takes the newest of all (needs uv)
	$(LOCK) pyproject.toml --extra line --output-file requirements.lock
	$(LOCK) pyproject.toml --extra line --extra load --extra traces --group dev --group build --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) --group build --constraint requirements-dev.lock --output-file requirements-build.lock
	$(LOCK) pyproject.toml --extra line --extra voice --group judge --constraint requirements.lock --output-file requirements-voice.lock

clean:  ## remove .venv and every cache
	rm -rf .venv .voice .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
