#!/bin/sh
# Compares this checkout's speed with another revision's, both on this machine: sh scripts/ci/speed.sh REVISION
# SPEED_ARGS says what to time: the words after "deno task bench". The exit status is that of "deno task compare":
# 0 none regressed, 1 regressed, 2 not comparable. Both runs, compare.md and compare.json go to results/runs/ci/speed.
set -eu
INIT_CWD=$(pwd -P)
export INIT_CWD
cd "$(dirname "$0")/../.."
: "${SPEED_ARGS:?is not set. Say what to time, for example: export SPEED_ARGS=\"lenet300 --filter modern --epochs 3\"}"
# shellcheck disable=SC2086 # SPEED_ARGS is words
set -- $SPEED_ARGS --against "$1"
. scripts/ci/common.sh
out=$RUNS/speed
status=0
"$DENO" task --quiet bench "$@" --out "$out" $ANNOTATIONS || status=$?
[ ! -e "$out/compare.md" ] || summarise "$out/compare.md"
exit "$status"
