# The two commands: `make run` and `make test`. They need Python 3.11 or newer (with venv) and make, nothing else.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2
BIN = .venv/bin

.PHONY: run dev test drills fuzz bench lint editor lock fixtures messages screenshots clean

run: .venv/run-installed
	@$(BIN)/python manage.py start --host $(HOST) --port $(PORT) --workers $(WORKERS)

dev: .venv/run-installed ## The development server: DEBUG on, reloads.
	@DEBUG=true $(BIN)/python manage.py start --host $(HOST) --port $(PORT) --prepare-only
	@DEBUG=true $(BIN)/python manage.py runserver $(HOST):$(PORT)

test: .venv/test-installed
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

drills: .venv/test-installed ## Stop and kill servers under load. ROUNDS= says how often processes are killed while they write.
	@$(if $(ROUNDS),DRILL_ROUNDS=$(ROUNDS)) $(BIN)/python -m pytest -n 0 -v tests/drills

fuzz: .venv/test-installed ## Ask what no browser asks. REQUESTS= says how often, SEED= which.
	@$(BIN)/python -m tests.fuzz $(if $(REQUESTS),--requests $(REQUESTS)) $(if $(SEED),--seed $(SEED))

bench: .bench/installed ## Measure how fast pages are, as ratios to a bare Django view and to Datasette. JSON= writes the figures to a file, GENERATIONS= is the size of the large catalogue (0: none).
	@$(BIN)/python -m tests.bench --datasette .bench/venv/bin/datasette $(if $(JSON),--json $(JSON)) $(if $(GENERATIONS),--generations $(GENERATIONS))

lint: .venv/test-installed
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

editor: .venv/run-installed ## Create an administrator.
	@$(BIN)/python manage.py createsuperuser

fixtures: .venv/run-installed ## Write the catalogue in the database back to fixtures/.
	@$(BIN)/python manage.py dump_catalogue

screenshots: .venv/test-installed ## Take the pictures in docs/screenshots/ from a site that runs at PORT. Needs Chromium.
	@$(BIN)/python -m tests.browser.screenshots http://$(HOST):$(PORT)

messages: .venv/run-installed ## Collect and compile the texts of the interface. Needs gettext.
	@$(BIN)/python manage.py makemessages --locale ja --ignore .venv --ignore tests --no-wrap
	@$(BIN)/python manage.py compilemessages --locale ja --ignore .venv

lock: ## Regenerate the locked requirements. Needs uv (pip install uv).
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command 'make lock' requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command 'make lock' requirements-test.in -o requirements-test.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command 'make lock' requirements-bench.in -o requirements-bench.txt

clean: ## Remove what `make` made, except var/ (your data).
	rm -rf .venv .bench .pytest_cache .ruff_cache

# The environment. Each stamp depends on its lock file, so a changed lock installs again.
.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Cannot start: $(PYTHON) was not found; install Python 3.11 or newer, or name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cannot start: Python 3.11 or newer is needed, %s is %s; name another: make PYTHON=python3.12" % (sys.executable, sys.version.split()[0]))'
	@touch .writable 2>/dev/null && rm .writable || { echo "Cannot start: the folder $(CURDIR) can't be written to; copy the project to one that can." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Cannot start: Python's venv module is missing; install it (on Debian: python3-venv)." >&2; exit 1; }

.venv/run-installed: requirements.txt | .venv/bin/python
	@echo "Installing what is needed to run ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/test-installed: requirements-test.txt .venv/run-installed
	@echo "Installing what is needed to test ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

.bench/installed: requirements-bench.txt .venv/test-installed
	@echo "Installing what is compared with ..."
	@$(PYTHON) -m venv .bench/venv
	@.bench/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@
