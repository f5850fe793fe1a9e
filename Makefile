# The README's two commands are `make demo` and `make test`. `make help` lists the rest.

RUN := .venv/bin/python
ARGS ?=
TLS := WORKBENCH_URL=https://workbench.example.org

.DEFAULT_GOAL := help
.PHONY: help environment environment-dev demo test check audit bench soak lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

environment: ## install into .venv/
	@.ci/environment requirements.lock

environment-dev:
	@.ci/environment requirements-dev.lock

demo: environment ## try it: install, load the demo study, serve
	@WORKBENCH_NEXT_PORT=1 $(RUN) manage.py demo

test: environment-dev ## every test, in a throw-away database (or on the server that DATABASE_URL names)
	@$(RUN) tests/browser_setup.py
	@$(RUN) -m pytest -n 2 --dist loadgroup $(ARGS)

check: environment-dev ## every gate except the tests
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy .
	git ls-files '*.html' | xargs -r .venv/bin/djade --check --target-version 5.2
	.venv/bin/lint-imports
	$(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(RUN) manage.py check --deploy --fail-level WARNING
	$(TLS) $(RUN) manage.py check --deploy --fail-level WARNING

audit: environment-dev ## look the dependencies up among known vulnerabilities (needs the network)
	.venv/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

bench: environment-dev ## print how fast and how small it is, beside the best of four peers
	@$(RUN) -m tests.benchmarks $(ARGS)

soak: environment-dev ## the long versions of simulations, kill and load tests
	@WORKBENCH_SOAK=1 $(RUN) -m pytest -m soak $(ARGS)

lock: ## resolve the dependencies anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --upgrade \
		pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url -c requirements.lock \
		--group dev pyproject.toml -o requirements-dev.lock

clean: ## remove the environment and what tools left behind; data/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './data/*' -prune -exec rm -rf {} +
