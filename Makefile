# `make` prints the targets. `make demo` and `make test` need nothing but Python 3.13 and make.
.DEFAULT_GOAL := help
.PHONY: help demo up down status test test-unit bench-client bench-push bench-inbound bench-portal screenshots check format install lock build deploy logs clean

VENV := .venv
INSTALLED := $(VENV)/.installed
STAGE ?= dev
# The processors that `make build` builds for; `make deploy` takes those of the stage from samconfig.toml.
ARCHITECTURE ?= arm64
ASKED_FOR := $(if $(filter file,$(origin ARCHITECTURE)),,$(ARCHITECTURE))
export ARCHITECTURE
export SAM_CLI_TELEMETRY := 0
# sam build looks for python3.13 by name.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

help: ## Print the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | awk -F '\t' '{ printf "  make %-13s %s\n", $$1, $$2 }'

demo: $(INSTALLED) ## Bring the stack up on this machine and tell the story
	@python -m local.demo

up: $(INSTALLED) ## Start the stack on this machine (AWS_PORT and QUICKBOOKS_PORT choose the ports)
	@python -m local up

down: $(INSTALLED) ## Stop it; the data stays (python -m local down --clean removes it)
	@python -m local down

status: $(INSTALLED) ## Say what runs
	@python -m local status

test: $(INSTALLED) ## Run all tests, the quick ones first
	python -m pytest tests/unit tests/workflow tests/contract tests/integration tests/artifact tests/e2e tests/browser

test-unit: $(INSTALLED) ## Run the tests that need seconds
	python -m pytest tests/unit

bench-client: $(INSTALLED) ## Compare QuickBooks clients: make bench-client ARGS="--help"
	@python -m bench.client $(ARGS)

bench-push: $(INSTALLED) ## Calls and seconds of pushes on the local stack: make bench-push ARGS="--help"
	@python -m bench.push $(ARGS)

bench-inbound: $(INSTALLED) ## Calls, memory and costs of taking data out: make bench-inbound ARGS="--help"
	@python -m bench.inbound $(ARGS)

screenshots: $(INSTALLED) ## Take the pictures of the portal in docs/screenshots anew
	@python -m tests.browser.screenshots

bench-portal: $(INSTALLED) ## Milliseconds and bytes of the portal's pages on the local stack: make bench-portal ARGS="--help"
	@python -m bench.portal $(ARGS)

check: $(INSTALLED) ## Lint, formatting, types, import arrows, template
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	sam validate --lint

format: $(INSTALLED) ## Format the code
	ruff check --fix .
	ruff format .

install: $(INSTALLED) ## Make the virtual environment

$(INSTALLED): requirements-dev.txt local/install.py
	@python=$$(sh local/find_python.sh) && "$$python" local/install.py $(VENV)
	@touch $@

lock: $(INSTALLED) ## Pin all requirements anew, with hashes
	uv pip compile --quiet pyproject.toml --group dev --universal $(COMPILE) -o requirements-dev.txt
	uv pip compile --quiet pyproject.toml -c requirements-dev.txt --python-platform linux $(COMPILE) \
		-o layers/dependencies/requirements.txt
	uv pip compile --quiet --group lambda-runtime -c requirements-dev.txt --python-platform linux $(COMPILE) \
		-o local/aws/lambda-runtime.txt
	uv pip compile --quiet --group third-party --universal $(COMPILE) \
		-o tests/integration/third_party/python/requirements.txt
COMPILE := --upgrade --generate-hashes --python-version 3.13 --no-emit-index-url --no-header

# A directory per processor: SAM's cache does not see for which one a layer was made.
BUILD := .aws-sam/$(ARCHITECTURE)
build: $(INSTALLED) ## Build for Lambda
	sam build --cached --parallel --build-dir $(BUILD)/build --cache-dir $(BUILD)/cache \
		--parameter-overrides Architecture=$(ARCHITECTURE)

deploy: $(INSTALLED) ## Deploy a stage from a clean tree: make deploy STAGE=dev|staging|prod
	@test -z "$$(git status --porcelain)" || { echo "The tree has changes that are not committed; commit them first."; exit 1; }
	@architecture=$$(python -m local.architecture $(STAGE) $(ASKED_FOR)) && \
		$(MAKE) build ARCHITECTURE=$$architecture && \
		sam deploy --template-file .aws-sam/$$architecture/build/template.yaml --config-env $(STAGE)

logs: $(INSTALLED) ## Follow the logs of a deployed stage: make logs STAGE=dev
	sam logs --stack-name ledgerlink-$(STAGE) --tail

clean: ## Remove everything that was built or installed here
	@test ! -x $(VENV)/bin/python || $(VENV)/bin/python -m local down || true
	rm -rf $(VENV) .aws-sam .local .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
