#!/bin/sh
# Compares this checkout's speed with another revision's, both on this machine: sh scripts/ci/speed.sh REVISION
# SPEED_ARGS says what to time: the words after "deno task bench". The exit status is that of "deno task compare":
# 0 none regressed, 1 regressed, 2 not comparable. Both runs, compare.md and compare.json go to results/runs/ci/speed.
set -eu
cd "$(dirname "$0")/../.."
. scripts/ci/common.sh
: "${SPEED_ARGS:?is not set. Say what to time, for example: export SPEED_ARGS=\"lenet300 --filter modern --epochs 3\"}"
out=$RUNS/speed
status=0
# shellcheck disable=SC2086 # SPEED_ARGS is words
"$DENO" task --quiet bench $SPEED_ARGS --against "$1" --out "$out" $ANNOTATIONS || status=$?
[ ! -e "$out/compare.md" ] || summarise "$out/compare.md"
exit "$status"
