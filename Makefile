# Two commands: `make demo` and `make test`. Everything goes into .venv; nothing else is touched.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint lock words clean

demo: .venv/ready
	$(BIN)/studyhall demo

test: .venv/ready
	$(BIN)/python -m pytest -n auto --dist loadscope

lint: .venv/ready
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --config setup.cfg

lock:
	uv pip compile setup.cfg --all-extras --universal --generate-hashes --no-header -o requirements.lock

# Every sentence of the pages and of the rules behind them, as a catalogue to translate.
words: .venv/ready
	mkdir -p build
	$(BIN)/pybabel extract -F pyproject.toml --project Studyhall -o build/words.pot .

.venv/ready: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 以上。"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "缺少 venv：在 Debian 上请运行 apt install python3-venv"; exit 1; }
	rm -rf build
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

clean:
	rm -rf .venv build *.egg-info instance
