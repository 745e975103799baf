# Two commands do all the set-up on a machine with Python 3.11+, make and git: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
UV := .uv/bin/uv
BIN := .venv/bin
# One environment, from uv.lock, with the Python that is here.
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON := $(shell command -v $(PYTHON))

.PHONY: help install demo run doctor test soak lint types imports format page pictures readme bench image clean

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)$$/make \1\t\2/p' Makefile | expand -t 16

# uv itself comes by pip into a folder of its own, so neither venv nor a system-wide install is needed.
$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-warn-conflicts --target .uv uv

install: .venv/.installed ## everything into .venv, from uv.lock

.venv/.installed: $(UV) pyproject.toml uv.lock
	@$(UV) sync --quiet --frozen
	@touch $@

demo: install ## the relay against the sandbox, in your browser; no accounts, no network
	@$(BIN)/superdocs-relay demo

# What .env sets, if there is one, is set for `run` and `doctor`.
SETTINGS := set -a; [ ! -f .env ] || . ./.env; set +a;

run: install ## the relay with the tokens of the environment, or of .env
	@$(SETTINGS) exec $(BIN)/superdocs-relay run

doctor: install ## what stands in the way of `make run`, and the cure
	@$(SETTINGS) $(BIN)/superdocs-relay doctor

test: lint types imports ## the whole gate: lint, types, import contracts, all tests
	@$(BIN)/pytest -n 2 --dist loadgroup

soak: install ## all that takes long: every crash, whole crowds, twenty minutes at full speed (about three hours)
	@SOAK=1 $(BIN)/pytest -n 2 tests/crash tests/model
	@$(BIN)/python -m tests.soak.memory 20

lint: install
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: install
	@$(BIN)/mypy

imports: install
	@$(BIN)/lint-imports

format: install ## the house's formatting
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

readme: install ## the generated parts of README.md: settings and state diagram
	@$(BIN)/python -m tests.docs

pictures: install ## the README's pictures, from the demo in a browser; look at them
	@$(BIN)/python -m tests.pictures

bench: install ## presses, cards, Slack's requests, redlines and a contract of fifty pages, figures printed
	@$(BIN)/python -m tests.bench.loopback
	@$(BIN)/python -m tests.bench.guard
	@$(BIN)/python -m tests.bench.redline
	@$(BIN)/python -m tests.bench.worst
	@$(BIN)/python -m tests.bench.contract

page: ## the sandbox page's bundle, from bot/sandbox/page (needs npm)
	@cd bot/sandbox/page && npm ci --no-audit --no-fund && npm run build

image: install ## the image's steps without a container engine: built in a scratch folder, weighed, started, stopped
	@$(BIN)/python -m tests.image

clean: ## back to a fresh clone
	@rm -rf .venv .uv
