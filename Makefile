# The workflow, executable. `make` lists what there is; each target does all of its own set-up.
.DEFAULT_GOAL := help
.PHONY: help demo test lint peers docs bench evaluate soak lock clean install install-dev
python := .venv/bin/python

help:            ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

demo: install    ## the whole job on the bundled replica of the campaign; no network needed
	@.venv/bin/mayfly demo

test: install-dev  ## the tests
	@$(python) -m pytest -n auto

lint: install-dev  ## the linters: ruff (rules, layout) and mypy (types)
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy

peers: install-dev  ## programs of others that some tests and benchmarks run, into .peers
	@sh .ci/setup-peers

docs: install-dev  ## write the generated parts of the documentation anew
	@$(python) -m tests.docs

bench: install-dev  ## speed and memory, beside other tools, on this machine
	@$(python) -m benchmarks

evaluate: install-dev  ## how well text and dates are extracted, on pages with known answers
	@$(python) -m benchmarks.evaluate

soak: install-dev  ## the long tests: a crawl killed at 50 moments
	@$(python) -m pytest -m soak

lock:            ## resolve the dependencies anew (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate --upgrade pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

clean:           ## remove .venv and caches; output/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@sh .ci/setup requirements.lock

install-dev:
	@sh .ci/setup requirements-dev.lock
