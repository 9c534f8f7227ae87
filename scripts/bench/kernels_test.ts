import assert from "node:assert/strict";
import { TABLES } from "../../results/rows/list.ts";
import { readTable } from "../../results/rows/table.ts";
import { roundsOf } from "../../results/rows/timings.ts";
import { KERNELS } from "../../suites/kernels.ts";
import { runTask, withProjectFolder } from "../command/testing.ts";

Deno.test("bench kernels times ceilings, steps and kernels, and its report comes from its file alone", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/run`;
    const { code, stderr } = await runTask("bench:peers", "--profile", "smoke", "--rounds", "1", "--out", out);
    assert.equal(code, 0, stderr);
    const { rows } = readTable(TABLES.timings, out);
    assert.deepEqual(rows.filter(({ kind }) => kind === "ceiling").map(({ subject }) => subject), [
      "multiply-add",
      "copy",
    ]);
    const [step] = KERNELS.profiles.smoke.steps;
    const single = `${step!.id}-single`;
    assert.deepEqual(new Set(rows.filter(({ subject }) => subject === single).map(({ batch }) => batch)), new Set([1]));
    const steps = rows.filter(({ subject }) => subject === step!.id);
    assert.deepEqual(steps.map(({ contender }) => contender), ["tuned", "unshared", "stock", "pytorch", "jax-js"]);
    for (const row of rows) {
      const isKernelSet = ["tuned", "unshared", "stock"].includes(row.contender);
      if (isKernelSet) assert.ok(row.dispatches! > 0 && row.first_ms! > 0 && row.cpu_ms! > 0, row.subject);
      if (row.contender === "unshared") assert.equal(row.lanes, 1);
      if (isKernelSet || row.kind === "ceiling") assert.equal(roundsOf(row).length, 1);
      // A peer is timed if it is installed, and otherwise says what to do.
      else assert.ok(row.note === "" ? roundsOf(row).length === 1 : /^Not there: /.test(row.note), row.note);
      assert.ok((row.difference ?? 0) < 1e-3, `${row.subject}: ${row.contender} computes something else`);
    }
    assert.deepEqual(
      new Set(rows.filter(({ kind }) => kind === "kernel").map(({ contender }) => contender)),
      new Set(["tuned", "unshared", "stock"]),
    );

    const check = await runTask("report", "--check", out);
    assert.equal(check.code, 0, check.stderr);
    const alone = await runTask(
      "bench",
      ...["kernels", "--profile", "smoke", "--rounds", "1", "--filter", step!.id, "--out", `${folder}/alone`],
    );
    assert.equal(alone.code, 0, alone.stderr);
    assert.match(alone.stderr, /^Note: pytorch: Not there: other programs run under "deno task bench:peers" only/m);
    const again = await runTask("bench", "kernels", "--profile", "smoke", "--out", out);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^Error: Cannot start a run in .*--out/, "a folder of a run is not overwritten");
  }));

Deno.test("bench kernels --by-kernel times each kernel of a step, and counts what it does", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/run`;
    const { code, stderr } = await runTask(
      "bench",
      ...["kernels", "--by-kernel", "--profile", "smoke", "--rounds", "1", "--out", out],
    );
    assert.equal(code, 0, stderr);
    const { rows: [step, ...kernels] } = readTable(TABLES.stepKernels, out);
    assert.deepEqual([step!.kernel, step!.compile_ms], ["", null]);
    assert.equal(kernels.reduce((sum, { dispatches }) => sum + dispatches, 0), step!.dispatches);
    for (const { kernel, wall_ms, wgsl_bytes } of kernels) assert.ok(wall_ms! > 0 && wgsl_bytes! > 100, kernel);
    const forward = kernels.find(({ shapes }) => shapes === "128x784, 784x10, 10 to 128x10")!;
    assert.equal(forward.kernel, "matmul");
    assert.ok(forward.multiply_adds! >= 128 * 784 * 10 && forward.loads! > 0);
    assert.ok(
      kernels.some(({ kernel }) => kernel === "optimiserStep"),
      "what is no program of the registry has a name",
    );

    const check = await runTask("report", "--check", out);
    assert.equal(check.code, 0, check.stderr);
    const both = await runTask("bench", "kernels", "--by-kernel", "--against", "HEAD");
    assert.equal(both.code, 1);
    assert.match(both.stderr, /^Error: --by-kernel times this checkout alone, and "HEAD" is another/);
  }));

Deno.test("bench kernels explains its options, and refuses wrong ones", async () => {
  const help = await runTask("bench", "kernels", "--help");
  assert.equal(help.code, 0);
  for (const name of ["--profile", "--rounds", "--filter", "--against", "--instructions", "--by-kernel", "--out"]) {
    assert.ok(help.stdout.includes(name), name);
  }
  assert.match((await runTask("bench", "--help")).stdout, /deno task bench kernels/);

  const foreign = await runTask("bench", "kernels", "--epochs", "3");
  assert.equal(foreign.code, 2);
  assert.match(foreign.stderr, /--epochs/);
  const nobody = await runTask("bench", "kernels", "-p", "smoke", "--filter", "nobody");
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /^Error: No network or kernel matches --filter "nobody"\. There are: fc-784-10; /);
});

Deno.test("bench kernels --against times steps in rounds of fresh processes, and its report comes from its file alone", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/run`;
    const { code, stdout, stderr } = await runTask(
      "bench",
      ...["kernels", "-p", "smoke", "--rounds", "2", "--filter", "fc-784-10", "--against", "HEAD", "--out", out],
    );
    // Which of the two depends on the machine.
    assert.ok(code === 0 || code === 1, stderr);
    assert.match(
      stdout,
      /784-10, batch 128, step: .* times as fast in CPU time, (same|cannot tell|improved|regressed)$/m,
    );
    const { rows } = readTable(TABLES.stepComparisons, out);
    assert.deepEqual(rows.map(({ kind, batch }) => `${kind} ${batch}`), ["step 128", "first_step 128"]);
    for (const row of rows) assert.equal(roundsOf({ rounds_ms: row.head_cpu_ms }).length, 2);
    assert.equal((await runTask("report", "--check", out)).code, 0);
  }));

Deno.test("bench kernels --instructions needs a revision to compare with", async () => {
  const { code, stderr } = await runTask("bench", "kernels", "-p", "smoke", "--instructions");
  assert.equal(code, 1);
  assert.match(stderr, /^Error: --instructions compares two revisions\. Add --against REV/);
});

Deno.test("bench kernels --against refuses an unknown revision", async () => {
  const { code, stderr } = await runTask("bench", "kernels", "-p", "smoke", "--against", "nowhere");
  assert.equal(code, 2);
  assert.match(stderr, /^Error: Cannot find revision "nowhere"/);
});
