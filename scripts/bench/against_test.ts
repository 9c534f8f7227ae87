import assert from "node:assert/strict";
import { runGit } from "../../base/git.ts";
import { readRun } from "../../results/folder/store.ts";
import { TABLES } from "../../results/rows/list.ts";
import { readTable } from "../../results/rows/table.ts";
import { outputOf, runTask, withProjectFolder } from "../command/testing.ts";

const UNTIMED = ["lenet300", "--profile", "smoke", "--filter", "fc-784-10.modern"];
/** Tests don't depend on the machine's times. */
const SMALL = [...UNTIMED, "--rounds", "0"];

Deno.test("bench --against trains one seed if the code is the same, times both sides, and leaves no worktree", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/run`;
    const against = [...UNTIMED, "--rounds", "2", "--against", "HEAD", "--out", out];
    const { code, stderr, stdout } = await runTask("bench", ...against);
    assert.ok(code === 0 || code === 1, stderr);
    assert.match(stdout, /\| loss curve \|.*\| the same \| 1 seed, the same weights and losses \|/);
    const [base, head] = ["base", "head"].map((side) => readRun(`${out}/${side}/seed-1`));
    assert.equal(base!.trials[0]!.weights_sha256, head!.trials[0]!.weights_sha256);
    assert.deepEqual([...Deno.readDirSync(`${out}/head`)].map(({ name }) => name), ["seed-1"]);
    const { rows } = readTable(TABLES.slices, out);
    assert.deepEqual(
      rows.slice(0, 8).map(({ side }) => side),
      ["base", "head", "head", "base", "head", "base", "base", "head"],
    );
    assert.deepEqual(new Set(rows.map(({ round }) => round)), new Set([1, 2]));
    assert.equal(new Set(rows.map(({ steps }) => steps)).size <= 2, true, "the same number on both sides of a round");
    assert.equal(JSON.parse(await Deno.readTextFile(`${out}/compare.json`)).schema, 1);
    assert.doesNotMatch(await runGit(["worktree", "list"]), /worktrees/);

    const before = await Deno.readTextFile(`${out}/slices.csv`);
    assert.equal((await runTask("bench", ...against)).code, code, "nothing is measured again");
    assert.equal(await Deno.readTextFile(`${out}/slices.csv`), before);

    const other = await runTask("bench", ...against, "--epochs", "2");
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
    assert.match(
      stdout,
      /\*\*Regressed: training loss of .*Training took another course: lenet300\/fc-784-10\.modern\.\*\*/,
    );
    assert.match(stdout, /::error title=.*test error regressed/);
    assert.match(stderr, /1 variant not the same to the byte; training 4 seeds more/);
  }));

Deno.test("bench --against refuses unknown revisions, no suite and foreign options in one sentence, with status 2", async () => {
  for (
    const [args, message] of [
      [[...SMALL, "--against", "no-such-revision"], /Cannot find revision "no-such-revision"/],
      [["--against", "HEAD"], /needs a suite/],
      [[...SMALL, "--against", "HEAD", "--shard", "1/2"], /--shard can't be combined with --against/],
      [[...SMALL, "--against", "HEAD", "--out", "README.md"], /Cannot make "README.md"/],
    ] as const
  ) {
    const { code, stderr } = await runTask("bench", ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});
