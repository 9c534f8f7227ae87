import assert from "node:assert/strict";
import { runGit } from "../../base/git.ts";
import { readRun } from "../../results/folder/store.ts";
import { outputOf, runTask, withProjectFolder } from "../command/testing.ts";

/** One epoch, so that no time is judged: tests don't depend on the machine's. */
const SMALL = ["lenet300", "--profile", "smoke", "--filter", "fc-784-10.modern", "--rounds", "2"];

Deno.test("bench --against finds the same weights in every round if the code is the same, and leaves no worktree", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/run`;
    const { code, stderr, stdout } = await runTask("bench", ...SMALL, "--against", "HEAD", "--out", out);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /No regression shown\.\*\* .* 1 not judged/);
    assert.match(stderr, /Round 1 of 2, about .* left\nRound 2 of 2/);
    for (const seed of [1, 2]) {
      const [base, head] = ["base", "head"].map((side) => readRun(`${out}/${side}/seed-${seed}`).trials[0]!);
      assert.equal(base!.seed, seed);
      assert.equal(base!.weights_sha256, head!.weights_sha256);
    }
    const order = ["base/seed-1", "head/seed-1", "head/seed-2", "base/seed-2"];
    const finished = order.map((turn) => readRun(`${out}/${turn}`).trials[0]!.finished);
    assert.deepEqual(finished, finished.toSorted(), "A B, B A");
    assert.match(await Deno.readTextFile(`${out}/compare.md`), /same weights in 2 of 2/);
    assert.equal(JSON.parse(await Deno.readTextFile(`${out}/compare.json`)).schema, 1);
    assert.doesNotMatch(await runGit(["worktree", "list"]), /worktrees/);

    const other = await runTask("bench", ...SMALL, "--against", "HEAD", "--out", out, "--epochs", "2");
    assert.equal(other.code, 2);
    assert.match(
      other.stderr,
      /Cannot resume in ".*run": it was started with "lenet300 .*" for arguments, and this is/,
    );
  }));

Deno.test("bench --against finds a fault, also in a subfolder of a repository whose path has a comma and whose hooks fail", () =>
  withProjectFolder(async (folder) => {
    const repository = `${folder}/a,b`;
    const clone = `${repository}/tools/bench`;
    await runGit(["clone", "--quiet", "--no-hardlinks", ".", clone]);
    await Deno.remove(`${clone}/.git`, { recursive: true });
    await runGit(["init", "--quiet"], { cwd: repository });
    await runGit(["add", "."], { cwd: repository });
    const author = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    await runGit([...author, "commit", "--quiet", "--message", "all"], { cwd: repository });
    await Deno.mkdir(`${repository}/.git/hooks`, { recursive: true });
    await Deno.writeTextFile(`${repository}/.git/hooks/post-checkout`, "#!/bin/sh\nexit 2\n", { mode: 0o755 });
    const path = `${clone}/engine/training/train.ts`;
    const source = await Deno.readTextFile(path);
    const faulty = source.replace("stepSize: learningRate,", "stepSize: learningRate * 0,");
    assert.notEqual(faulty, source);
    await Deno.writeTextFile(path, faulty);
    const { code, stdout, stderr } = await outputOf(
      new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "-A", "scripts/bench.ts", ...SMALL, "--against", "HEAD", "--annotations"],
        cwd: clone,
        env: { NO_COLOR: "1", LENET_BENCH_DATA: "" },
      }),
    );
    assert.equal(code, 1, stderr);
    assert.match(stdout, /::error title=.*test error regressed/);
  }));

Deno.test("bench --against refuses unknown revisions, no suite and foreign options in one sentence, with status 2", async () => {
  for (
    const [args, message] of [
      [[...SMALL, "--against", "no-such-revision"], /Cannot find revision "no-such-revision"/],
      [["--against", "HEAD"], /needs a suite/],
      [[...SMALL, "--against", "HEAD", "--seeds", "3"], /--seeds can't be combined with --against/],
      [[...SMALL, "--against", "HEAD", "--out", "README.md"], /Cannot make "README.md"/],
    ] as const
  ) {
    const { code, stderr } = await runTask("bench", ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});
