# Needs python3 (3.11 or newer, with venv) and make. `make run` starts everything, `make test` runs what CI runs.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BIN := $(CURDIR)/.venv/bin
PYTEST := $(BIN)/python -m pytest
TEMPLATES = $(shell find templates console -name '*.html' 2>/dev/null)
export PORT

.PHONY: run test quick soak check bench fmt

run: .venv/runtime
	@exec $(BIN)/python $(CURDIR)/manage.py up

test: check
	$(PYTEST) -n 2 --dist loadgroup -q --tb=short --show-capture=no $(ARGS)

quick: .venv/dev
	$(PYTEST) -q -m quick $(ARGS)

soak: .venv/dev
	SOAK=whole $(PYTEST) -q -m soak $(ARGS)

check: .venv/dev
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	@mkdir -p var
	$(BIN)/lint-imports --no-logo > var/lint-imports.log || { cat var/lint-imports.log; exit 1; }
	$(BIN)/mypy --no-error-summary
	$(if $(TEMPLATES),$(BIN)/djade --check --target-version 5.2 $(TEMPLATES))
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run --verbosity 0
	$(PYTEST) -q tests/architecture

bench: .venv/dev
	$(BIN)/python -m benchmarks $(ARGS)

fmt: .venv/dev
	$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .
	$(if $(TEMPLATES),$(BIN)/djade --target-version 5.2 $(TEMPLATES))

# The environment is made anew only when what it holds changed.
.venv/runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: set PYTHON=")'
	@echo "Installing into .venv (once)"
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@mkdir -p var && touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
