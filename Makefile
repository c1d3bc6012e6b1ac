# Needs make and Python 3.11 or newer; everything else goes into .venv.
# Another Python: make PYTHON=python3.13 test. More arguments: make render ARGS=--force.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# The first is for what is installed, the second for what builds it, which pip keeps apart.
export PIP_CONSTRAINT := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt

.PHONY: help render test pictures fuzz mutants lint types bench format generate clean venv
.NOTPARALLEL:

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | tr '|' '\t' | expand -t 18

render: $(VENV)/.runs ## draw the bundled suite
	$(BIN)/diagramgen render $(ARGS)

test: $(VENV)/.develops ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

pictures: $(VENV)/.develops ## measure drawn pictures, hard ones among them, in a browser
	$(BIN)/python -m tests.pictures $(ARGS)

fuzz: $(VENV)/.develops ## look for projects on which it fails
	$(BIN)/python -m tests.fuzz $(ARGS)

mutants: $(VENV)/.develops ## tell which changes of the code no test notices
	$(PIP) install -q mutmut
	$(BIN)/mutmut run $(ARGS)

lint: $(VENV)/.develops ## check style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.develops ## check types
	$(BIN)/mypy

bench: $(VENV)/.benches ## measure how fast it is
	$(BIN)/python -m benchmarks $(ARGS)

format: $(VENV)/.develops ## mend style and formatting where ruff can
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

generate: $(VENV)/.runs ## write the generated files anew
	$(BIN)/diagramgen schema > $(VENV)/charts.schema.json
	mv $(VENV)/charts.schema.json schema/charts.schema.json
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_errors.py
	$(BIN)/python docs/make_images.py

clean: ## remove all that these targets made
	rm -rf $(VENV) build dist mutants evaluation/_runs_stage*/diagrams
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The stamps: what .venv was last set up for.
$(VENV)/.runs: pyproject.toml constraints.txt
	@$(MAKE) -s venv
	$(PIP) install -q -e .
	@touch $@

$(VENV)/.develops: pyproject.toml constraints.txt
	@$(MAKE) -s venv
	$(PIP) install -q -e '.[dev]'
	@touch $(VENV)/.runs $(VENV)/.benches $@

$(VENV)/.benches: pyproject.toml constraints.txt
	@$(MAKE) -s venv
	$(PIP) install -q -e '.[bench]'
	@touch $(VENV)/.runs $@

venv:
	@$(PYTHON) -c '' 2>/dev/null || \
		{ echo '$(PYTHON): not found; diagramgen needs Python 3.11 or newer: make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo '$(PYTHON): too old; diagramgen needs Python 3.11 or newer: make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo '$(PYTHON): has no venv; install it (on Debian and Ubuntu: python3-venv)' >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
