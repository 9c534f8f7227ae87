#!/bin/sh
# Adds a run to the history and renders its report: sh scripts/ci/history.sh RUN_DIR
# The history is a branch of its own, "bench-history", with history.jsonl and the report. It starts with an empty
# commit. Exits with 3 if the run lacks planned trials: it is in the history all the same, which says so.
set -eu
INIT_CWD=$(pwd -P)
export INIT_CWD
cd "$(dirname "$0")/../.."
NEEDS_ADAPTER=no
. scripts/ci/common.sh
run=$1
branch=bench-history
checkout=$RUNS/history

# Hooks of the user's repository, such as git-lfs's, are not about this branch.
git() {
  command git -c core.hooksPath=/dev/null "$@"
}

# A commit's place in git's order is known only with everything before it.
[ "$(git rev-parse --is-shallow-repository)" = false ] || git fetch --quiet --unshallow origin

# The commit that the history continues from.
newest() {
  # ls-remote exits with 2 if the branch does not exist, and otherwise if the server does not answer.
  status=0
  git ls-remote --exit-code --heads origin "$branch" >/dev/null || status=$?
  case $status in
  0) git fetch --quiet --depth 1 origin "$branch" && git rev-parse FETCH_HEAD ;;
  2) git_as_ci commit-tree "$(git mktree </dev/null)" -m "Start the history" ;;
  *) return "$status" ;;
  esac
}

# The report's answer, and a link to the rest: a job's page can't show the charts of another branch.
tell() {
  printf '## History\n\n'
  grep '^\*\*' "$checkout/report/report.md"
  printf '\nThe report, with a chart for each metric: [%s](%s)\n' "$branch/report/report.md" \
    "${GITHUB_SERVER_URL:-}/${GITHUB_REPOSITORY:-}/blob/$branch/report/report.md"
}

git_as_ci() {
  git -c user.name=bench -c user.email=bench@localhost "$@"
}

# Another commit's run may have pushed in between; its lines stay, and ours are added to them.
for attempt in 1 2 3; do
  rm -rf "$checkout"
  start=$(newest)
  # Forced, to replace one whose folder is gone. Pruning would forget other worktrees too, such as those on a disk
  # that is not mounted now.
  git worktree add --quiet --force --force --detach "$checkout" "$start"
  added=0
  "$DENO" task --quiet history add "$run" --file "$checkout/history.jsonl" || added=$?
  [ "$added" = 0 ] || [ "$added" = 3 ] || exit "$added"
  "$DENO" task --quiet history report --file "$checkout/history.jsonl" --out "$checkout/report"
  git -C "$checkout" add --all
  # There is nothing to commit if the job runs again.
  git -C "$checkout" diff --cached --quiet ||
    git_as_ci -C "$checkout" commit --quiet -m "Add the run of $(git rev-parse --short HEAD)"
  if git -C "$checkout" push --quiet origin "HEAD:refs/heads/$branch"; then
    tell >"$RUNS/history.md"
    summarise "$RUNS/history.md"
    git worktree remove --force "$checkout"
    exit "$added"
  fi
  say "attempt $attempt to push to $branch was rejected"
done
stop "could not push to $branch. See git's message above: may this job write to the repository?"
