import assert from "node:assert/strict";
import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodeHeader, encodeRows } from "../../base/csv/csv.ts";
import { runGit } from "../../base/git.ts";
import { readRun } from "../../results/folder/store.ts";
import { errorRow } from "../../results/rows/errors.ts";
import { trialRow } from "../../results/rows/trials.ts";
import { readWorkflow } from "./workflow.ts";
import { runCommand, type RunnerOptions, runWorkflow, type WorkflowResult } from "./workflow_runner.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const WORKFLOW = readWorkflow(join(ROOT, ".github/workflows/bench.yml"));
/**
 * Two small networks in two shards, with two seeds, since one seed allows no verdict; a threshold that even a busy
 * machine does not reach.
 */
const SMALL = {
  BENCH_ARGS: "lenet300 --profile smoke --filter fc-784-10.modern,fc-784-300-10.modern --seeds 2",
  SPEED_ARGS: "lenet300 --profile smoke --filter fc-784-10.modern --epochs 3 --rounds 1 --threshold 100",
};
/** A terminal or another CI: nothing of GitHub's, should this test run there. */
const ELSEWHERE = { ...SMALL, GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "" };
/** A row of a markdown table. */
const TABLE_ROW = /^\|.*\|$/m;

Deno.test("bench.yml pins its actions, lets only the history write, and limits the time of each job", () => {
  assert.deepEqual(Object.keys(WORKFLOW.on), ["pull_request", "push", "workflow_dispatch"]);
  assert.deepEqual(WORKFLOW.permissions, { contents: "read" });
  for (const [name, job] of Object.entries(WORKFLOW.jobs)) {
    assert.deepEqual(job.permissions, name === "history" ? { contents: "write" } : {}, name);
    assert.ok(job["timeout-minutes"] <= 60, name);
    for (const { uses } of job.steps) assert.match(uses ?? "./run", /^(\.\/|actions\/[a-z/-]+@v\d+$)/);
  }
});

Deno.test("bench.yml and the recipe run every command: on main, on a pull request, after a fault and a regression", () =>
  inTemporaryFolder(async (folder) => {
    const origin = await originWithPullRequest(folder);
    const run = (trigger: RunnerOptions["trigger"], options?: Partial<RunnerOptions>) =>
      runWorkflow(WORKFLOW, { trigger, folder, origin, env: SMALL, shards: 2, ...options });
    const artefact = (path: string) => join(folder, "store/artefacts", path);

    const onMain = await run({ event: "push", ref: "main" });
    assertAllSucceeded(onMain);
    assert.match(onMain.summaries.get("accuracy")!, /Not compared: there is no earlier run/);
    assert.equal(readRun(artefact("accuracy/head")).trials.length, 4, "both shards' trials are in the joined run");
    assert.ok((await historyLines(origin)).length > 1, "the history has a line for each metric");
    assert.match(onMain.summaries.get("history")!, /^\*\*No step can be shown yet\.\*\*/m);

    const onPull = await run({ event: "pull_request", ref: "pull" });
    assertAllSucceeded(onPull);
    for (const job of ["accuracy", "speed"]) {
      assert.match(onPull.summaries.get(job)!, TABLE_ROW, job);
      assert.equal(await Deno.readTextFile(artefact(`${job}/compare.md`)), onPull.summaries.get(job), job);
      JSON.parse(await Deno.readTextFile(artefact(`${job}/compare.json`)));
    }
    assertEveryCommandRan([onMain, onPull]);

    const nothing = { ...SMALL, BENCH_ARGS: "lenet300 --profile smoke --filter nothing" };
    const lost = await run({ event: "pull_request", ref: "pull" }, { jobs: ["shard", "accuracy"], env: nothing });
    assert.deepEqual(failed(lost), ['sh scripts/ci/shard.sh "$SHARD"', 'test "$SHARDS" = success']);

    const before = join(folder, "store/caches/baseline-fedcba9/baseline");
    cpSync(join(folder, "store/caches/baseline-0123456/baseline"), before, { recursive: true });
    await makeFaultless(before);
    for (const attempt of ["first", "run again"]) {
      const regressed = await run({ event: "push", ref: "main" }, { jobs: ["accuracy"] });
      assert.deepEqual(
        failed(regressed),
        ["sh scripts/ci/accuracy.sh results/runs/ci/baseline --times none"],
        attempt,
      );
      const { code, output } = regressed.commands.find(({ run }) => run.includes("accuracy.sh"))!;
      assert.equal(code, 1, output);
      assert.match(output, /^::error .*title=/m);
      assert.match(regressed.summaries.get("accuracy")!, /regressed/);
    }

    const clone = join(folder, "recipe");
    await runRecipe(clone, { origin });
    await addToHistory(clone, { origin });
  }));

