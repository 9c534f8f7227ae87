#!/bin/sh
# Sets up what is missing, then runs "deno task bench" with the same arguments. Try: sh scripts/bench.sh --help
set -eu
# Folders in the arguments are relative to where the user stands, as they are for the task.
INIT_CWD=$(pwd -P)
export INIT_CWD
# The script may be a link, in a folder of programs for example.
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/setup.sh
exec "$DENO" task --quiet bench "$@"
