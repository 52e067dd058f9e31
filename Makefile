# Two commands for a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help demo test lint format benchmarks audit clean

help:
	@echo "make demo        stylize the example photo and clip into demo/"
	@echo "make test        install what the tests need, then lint and run them all"
	@echo "make lint        ruff on the whole tree, mypy --strict on the package"
	@echo "make format      let ruff lay out the whole tree"
	@echo "make benchmarks  speed tables into benchmarks/results/"
	@echo "make audit       the pinned versions against the known advisories"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/base: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) -e .
	@touch $@

$(VENV)/test: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) torch==2.13.0
	$(PIP) -e '.[test]'
	@touch $@

demo: $(VENV)/base
	$(BIN)/paintreel stylize examples/photo.jpg -o demo/photo.png --overwrite
	$(BIN)/paintreel stylize examples/clip.mp4 -o demo/clip.mp4 --overwrite
	@cp examples/photo.jpg demo/photo-before.jpg
	@cp examples/clip.mp4 demo/clip-before.mp4
	@echo
	@echo "photo  before $(CURDIR)/demo/photo-before.jpg"
	@echo "       after  $(CURDIR)/demo/photo.png"
	@echo "clip   before $(CURDIR)/demo/clip-before.mp4"
	@echo "       after  $(CURDIR)/demo/clip.mp4"

test: lint
	$(BIN)/python -m pytest

lint: $(VENV)/test
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

format: $(VENV)/test
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

benchmarks: $(VENV)/test
	$(BIN)/python benchmarks/stylize.py
	$(BIN)/python benchmarks/frame_parts.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/train.py
	$(BIN)/python benchmarks/score.py
	$(BIN)/python benchmarks/scene.py

audit:
	PYTHON=$(PYTHON) .ci/audit

clean:
	rm -rf $(VENV) demo .pytest_cache .ruff_cache .mypy_cache .hypothesis
