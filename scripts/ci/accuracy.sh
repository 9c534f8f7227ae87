#!/bin/sh
# Joins the shards and compares them with a run of an earlier commit: sh scripts/ci/accuracy.sh BASELINE [OPTION...]
# The options are those of "deno task compare", as is the exit status: 0 none regressed, 1 regressed, 2 not comparable,
# 3 evidence is missing: a planned trial of a shard, or what the baseline has and the run has not.
# Everything goes to results/runs/ci/accuracy: the joined run and its report in "head", compare.md and compare.json.
set -eu
INIT_CWD=$(pwd -P)
export INIT_CWD
cd "$(dirname "$0")/../.."
NEEDS_ADAPTER=no
. scripts/ci/common.sh
baseline=$(from_user "$1")
shift
out=$RUNS/accuracy
# All of it is made from the shards, so nothing is lost when it is made again.
rm -rf "$out"
mkdir -p "$out"
[ -n "$(ls "$RUNS/shards" 2>/dev/null)" ] ||
  stop "there is no shard in $RUNS/shards. Run scripts/ci/shard.sh first, or copy the folders of shards there."
# Shards that lack a trial are joined and compared all the same, and fail the check in the end.
status=0
"$DENO" task --quiet merge "$RUNS"/shards/* --out "$out/head" || status=$?
[ "$status" = 0 ] || [ "$status" = 3 ] || exit "$status"
# So that it does not become the next baseline.
[ "$status" = 0 ] || touch "$out/incomplete"
"$DENO" task --quiet report "$out/head"

# The first run has nothing to be compared with. That is reported, since a check that compares nothing finds nothing.
if [ ! -d "$baseline" ]; then
  printf '## Accuracy\n\nNot compared: there is no earlier run in `%s` yet.\n' "$baseline" >"$out/compare.md"
  [ -z "$ANNOTATIONS" ] || printf '::warning title=Accuracy not compared::There is no earlier run in %s yet.\n' "$baseline"
  cat "$out/compare.md"
  summarise "$out/compare.md"
  exit "$status"
fi

"$DENO" task --quiet compare "$baseline" "$out/head" --markdown "$out/compare.md" --json "$out/compare.json" \
  --complete $ANNOTATIONS "$@" || status=$?
[ ! -e "$out/compare.md" ] || summarise "$out/compare.md"
exit "$status"
