# Every target works on a machine that has Python ≥ 3.11 and make; the second call reinstalls nothing.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
export HOST ?= 127.0.0.1
export PORT ?= 7860
# Folders of documents that `make bench` measures reading on, besides what it always measures.
MEASURED ?= $(wildcard ../shared/data/laws ../shared/data/gov_policy)

# Segments at which `make bench` measures growth beside the baseline; SIZES=1000,100000,1000000 takes an hour.
SIZES ?= 1000,10000

.PHONY: help setup setup-dev run test check-fast format eval bench lock clean

help:
	@echo "make run         set up, bring the index up to date, serve the chat at http://$(HOST):$(PORT)"
	@echo "make test        set up with the test tools and run every check"
	@echo "make check-fast  format, lint, types and the tests that need neither model nor browser"
	@echo "make eval        the seed's question set, with figures and mistakes"
	@echo "make bench       start-up, latency and memory against their budgets"
	@echo "make clean       remove what was installed and built"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更高版本：请安装后运行 make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime: requirements.lock | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

$(VENV)/model: $(VENV)/runtime corpus/bundled.py
	$(PY) -c "from corpus.bundled import model_folder; print('模型：', model_folder())"
	@touch $@

setup: $(VENV)/runtime $(VENV)/model

setup-dev: setup $(VENV)/dev

run: setup
	$(PY) app.py

# Two processes with a thread each: most tests keep one core busy, however many threads they may use. In all they take 12 GB.
test: setup-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	OMP_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist loadfile

check-fast: setup-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -m "not browser and not model"

format: setup-dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

eval: setup
	$(PY) -m ingest sync
	$(PY) -m eval run --questions eval/questions/anhui.jsonl --mistakes

bench: setup
	$(PY) -m eval bench --sizes $(SIZES) $(if $(MEASURED),--documents $(MEASURED))

# Exact versions of everything that pyproject.toml asks for, as pip resolves it today.
lock:
	$(PYTHON) tools/lock.py

clean:
	rm -rf $(VENV) corpus/index runs build .mypy_cache .ruff_cache .pytest_cache .hypothesis
