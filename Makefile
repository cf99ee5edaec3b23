# Civic Thread: one command for each thing a person does here. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Two things at once where neither needs the other: most of installing is waiting.
MAKEFLAGS += --jobs=2 --no-builtin-rules --no-print-directory
# Where a machine forbids compiled files, each process would read and compile all libraries anew: 3 seconds a start.
unexport PYTHONDONTWRITEBYTECODE

# Debian's own Python first, where it will do: it is compiled for speed, which another on the path often is not.
PYTHON ?= $(shell for python in /usr/bin/python3 python3; do \
	"$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; echo "$$python")
BIN := .venv/bin
NPM := PATH="$$PWD/$(BIN):$$PATH" npm
PORT ?= 8000
SECONDS_TO_SOAK ?= 600
ROUNDS_TO_SOAK ?= 200
EXAMPLES_TO_SOAK ?= 500
CATALOGUES := $(wildcard src/civicthread/locale/*/LC_MESSAGES/*.po)
# The style sheet keeps only the rules that some markup can need.
MARKUP := $(shell find src \( -path '*/static/vendor' -o -name __pycache__ \) -prune -o \( -name '*.html' -o -name '*.css' -o -name '*.js' -o -path '*/templatetags/*.py' -o -path '*/core/drawn.py' \) -print)
# Tests of parts that never touch the records: running them on a second database would prove nothing.
PURE := tests/architecture tests/children tests/lake tests/methods
# Tests that kill a writer or let many write at once; each file holds the negative controls of what it claims.
SOAKED := $(addprefix tests/,lake/test_crash.py datahub/test_crash.py indicators/test_crash.py ideas/test_supports.py ideas/test_answers.py)
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"

.PHONY: help setup demo test test-on-sqlite test-on-postgresql check bench soak coverage format messages lock dev system clean

help:  ## list the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1|\2/p' Makefile | column -t -s '|'

setup: .venv/.base .venv/.browser-files .venv/.catalogues  ## everything the program needs to run, into .venv and node_modules

demo: setup  ## a running city with the Brussels programme, on http://localhost:$$PORT
	@PORT=$(PORT) $(BIN)/civicthread demo

# Two runs side by side: while one finds its tests, has records migrated or ends, the other has both cores. There are
# more processes than cores, because one of them often waits, for a browser, a server or a database.
test: test-on-sqlite test-on-postgresql  ## the whole suite, on SQLite and on PostgreSQL, browser tests included

test-on-sqlite: dev system
	.ci/in-memory $(BIN)/pytest -n 3 $(ARGS)

test-on-postgresql: dev system
	.ci/told-at-the-end .ci/in-memory .ci/with-postgresql $(BIN)/pytest -n 2 -o cache_dir=.pytest_cache/postgresql \
		-m "not browser" $(foreach part,$(PURE),--ignore=$(part)) $(ARGS)

check: dev .venv/.gettext  ## form, types, ladder, house rules, translations, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q tests/architecture

bench: dev system  ## measure, and write benchmarks/RESULTS.md; ARGS=--quick takes less of everything
	.ci/system-packages wrk
	$(BIN)/python -m benchmarks $(ARGS)

soak: dev system  ## kill -9, races and hostile input, many rounds of each; then serve for SECONDS_TO_SOAK, watching memory and errors
	CIVICTHREAD_SOAK_ROUNDS=$(ROUNDS_TO_SOAK) $(BIN)/pytest -n 2 $(SOAKED)
	CIVICTHREAD_EXAMPLES=$(EXAMPLES_TO_SOAK) $(BIN)/pytest -n 2 --timeout 3600 tests/config/test_api.py tests/lake tests/methods
	$(BIN)/python -m benchmarks.soak --seconds $(SECONDS_TO_SOAK)

coverage: dev system  ## the suite on SQLite, with the lines and branches it reaches
	$(BIN)/pytest -n 2 --cov --cov-report=term $(ARGS)

format: dev  ## put the code into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: dev .venv/.gettext  ## bring the translation catalogues up to date with the texts in the code
	$(BIN)/python -m civicthread.config.catalogues gather

lock: .venv/.base  ## choose the newest allowed versions and write them down with hashes
	$(LOCK) --upgrade requirements/bootstrap.in -o requirements/bootstrap.txt
	$(LOCK) --upgrade requirements/node.in -o requirements/node.txt
	$(LOCK) --upgrade pyproject.toml -o requirements/base.txt
	$(LOCK) --upgrade pyproject.toml --extra store -c requirements/base.txt -o requirements/store.txt
	$(LOCK) --upgrade pyproject.toml --extra spark -c requirements/base.txt -o requirements/spark.txt
	$(LOCK) --upgrade pyproject.toml --extra sdmx -c requirements/base.txt -o requirements/sdmx.txt
	$(LOCK) --upgrade pyproject.toml --extra spark --extra sdmx --extra store --group dev -c requirements/base.txt -o requirements/dev.txt

dev: CHECKERS := yes
dev: setup .venv/.dev .venv/.checkers

system:
	@.ci/system-packages tests

clean:  ## remove what the commands above made, but not var/, where a city's data are
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/civicthread/static/vendor
	find src -name '*.mo' -delete

# Each stamp below says that a step was done since its ingredients last changed. All lead to .venv/.bootstrap, which
# makes the folder that they lie in: two steps run at once.

.venv/.bootstrap: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Civic Thread needs Python 3.11 or newer; name it: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# uv is quick, but does not read pip's own configuration of an index; where it fails, pip does the same slowly.
.venv/.base: .venv/.bootstrap requirements/base.txt pyproject.toml
	.ci/install requirements/base.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	.ci/install requirements/dev.txt
	@touch $@

.venv/.npm: .venv/.bootstrap requirements/node.txt
	@command -v npm >/dev/null || .ci/install requirements/node.txt
	@touch $@

# Who develops gets the checkers of pages with the rest, and otherwise after it was used: npm begins by removing all.
.venv/.node-modules: .venv/.npm package-lock.json
	$(NPM) ci --silent $(if $(CHECKERS),,--omit=dev) --ignore-scripts
	@rm -f .venv/.checkers
	@touch $@

.venv/.checkers: .venv/.node-modules | .venv/.browser-files
	@[ -d node_modules/html-validate ] || $(NPM) ci --silent --ignore-scripts
	@touch $@

.venv/.browser-files: .venv/.base .venv/.node-modules src/civicthread/core/frontend.py $(MARKUP)
	$(BIN)/python -m civicthread.core.frontend
	@touch $@

.venv/.catalogues: .venv/.base $(CATALOGUES)
	$(BIN)/python -m civicthread.config.catalogues compile
	@touch $@

.venv/.gettext: .ci/system-packages | .venv/.bootstrap
	@.ci/system-packages gettext
	@touch $@
