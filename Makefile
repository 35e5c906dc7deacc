# The commands of this repository. `make` alone explains them.
#
# `make check` is what has to hold before anything is merged; .ci/run calls nothing else. It runs the tests once, by
# `make test`: on SQLite and, beside it, on PostgreSQL. While working, `make lint` is the quick half.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?=

BIN := .venv/bin
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help install run test check lint bench format schema lock clean

help: ## Explain these commands
	@echo "Ordergraph: orders behind one GraphQL schema. Start with: make run"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make run PORT=8123 HOST=0.0.0.0 ARGS=--no-simulation"
	@echo "  make test ARGS='-k returns -x'          (any options of pytest)"
	@echo "  DATABASE_URL=postgres://me@db/orders make run"

install: $(INSTALLED) ## Make .venv with everything in requirements.lock (instant when it is up to date)

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Ordergraph needs Python 3.11 or newer as '$(PYTHON)'; name another one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install make python3-venv" >&2; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || { echo "Making .venv"; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing what requirements.lock names (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(INSTALLED) ## Fill an embedded database with a demo shop if it is empty, and serve it on PORT
	@$(BIN)/ordergraph demo --host $(HOST) --port $(PORT)
	@exec $(BIN)/ordergraph serve --host $(HOST) --port $(PORT) $(ARGS)

test: $(INSTALLED) ## Run the tests on SQLite, and on PostgreSQL, Redis, node and Chromium where they are
	@$(BIN)/python -m tests.run $(ARGS)

check: lint test ## Everything that has to hold: format, lint, types, contracts, schema, documents, tests

lint: $(INSTALLED) ## The quick half of check: all of it but the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/ordergraph export-schema --check
	$(BIN)/python docs/check_release.py
	@$(BIN)/python -m tests.lint

bench: $(INSTALLED) ## Measure, on this machine: what costly documents cost, and how fast the grid is on 100,000 orders
	@$(BIN)/python -m bench.documents
	@$(BIN)/python -m bench.grid sqlite://.run/grid.sqlite3 --orders 100000

format: $(INSTALLED) ## Lay out the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(INSTALLED) ## Write schema.graphql and docs/api/reference anew from gql/
	$(BIN)/ordergraph export-schema
	$(BIN)/python -m docs.print_api

# --python-version: a newer 3.11 would leave out what 3.11.2 needs. No index address gets into the lock.
lock: ## Pin the newest allowed dependencies in requirements.lock, with hashes (uses uv)
	@command -v uv >/dev/null || test -x .run/uv/bin/uv || { $(PYTHON) -m venv .run/uv && .run/uv/bin/pip install --quiet uv; }
	@PATH="$$PATH:$(CURDIR)/.run/uv/bin" uv pip compile pyproject.toml --extra dev --upgrade --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate \
		--prerelease if-necessary-or-explicit --quiet -o requirements.lock

clean: ## Remove .venv, caches and the demo database
	rm -rf .venv .run .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info tests/node/node_modules lint/node_modules
