# make serve   everything set up, then http://127.0.0.1:8080
# make test    everything set up, then all tests
# make quick   the tests that need no model, browser or other process, in a minute (two at a time)
# make check   format, lint, types, import directions, knowledge
# make soak    long loads: 10,000 hostile texts, 100,000 cases, kills in the middle of work
# make scores  every figure of models/expected_scores.yaml measured again: OK or FAIL
# make bench   search, committed turns, start-up, beside their peers
# make lock    compile requirements.lock anew from pyproject.toml
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
CODE := nlu knowledge bot models connectors
# A torch wheel in pip's find-links folder is used; otherwise the CPU build comes from PyTorch's own index.
LINKS := $(or $(PIP_FIND_LINKS),$(shell pip config get global.find-links 2>/dev/null))
LOCAL_TORCH := $(wildcard $(addsuffix /torch-2.13.0*,$(LINKS)))
TORCH := torch==2.13.0 $(if $(LOCAL_TORCH),--find-links $(LINKS),--torch-backend cpu)

.PHONY: serve test quick soak scores check format bench lock
serve: $(STAMP)
	@exec $(BIN)/wenfa serve

test: $(STAMP)
	@export WENFA_HOME=$${WENFA_TEST_MODELS:-var}; $(BIN)/wenfa index && $(BIN)/wenfa train dialogue --if-missing
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

quick: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not soak and not slow and not model and not browser" $(ARGS)

soak: $(STAMP)
	@$(BIN)/python -m pytest -m soak $(ARGS)

scores: $(STAMP)
	@$(BIN)/wenfa evaluate scores

check: $(STAMP)
	@$(BIN)/ruff format --check -q $(CODE) tests || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check -q $(CODE) tests
	@$(BIN)/mypy $(CODE) tests
	@$(BIN)/lint-imports
	@$(BIN)/wenfa knowledge check

format: $(STAMP)
	@$(BIN)/ruff format -q $(CODE) tests
	@$(BIN)/ruff check -q --fix $(CODE) tests

bench: $(STAMP)
	@$(BIN)/python -m tests.bench $(ARGS)

lock: $(STAMP)
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev --python-version 3.11 --no-emit-package torch \
	  --no-annotate --no-header --no-emit-index-url --no-emit-find-links -o requirements.lock

$(STAMP): requirements.lock pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@echo "set-up 1/3: virtual environment in $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m ensurepip -q 2>/dev/null || true
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check uv
	@echo "set-up 2/3: $$(wc -l < requirements.lock) packages and torch (a few minutes when nothing is cached)"
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install -q --no-deps -r requirements.lock $(TORCH)
	@echo "set-up 3/3: wenfa itself"
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install -q --no-deps -e .
	@git config core.hooksPath .githooks 2>/dev/null || true
	@touch $@
