#!/bin/sh
# Sets up what is missing, then runs "deno task bench" with the same arguments. Try: sh scripts/bench.sh --help
set -eu
# Folders among the arguments are the caller's: they stay as they are when the caller stands in the project's folder.
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec "$DENO" task --quiet bench "$@"
