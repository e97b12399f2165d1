# Every target runs in the project's own environment, which dev.py makes.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: check test bench docs fix update-golden lock

.venv/installed.sha256: pyproject.toml constraints.txt
	$(PYTHON) dev.py python -c ""

check: .venv/installed.sha256
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

test: .venv/installed.sha256
	$(PYTHON) dev.py test

bench: .venv/installed.sha256
	$(PYTHON) dev.py bench

docs: .venv/installed.sha256
	$(BIN)/python -m pipeline.example > config.example.toml
	$(BIN)/pytest -q tests/test_docs.py

fix: .venv/installed.sha256
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

update-golden: .venv/installed.sha256
	UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/connectors

# needs uv; names no index, so that the same file serves everywhere
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links --output-file constraints.txt
