# `make lab` and `make test` set up everything they need; `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest -q
ROOT := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

# $(call suite,name,command): run a command and print how long it took
suite = @began=$$(date +%s); echo "== $(1)"; $(2); status=$$?; \
	echo "== $(1): $$(( $$(date +%s) - began )) s"; exit $$status

.NOTPARALLEL:
.PHONY: help lab test lint types contracts unit live notebooks-test browser notebooks bench bench-state clean

help: ## list what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in [(3, 11), (3, 12), (3, 13)])' || \
		{ echo "Python 3.11 to 3.13 is needed: make PYTHON=python3.13 …"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

lab: $(READY) ## open JupyterLab on copies of the tutorials, in workbench/ (yours are kept)
	@mkdir -p workbench
	@cp -n notebooks/*.ipynb workbench/ 2>/dev/null || true
	$(BIN)/jupyter lab $(ROOT) --notebook-dir=workbench \
		--LabApp.default_url=/lab/tree/00_start_here.ipynb

test: ## run all checks and suites
	@$(MAKE) --no-print-directory lint types contracts unit live notebooks-test browser

lint: $(READY) ## ruff
	$(call suite,lint,$(BIN)/ruff check . && $(BIN)/ruff format --check .)

types: $(READY) ## mypy, strict
	$(call suite,types,$(BIN)/mypy sfwnb)

contracts: $(READY) ## the floors: imports go down only
	$(call suite,contracts,$(BIN)/lint-imports --no-logo)

unit: $(READY) ## no server: seconds; and the examples of the docstrings
	$(call suite,unit,$(PYTEST) tests/unit --doctest-modules sfwnb)

live: $(READY) ## against a real Temporal server
	$(call suite,live,$(PYTEST) tests/live)

notebooks-test: $(READY) ## every notebook, executed by a real kernel
	$(call suite,notebooks,$(PYTEST) tests/notebooks)

browser: $(READY) ## JupyterLab in Chromium; SKIP_BROWSER=1 leaves it out
	$(call suite,browser,$(PYTEST) tests/browser)

notebooks: $(READY) ## build notebooks/*.ipynb from notebooks/source/*.py
	$(BIN)/python notebooks/build.py

bench: $(READY) ## measure against the bare Temporal client, as ratios
	$(call suite,bench,$(BIN)/python -m benchmarks)

bench-state: $(READY) ## measure the state engine against normalizr and immer (needs Node and npm)
	$(call suite,bench-state,$(BIN)/python benchmarks/state/run.py)

clean: ## remove what was made, except your workbench/
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
