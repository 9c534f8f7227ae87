# Sourced by the scripts next to it, in the project's folder and with the arguments of "deno task bench": sets up what
# is missing, as all scripts do. INIT_CWD is where the user stands. Sets DENO.
. scripts/setup.sh

# Where CI keeps its runs. No folder here starts with a dot: GitHub leaves those out of artefacts.
RUNS=results/runs/ci
# Tasks take paths to be relative to where the user stands.
[ "$INIT_CWD" = "$(pwd -P)" ] || RUNS=$(pwd -P)/$RUNS

# A path that the user typed, as it is called in the project's folder.
from_user() {
  case $1 in
  /*) printf '%s\n' "$1" ;;
  *) if [ "$INIT_CWD" = "$(pwd -P)" ]; then printf '%s\n' "$1"; else printf '%s/%s\n' "$INIT_CWD" "$1"; fi ;;
  esac
}

# "--annotations" on GitHub, where it marks regressions at the commit; nothing elsewhere.
ANNOTATIONS=${GITHUB_ACTIONS:+--annotations}

# Adds a markdown file to the job's page on GitHub. Elsewhere there is none: the comparisons are printed anyway.
summarise() {
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$1" >>"$GITHUB_STEP_SUMMARY"
}
