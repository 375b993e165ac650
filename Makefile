# Short forms of .ci/make.py, which does the work and needs only Python 3.11 or newer.
PYTHON ?= python3

.PHONY: help setup demo test lint types imports check docs lock mutants

help:
	@$(PYTHON) .ci/make.py || true

setup demo test lint types imports check docs lock mutants:
	@$(PYTHON) .ci/make.py $@
