# Metrone: what can be done here. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

# The system's own Python where it will do: distributions build it with profile-guided optimisation, which one that stands before
# it in the PATH often lacks (docs/decisions/0005).
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo /usr/bin/python3 || echo python3)
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= data
UV_VERSION := 0.13.9

BIN := .venv/bin
STATIC := src/metrone/web/static
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export UV_LINK_MODE := copy

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

run: build ## Set everything up and serve on http://127.0.0.1:8000 (PORT=, HOST=, DATA= for another)
	@exec $(BIN)/metrone serve --host $(HOST) --port $(PORT) --data-dir $(DATA) --first-project

test: build system-packages .stamps/proxies ## Set everything up and run every test: Python, TypeScript, browser
	$(BIN)/pytest -n auto --dist loadfile
	npm test --silent
	npm run --silent test:browser

check: setup ## Format, lint, types, floors
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	npm run --silent check

format: setup ## Format the code, mend what the linters can
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .
	npx biome check --write .

bench: build ## Measure speed, size and memory; prints a table and writes bench/results/latest.json
	$(BIN)/python -m bench $(BENCH)

build: setup .stamps/data .stamps/web ## Build the tracker, the dashboard and the country file into the package

setup: .stamps/python .stamps/node ## Install the Python and JavaScript packages, into this folder alone

lock: .stamps/uv ## Resolve the Python packages anew into requirements.lock
	$(BIN)/uv pip compile --quiet pyproject.toml --group dev --extra postgres --extra intents-en --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade -o requirements.lock

clean: ## Remove what was built and installed here (not the data)
	rm -rf .venv .stamps node_modules packages/*/node_modules packages/server/test/node18/node_modules packages/*/dist dashboard/node_modules \
		tests/browser/node_modules tests/opentelemetry/node_modules $(STATIC) src/metrone/intake/data/country.mmdb

# The browser, database server, curl and tracer that tests need, by apt; nothing happens where they are there.
SYSTEM_COMMANDS := chromium curl pg_ctlcluster setpriv strace
SYSTEM_PACKAGES := chromium curl postgresql util-linux strace
system-packages: ## Install what the tests need from Debian: Chromium, curl, PostgreSQL, strace
	@for command in $(SYSTEM_COMMANDS); do \
		command -v $$command >/dev/null || { missing=1; break; }; \
	done; \
	if [ -n "$${missing:-}" ]; then \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qy --no-install-recommends $(SYSTEM_PACKAGES); \
	fi

.stamps/uv:
	@mkdir -p .stamps
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Metrone needs Python 3.11 or newer; set PYTHON=."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.stamps/python: .stamps/uv requirements.lock pyproject.toml clients/python/pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable . --editable clients/python
	@touch $@

# nginx and Caddy, for the tests of docs/proxying.md: unpacked, not installed, since as packages they would start services.
.stamps/proxies: | system-packages
	@rm -rf $@.part && mkdir -p $@.part
	cd $@.part && apt-get download -q nginx caddy || { $$([ "$$(id -u)" = 0 ] || echo sudo) apt-get update -q && apt-get download -q nginx caddy; }
	cd $@.part && for package in *.deb; do dpkg-deb -x $$package . && rm $$package; done
	@mv $@.part $@

NODE_MANIFESTS := package.json package-lock.json $(wildcard packages/*/package.json packages/server/test/node18/package.json dashboard/package.json tests/browser/package.json tests/opentelemetry/package.json tests/react18/package.json)
# `npm ci` refuses a lock that lacks optional binaries of platforms that the registry at hand does not serve.
.stamps/node: $(NODE_MANIFESTS)
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || { echo "Metrone needs Node 20 or newer."; exit 1; }
	npm install --silent --no-save --no-audit --no-fund --ignore-scripts
	npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix packages/server/test/node18
	@mkdir -p .stamps && touch $@

.stamps/data: .stamps/python .stamps/node scripts/build_data.py
	$(BIN)/python scripts/build_data.py country
	@touch $@

WEB_SOURCES := $(shell find packages dashboard -type f \( -path '*/src/*' -o -name '*.json' -o -name '*.mjs' -o -name 'vite.config.ts' -o -name 'index.html' \) -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
.stamps/web: .stamps/node $(WEB_SOURCES)
	npm run --silent build
	@touch $@

.PHONY: help run test check format bench build setup lock clean system-packages
