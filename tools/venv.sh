#!/bin/sh
# Makes the virtual environment of this checkout, or leaves it alone when it is up to date.
#
#   venv.sh run    what `make run` and a deployment need
#   venv.sh dev    also the tests and checks, and the folder that stands for Lambda's own packages
#
# $OFFHOOK_CACHE says where (outside the project; see the Makefile), $PYTHON which interpreter.
set -eu

purpose=$1
venv=$OFFHOOK_CACHE/venv
lambda_requirements=tests/lambda_runtime/requirements.txt

fail() {
    printf 'offhook: %s\n' "$1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# A name on the PATH may be a stub that only says "not found" (pyenv), so each one is really started.
choose_interpreter() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer."
        printf '%s' "$PYTHON"
        return
    fi
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        if is_new_enough "$name"; then
            printf '%s' "$name"
            return
        fi
    done
    fail "no Python 3.11 or newer found (tried python3.14 down to python3.11, then python3).
Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: make run PYTHON=/path/to/python3"
}

install() {
    "$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check "$@" ||
        fail "installing the packages failed; pip's own message stands above. Run the command again when it is mended."
}

python=$(choose_interpreter)
identity=$("$python" -c 'import sys; print(sys.version, sys.base_prefix)')
wanted=$(printf '%s\n' "$identity" | cat - requirements*.txt constraints.txt "$lambda_requirements" | cksum)
stamp=$venv/installed-for-$purpose

# The stamp is written last: a setup that was interrupted is begun anew.
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$python cannot make a virtual environment: its venv or ensurepip module is missing.
On Debian or Ubuntu: apt-get install $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"

if [ "$(cat "$venv/installed-for-run" 2>/dev/null)" != "$wanted" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    printf 'offhook: setting up in %s (once; it takes about a minute)\n' "$venv" >&2
    rm -rf "$venv"
    mkdir -p "$OFFHOOK_CACHE"
    "$python" -m venv "$venv"
    install -r requirements-run.txt
    printf '%s' "$wanted" >"$venv/installed-for-run"
fi

if [ "$purpose" = dev ]; then
    printf 'offhook: adding the tools for tests and checks (once)\n' >&2
    install -r requirements-dev.txt
    rm -rf "$OFFHOOK_LAMBDA_RUNTIME"
    install --target "$OFFHOOK_LAMBDA_RUNTIME" -r "$lambda_requirements"
    printf '%s' "$wanted" >"$venv/installed-for-dev"
fi
