# The commands of this project. `make help` lists them.
# Any Python from 3.9 on will do here: it only starts the set-up, which finds the others.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: setup ## Set up what is not yet there, start the five processes, print the address
	@$(BIN)/python -m tools.run $(if $(VERBOSE),--verbose)

.PHONY: setup
setup: ## Only set up: environments, models, starter catalogue, databases
	@$(PYTHON) -m tools.setup run

.PHONY: logs
logs: ## Follow what the running processes write
	@tail -n 5 -F $(foreach one,rasa actions knowledge gateway agencies,var/log/$(one).log)

.PHONY: test
test: setup-test check-format check-lint check-types ## Everything: checks, all tests, browser included
	$(BIN)/python -m pytest -m "" -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: setup-test
setup-test:
	@$(PYTHON) -m tools.setup test

.PHONY: check
check: check-format check-lint check-types check-tests ## The quick checks that each commit must pass

.PHONY: setup-check
setup-check:
	@$(PYTHON) -m tools.setup check

.PHONY: check-format
check-format: setup-check
	$(BIN)/ruff format --check .

.PHONY: check-lint
check-lint: setup-check
	$(BIN)/ruff check .

.PHONY: check-types
check-types: setup-check
	$(BIN)/mypy

.PHONY: check-tests
check-tests: setup-check
	$(BIN)/python -m pytest -q -n 2

.PHONY: bench
bench: setup ## Measure waiting times and memory on an installation of its own (docs/benchmarks.md)
	@$(BIN)/python -m tools.bench

.PHONY: demo-channels
demo-channels: setup ## Chat through Zalo and Messenger, both played by fakes, on a page with two phones
	@$(BIN)/python -m tools.demo

.PHONY: load-channels
load-channels: setup ## 200 citizens at once on both for five minutes (docs/benchmarks.md)
	@$(BIN)/python -m tools.demo load

.PHONY: format
format: setup-check ## Format the code and mend what can be mended safely
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: hooks
hooks: setup-check ## Run the quick checks before each of your commits
	$(BIN)/pre-commit install

.PHONY: pins
pins: setup-check ## Write requirements/*.txt anew from what is installed
	$(BIN)/python -m tools.pins

.PHONY: clean
clean: ## Remove what was built or cached, local databases included; never .env
	rm -rf var models results .rasa .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +
