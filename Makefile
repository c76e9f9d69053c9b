# The two commands of the README, on a machine with Python 3.11+ and make. uv sets up faster where it is present.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: build test check forms template clean

build: $(VENV)/.build
	$(BIN)/python scripts/build.py

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A stamp a set of packages: it is made again when what it was made from changes. Bytecode is compiled at once, because
# importing datasets takes 4.6 s without and 0.9 s with it.
$(VENV)/.build: pyproject.toml constraints.txt
	@$(call install,.)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	@$(call install,.[dev])
	@touch $@ $(VENV)/.build

ifdef UV
install = $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --constraint constraints.txt --editable '$(1)'
else
install = $(PYTHON) -m venv $(VENV) && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '$(1)'
endif

clean:
	rm -rf $(VENV) build dist

# The annotators' forms, from schemas/labels.yaml and the number of schemas/guidelines.md.
forms: $(VENV)/.build
	$(BIN)/python -m claimstance.annotation.forms

# The tool ships what a new corpus begins with: the schemas and recipes of this one. A test holds them equal.
template:
	rm -rf src/claimstance/template/schemas src/claimstance/template/scripts
	cp -r schemas src/claimstance/template/schemas
	mkdir src/claimstance/template/scripts
	cp scripts/*.py src/claimstance/template/scripts/
