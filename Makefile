# The commands of the project. Every one sets up what it needs, and all are safe to repeat.
#
#   PYTHON            interpreter that makes .venv (3.11 or later)
#   TORCH_INDEX_URL   index for torch alone, such as https://download.pytorch.org/whl/cpu
#   PYTEST_ARGS       what to pass to pytest
#   DEMO_ARGS         what to pass to the demo

PYTHON ?= python3
TORCH_INDEX_URL ?=
PYTEST_ARGS ?= -n auto
DEMO_ARGS ?=

MAKEFLAGS += --no-print-directory
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Named after what was asked for, so a changed pin installs again and a touched file does not.
INSTALLED := .venv/.installed-$(shell cat requirements.txt | cksum | cut -d' ' -f1)
INSTALLED_DEV := .venv/.installed-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test up check bench sbom

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(INSTALLED) ## Make .venv and install what the product needs

setup-dev: $(INSTALLED_DEV) ## Also install what tests and checks need

demo: $(INSTALLED) ## One consented, signed, logged take; the last line is JSON
	@$(BIN)/python manage.py demo --json $(DEMO_ARGS)

up: $(INSTALLED) ## Database, worker and web server with demo data, until Ctrl-C
	@$(BIN)/python manage.py up

test: $(INSTALLED_DEV) ## Every test
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(INSTALLED_DEV) ## Lint, format, types, import layers, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(wildcard platform licensing provenance generation tests bench tools) manage.py
	PYTHONPATH=platform:. $(BIN)/lint-imports
	@# The history in a database is not asked for: none has to run for this.
	$(BIN)/python -W "ignore:Got an error checking a consistent:RuntimeWarning" manage.py makemigrations --check --dry-run

bench: $(INSTALLED_DEV) ## Every measurement, each with its method and spread
	@for script in bench/*.py; do $(BIN)/python $$script || exit 1; done

sbom: $(INSTALLED) ## The parts of what is installed, CycloneDX 1.6, in var/sbom.cdx.json
	@mkdir -p var && $(BIN)/python tools/sbom.py --output var/sbom.cdx.json

$(INSTALLED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; set PYTHON.")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "Installing into .venv (a few minutes the first time) ..." >&2
	@$(PIP) $$(grep '^torch==' requirements.txt) $(if $(TORCH_INDEX_URL),--index-url $(TORCH_INDEX_URL))
	@$(PIP) -r requirements.txt
	@rm -f .venv/.installed-[0-9]* && touch $@

$(INSTALLED_DEV): $(INSTALLED)
	@echo "Installing the tools for tests into .venv ..." >&2
	@$(PIP) -r requirements-dev.txt
	@rm -f .venv/.installed-dev-* && touch $@
