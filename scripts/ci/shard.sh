#!/bin/sh
# Trains one shard of a suite: sh scripts/ci/shard.sh 2/4. Any scheduler may call it, once for each shard.
# BENCH_ARGS says what to train: the words after "deno task bench". The run goes to results/runs/ci/shards/2; one that
# was interrupted there is resumed.
set -eu
INIT_CWD=$(pwd -P)
export INIT_CWD
cd "$(dirname "$0")/../.."
: "${BENCH_ARGS:?is not set. Say what to train, for example: export BENCH_ARGS=\"lenet300 --profile quick\"}"
shard=$1
# shellcheck disable=SC2086 # BENCH_ARGS is words
set -- $BENCH_ARGS --shard "$shard"
. scripts/ci/common.sh
out=$RUNS/shards/${shard%/*}
if [ -e "$out/environment.json" ]; then where=--resume; else where=--out; fi
exec "$DENO" task --quiet bench "$@" "$where" "$out"
