import assert from "node:assert/strict";
import { withFolder } from "../base/testing.ts";
import { readRun } from "../results/folder/store.ts";
import { writeRun } from "../results/folder/write_run.ts";
import { fakeRun } from "../results/testing.ts";
import { outputOf, runTask, taskFrom } from "./command/testing.ts";

const SMALL = ["lenet300", "--profile", "smoke", "--filter", "fc-784-10.modern", "--epochs", "1", "--seeds", "1"];

/** Runs `test` with a folder outside the project. */
async function withOuterFolder(test: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => await test(await Deno.realPath(folder)));
}

Deno.test("bench, merge and history write below links, and into files behind links, that the user named", () =>
  withOuterFolder(async (outer) => {
    await Deno.mkdir(`${outer}/scratch`);
    await Deno.symlink("scratch", `${outer}/linked`);
    const succeeds = async (...[task, ...args]: Parameters<typeof runTask>) => {
      const { code, stdout, stderr } = await runTask(task, ...args);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    assert.match(await succeeds("bench", ...SMALL, "--out", `${outer}/linked/new`), /linked\/new\/report\.md/);
    assert.match(await succeeds("bench", "--resume", `${outer}/linked/new`), /linked\/new\/report\.md/);
    assert.equal(readRun(`${outer}/scratch/new`).trials.length, 1);
    await succeeds("merge", `${outer}/linked/new`, "--out", `${outer}/linked/merged`);
    assert.equal(readRun(`${outer}/scratch/merged`).trials.length, 1);

    await Deno.symlink("scratch/kept.jsonl", `${outer}/history`);
    for (const seed of [1, 2]) {
      writeRun(`${outer}/${seed}`, fakeRun({ environment: { commit: `${seed}`.repeat(40) } }));
      await succeeds("history", "add", `${outer}/${seed}`, "--file", `${outer}/history`);
    }
    assert.ok((await Deno.lstat(`${outer}/history`)).isSymlink);
    const lines = (await Deno.readTextFile(`${outer}/scratch/kept.jsonl`)).trim().split("\n");
    assert.deepEqual([...new Set(lines.map((line) => JSON.parse(line).commit[0]))], ["1", "2"]);
  }));

Deno.test("launch() runs a task for where the user stands: paths start there, and can be pasted there", () =>
  withOuterFolder(async (outer) => {
    const from = (...[task, ...args]: Parameters<typeof runTask>) => outputOf(taskFrom(outer, task, ...args));
    const trained = await from("bench", ...SMALL, "--out", "run");
    assert.equal(trained.code, 0, trained.stderr);
    assert.ok(trained.stdout.includes(`Report: ${outer}/run/report.md\n`), trained.stdout);
    const compared = await from("compare", "run", "./run", "--json", "j", "--error-threshold", "5");
    assert.equal(compared.code, 0, compared.stderr);
    assert.equal(JSON.parse(await Deno.readTextFile(`${outer}/j`)).schema, 1);
    const merged = await from("merge", "run", "--out", "merged");
    const [, command] = /Its report: (deno task --cwd \S+ report \S+)\n$/.exec(merged.stdout) ?? [];
    const { code } = await new Deno.Command("sh", { args: ["-c", command!], cwd: outer, env: { NO_COLOR: "1" } })
      .output();
    assert.equal(code, 0, command!);
    assert.ok((await Deno.stat(`${outer}/merged/report.md`)).isFile);
    const { stdout } = await from("history", "report", "--help");
    assert.ok(stdout.replaceAll(/\s/g, "").includes(`${Deno.cwd()}/results/history.jsonl`), stdout);
    // Nothing of it lies in the project.
    for (const name of ["run", "j", "merged"]) await assert.rejects(Deno.stat(name), Deno.errors.NotFound);
  }));

Deno.test(
  "bench.sh passes on where the user stands, called by a link too",
  { ignore: Deno.build.os === "windows" },
  () =>
    withOuterFolder(async (outer) => {
      const script = `${outer}/bench`;
      await Deno.symlink(new URL("./bench.sh", import.meta.url).pathname, script);
      const { code, stderr } = await new Deno.Command("sh", {
        args: [script, "--backend", "cpu", ...SMALL, "--resume", "no/such/run"],
        cwd: outer,
        // Of a task that called the script's caller.
        env: { NO_COLOR: "1", INIT_CWD: "/" },
      }).output();
      assert.equal(code, 1);
      assert.ok(new TextDecoder().decode(stderr).includes(`${outer}/no/such/run`), new TextDecoder().decode(stderr));
    }),
);
