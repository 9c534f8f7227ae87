#!/bin/sh
# Sets up what is missing, then runs "deno task bench" with the same arguments. Try: sh scripts/bench.sh --help
set -eu
# Folders in the arguments are relative to where the user stands, as they are for the task.
INIT_CWD=$(pwd -P)
export INIT_CWD
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec "$DENO" task --quiet bench "$@"
