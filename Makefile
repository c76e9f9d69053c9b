# The two commands of the README, on a machine with Python 3.11+ and make. uv sets up faster where it is present.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
SERVER := .venv-label-studio

.PHONY: build validate baselines release publish test check label-studio label-studio-venv forms template clean

build: $(VENV)/.build
	$(BIN)/python scripts/build.py

# The build, judged by every check of schemas/suites; the report goes to report/.
validate: $(VENV)/.validate build
	$(BIN)/python scripts/validate.py

# What simple models reach on the build, into benchmarks/baselines/ to commit; the next build shows it in its card.
baselines: $(VENV)/.baselines build
	$(BIN)/python -m benchmarks.baselines

# A version, made to be published: dist/$(VERSION), and releases/$(VERSION).json and .md to commit.
release: $(VENV)/.validate
	$(BIN)/python scripts/release.py $(VERSION)

# The release to the Hub; the token is HF_TOKEN's. More can be said to scripts/publish.py: --dry-run, --to s3://…
publish: $(VENV)/.validate
	$(BIN)/python scripts/publish.py $(VERSION) --repo $(REPO)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --no-loadscope-reorder $(PYTEST_ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/build.py --check

# Label Studio asks for older versions of what we use too, so it has an environment of its own (about 1 GB).
label-studio: $(VENV)/.annotation label-studio-venv
	$(BIN)/python scripts/label_studio.py

label-studio-venv: $(SERVER)/.made

# A stamp a set of packages: it is made again when what it was made from changes. Bytecode is compiled at once, because
# importing datasets takes 4.6 s without and 0.9 s with it.
$(VENV)/.build: pyproject.toml constraints.txt
	@$(call install,.)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	@$(call install,.[dev])
	@touch $@ $(VENV)/.build $(VENV)/.annotation $(VENV)/.validate

$(VENV)/.annotation: pyproject.toml constraints.txt
	@$(call install,.[label-studio])
	@touch $@ $(VENV)/.build

$(VENV)/.validate: pyproject.toml constraints.txt
	@$(call install,.[validate])
	@touch $@ $(VENV)/.build

$(VENV)/.baselines: pyproject.toml constraints.txt
	@$(call install,.[baselines])
	@touch $@ $(VENV)/.build

$(SERVER)/.made: constraints-label-studio.txt
	@$(call environment,$(SERVER),constraints-label-studio.txt,label-studio)
	@touch $@

install = $(call environment,$(VENV),constraints.txt,--editable '$(1)')
ifdef UV
environment = $(UV) venv --quiet --allow-existing --python $(PYTHON) $(1) && \
	$(UV) pip install --quiet --python $(1)/bin/python --compile-bytecode --constraint $(2) $(3)
else
environment = $(PYTHON) -m venv $(1) && \
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --constraint $(2) $(3)
endif

clean:
	rm -rf $(VENV) $(SERVER) .label-studio-cache build .build.partial report

# The annotators' forms, from schemas/labels.yaml and the number of schemas/guidelines.md.
forms: $(VENV)/.build
	$(BIN)/python -m claimstance.annotation.studio.forms

# The tool ships what a new corpus begins with: the schemas and recipes of this one. A test holds them equal.
template:
	rm -rf src/claimstance/template/schemas src/claimstance/template/scripts
	cp -r schemas src/claimstance/template/schemas
	mkdir src/claimstance/template/scripts
	cp scripts/*.py src/claimstance/template/scripts/
