# Every target sets up what it needs by itself. Needs: git, make, Python 3.11 or newer.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
DEMO_PORT ?= 8400
LANGUAGES := ar en es fr ru zh

.PHONY: help demo test check bench lint types docs messages lock image clean

help:  ## Show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 18

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it, or run: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Could not make .venv. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

# uv is several times faster; pip does the same where uv cannot be had.
define install_locked
	@echo "Installing the packages of $(1) into $(VENV) ..."
	@{ $(BIN)/python -m pip install -q --disable-pip-version-check 'uv>=0.7' \
	    && $(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r $(1) \
	    && $(BIN)/uv pip install -q -p $(BIN)/python --no-deps -e . ; } \
	  || { $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1) \
	    && $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e . ; }
endef

$(VENV)/.runtime: $(VENV)/.python requirements.lock pyproject.toml
	$(call install_locked,requirements.lock)
	@touch $@

$(VENV)/.dev: $(VENV)/.python requirements-dev.lock pyproject.toml
	$(call install_locked,requirements-dev.lock)
	@touch $(VENV)/.runtime $@

# Spark is large and only some tests and benchmarks use it; it has a lock of its own and is installed once.
$(VENV)/.spark: $(VENV)/.dev requirements-spark.lock
	@echo "Installing Spark into $(VENV) ..."
	@{ $(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r requirements-spark.lock 2>/dev/null \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-spark.lock ; } \
	  || { test "$$CI" != true && echo "Not installed: Spark. The tests that need it will say they are skipped."; }
	@touch $@

$(VENV)/.system: .ci/system-packages .ci/npm-packages tests/npm/package-lock.json
	@sh .ci/system-packages
	@sh .ci/npm-packages
	@touch $@

demo: $(VENV)/.runtime  ## Start three nodes and a harvester, federate the demo records, print where to look (DEMO=once: to the end, then exit)
	@DEMO_PORT=$(DEMO_PORT) $(BIN)/python -m harvester.demo $(if $(filter once,$(DEMO)),--once)

test: $(VENV)/.dev $(VENV)/.spark $(VENV)/.system  ## Run the whole test suite
	@$(BIN)/python -m pytest -n 3 --dist loadgroup $(PYTEST)

check: $(VENV)/.dev $(VENV)/.spark $(VENV)/.system  ## Format check, lint, types, Dockerfile lint, tests
	@$(MAKE) --no-print-directory lint types
	@$(BIN)/python -m pytest -n 3 --dist loadgroup $(PYTEST)

lint: $(VENV)/.dev  ## Format check and lint, the Dockerfile included
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/hadolint Dockerfile

types: $(VENV)/.dev  ## Type check
	@$(BIN)/mypy

bench: $(VENV)/.dev $(VENV)/.spark  ## Measure harvest and serving against their floors, as ratios
	@$(BIN)/python -m tests.bench $(BENCH)

docs: $(VENV)/.dev  ## Write the generated reference pages anew
	@$(BIN)/python -m docs.reference

messages: $(VENV)/.dev  ## Compile the message catalogues after editing a .po file
	@for po in vocabularies/messages/*/LC_MESSAGES/*.po chm_node/shell/messages/*/LC_MESSAGES/*.po harvester/desk/messages/*/LC_MESSAGES/*.po; do \
	  $(BIN)/pybabel -q compile -i $$po -o $${po%.po}.mo || exit 1; done

lock: $(VENV)/.python  ## Resolve the dependencies anew and write the lock files
	@$(BIN)/python -m pip install -q 'uv>=0.7'
	@$(BIN)/uv lock -q --upgrade
	@$(BIN)/uv export -q --no-emit-project --no-header --format requirements.txt -o requirements.lock
	@$(BIN)/uv export -q --no-emit-project --no-header --extra dev --format requirements.txt -o requirements-dev.lock
	@$(BIN)/uv export -q --no-emit-project --no-header --extra spark --format requirements.txt -o requirements-spark.lock

image:  ## Build both container images with the engine at hand (docker or podman; IMAGE_FLAGS=… goes to it)
	@engine=$$(command -v docker || command -v podman) || { echo "Neither docker nor podman was found."; exit 1; }; \
	$$engine build $(IMAGE_FLAGS) --target node -t chm-node . && $$engine build $(IMAGE_FLAGS) --target harvester -t chm-harvester .

clean:  ## Remove the environment and what tests and the demo left behind
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis demo-data
