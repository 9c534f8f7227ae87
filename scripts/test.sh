#!/bin/sh
# Sets up what is missing, then checks format, lint, types, documentation and package, renders the committed
# reports again, and runs all tests.
# Finishes with the ten slowest tests and a line "N passed, N failed". Set LENET_BENCH_DATA to the folder of the real
# data sets to test on them too.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

passed=0
failed=0
check() {
  name=$1
  shift
  printf '== %s\n' "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

log=$(mktemp)
trap 'rm -f "$log" "$log.status" "$log.xml"' EXIT
run_tests() {
  # A pipeline has the status of its last command, so the tests' own goes through a file.
  {
    status=0
    NO_COLOR=1 "$DENO" task --quiet test --junit-path="$log.xml" 2>&1 || status=$?
    echo "$status" >"$log.status"
  } | tee "$log"
}

check "format" "$DENO" fmt --check --quiet
check "lint" "$DENO" lint --quiet
check "types" "$DENO" check --quiet .
check "documentation" "$DENO" doc --lint --quiet mod.ts
check "package" "$DENO" publish --dry-run --allow-dirty --quiet
check "reports are what their CSV files give" "$DENO" task --quiet report:check
printf '== tests\n'
run_tests
counts=$(sed -n 's/^.*| \([0-9]*\) passed.*| \([0-9]*\) failed.*$/\1 \2/p' "$log" | tail -n 1)
counts=${counts:-0 0}
# A test run can also fail as a whole: a type error, a leak, a crash.
if [ "$(cat "$log.status")" -ne 0 ] && [ "${counts#* }" -eq 0 ]; then counts="${counts% *} 1"; fi
passed=$((passed + ${counts% *}))
failed=$((failed + ${counts#* }))
printf '== slowest tests\n'
"$DENO" run --quiet --allow-read="$log.xml" scripts/slowest_tests.ts "$log.xml" || true
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
