# Every target sets up what it needs: a virtual environment, the pinned packages, the project itself.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
unexport PYTHONDONTWRITEBYTECODE # many processes begin here: what one has compiled, the others need not

.PHONY: browser gallery help demo test check bench crash replay nightly mutants editors postgres pins clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Relance needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing the pinned packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## a year in the life of a business, on the real Temporal server
	@$(BIN)/relance demo

test: $(READY) ## every test that needs nothing but Python
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not postgres and not nightly and not crash and not replay" -q

check: $(READY) ## style, types, the rooms' borders, dependencies, forbidden strings
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/deptry .
	@.ci/forbidden

bench: $(READY) ## ratios against a bare baseline measured in the same run
	@$(BIN)/python -m tests.bench

crash: $(READY) ## workers killed for minutes on end
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m crash -q

replay: $(READY) ## whole foreign ledgers, where ../shared has them, and years of a contract and of the demo, on a server
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m replay -q

nightly: $(READY) ## the long property tests
	@$(BIN)/python -m pytest -n 2 -m nightly -q

mutants: $(READY) ## small errors put into the judgement: which ones no test notices (an hour or more; see docs/mutants.md)
	@$(BIN)/python .ci/mutants.py $(MUTANTS)
	@$(BIN)/mutmut results

editors: $(READY) ## the schemas in the language server that editors use; needs node
	@npm ci --prefix tests/editors --ignore-scripts --no-audit --no-fund --loglevel error
	@$(BIN)/python -m pytest -n 0 -m editors -q tests/editors

postgres: $(READY) ## the ledger's tests on a throw-away PostgreSQL server
	@.ci/postgres $(BIN)/python -m pytest -n 0 -m postgres -q

pins: $(READY) ## make the pins anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements/base.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group gallery -c requirements/dev.txt -o requirements/gallery.txt

.venv/.drawing: $(READY) requirements/gallery.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/gallery.txt
	@.ci/chromium
	@touch $@

browser: .venv/.drawing ## every message in Chromium: accessibility, width and size; pictures in a temporary folder
	@$(BIN)/python -m tests.gallery.browser

gallery: .venv/.drawing ## pictures of every message and letter, in docs/gallery
	@$(BIN)/python -m tests.gallery

clean: ## remove what these targets made
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis out dist