/** The recipe for any other CI, from its page, and a shard once more: it is finished, so nothing is trained again. */
async function runRecipe(clone: string, { origin }: { origin: string }): Promise<void> {
  const page = await Deno.readTextFile(join(ROOT, "docs/ci.md"));
  for (const [, script] of page.matchAll(/\b(scripts\/[a-z/_]+\.sh)\b/g)) assert.ok(existsSync(join(ROOT, script!)));
  const recipe = /^<!-- tested -->\n```sh\n(.*?)^```$/ms.exec(page)?.[1] ?? "";
  for (const script of ["shard", "accuracy", "speed"]) assert.ok(recipe.includes(`scripts/ci/${script}.sh`), script);
  await runGit(["clone", "--quiet", "--branch", "pull", origin, clone]);
  const { code, output } = await runCommand(recipe, { cwd: clone, env: ELSEWHERE });
  assert.equal(code, 0, output);
  assert.match(output, /Not compared/);
  assert.match(output, TABLE_ROW, "the comparison is printed");
  assert.ok(!output.includes("\n::"), "no commands to GitHub");

  const trials = join(clone, "results/runs/ci/shards/1/trials.csv");
  const before = await Deno.readTextFile(trials);
  const again = await runCommand("sh scripts/ci/shard.sh 1/2", { cwd: clone, env: ELSEWHERE });
  assert.equal(again.code, 0, again.output);
  assert.equal(await Deno.readTextFile(trials), before);
}

/** Adds the recipe's run to the existing history; the first push is rejected. */
async function addToHistory(clone: string, { origin }: { origin: string }): Promise<void> {
  const hook = join(origin, ".git/hooks/pre-receive");
  await Deno.mkdir(dirname(hook), { recursive: true });
  await Deno.writeTextFile(hook, '#!/bin/sh\nrm "$0"\nexit 1\n', { mode: 0o755 });
  const before = await historyLines(origin);
  const add = async () => {
    const run = "sh scripts/ci/history.sh results/runs/ci/accuracy/head";
    const { code, output } = await runCommand(run, { cwd: clone, env: ELSEWHERE });
    assert.equal(code, 0, output);
    return output;
  };
  // On a disk that is not mounted now.
  const away = join(clone, "../away");
  await runGit(["-C", clone, "worktree", "add", "--quiet", "--detach", away]);
  await Deno.remove(away, { recursive: true });
  assert.match(await add(), /attempt 1 to push to bench-history was rejected/);
  await add(); // As when the job is run again.
  assert.match(await runGit(["-C", clone, "worktree", "list"]), /\/away /, "other worktrees stay");
  const after = await historyLines(origin);
  assert.ok(after.length > before.length);
  assert.deepEqual(after.slice(0, before.length), before, "what others added stays");
  assert.equal(
    (await runGit(["-C", origin, "rev-list", "--count", "bench-history"])).trim(),
    "3",
    "a start and two runs",
  );
}

async function historyLines(origin: string): Promise<string[]> {
  return (await runGit(["-C", origin, "show", "bench-history:history.jsonl"])).trimEnd().split("\n");
}

function assertAllSucceeded({ commands }: WorkflowResult): void {
  for (const { job, run, code, output } of commands) {
    assert.equal(code, 0, `${job}: ${run}\n${output}`);
    const trains = job === "shard" || job === "speed";
    assert.equal(output.includes("setup: ready: "), trains, `${job}: ${run} looks for an adapter only if it needs one`);
  }
}

function failed({ commands }: WorkflowResult): string[] {
  return [...new Set(commands.filter(({ code }) => code !== 0).map(({ run }) => run))];
}

function assertEveryCommandRan(results: readonly WorkflowResult[]): void {
  const ran = new Set(results.flatMap(({ commands }) => commands.map(({ run }) => run)));
  for (const { run } of Object.values(WORKFLOW.jobs).flatMap(({ steps }) => steps)) {
    if (run !== undefined) assert.ok(ran.has(run), run);
  }
}

/** This checkout's last commit as the branch `main` of a repository, and a pull request of one commit on top of it. */
async function originWithPullRequest(folder: string): Promise<string> {
  const origin = join(folder, "origin");
  await runGit(["clone", "--quiet", "--no-checkout", ROOT, origin]);
  await runGit(["-C", origin, "checkout", "--quiet", "-B", "main"]);
  await runGit(["-C", origin, "checkout", "--quiet", "-b", "pull"]);
  const author = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
  await runGit(["-C", origin, ...author, "commit", "--quiet", "--allow-empty", "--message", "Change nothing"]);
  return origin;
}

/** Takes all test errors out of a run, so that whatever is compared with it has become worse. */
async function makeFaultless(directory: string): Promise<void> {
  const trials = readRun(directory).trials.map((trial) => ({ ...trial, test_errors: 0, test_error_pct: 0 }));
  await Deno.writeTextFile(join(directory, "trials.csv"), encodeHeader(trialRow) + encodeRows(trialRow, trials));
  await Deno.writeTextFile(join(directory, "errors.csv"), encodeHeader(errorRow));
}

async function inTemporaryFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
