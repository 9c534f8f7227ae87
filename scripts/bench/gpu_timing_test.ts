import assert from "node:assert/strict";
import { FIRST_FORMS } from "../../reports/timing/gpu_tables.ts";
import { GPU_TIMING_KINDS } from "../../results/rows/gpu_timings.ts";
import { TABLES } from "../../results/rows/list.ts";
import { readTable } from "../../results/rows/table.ts";
import { roundsOf } from "../../results/rows/timings.ts";
import { GPU_TIMING } from "../../suites/gpu_timing.ts";
import { runTask, withProjectFolder } from "../command/testing.ts";

Deno.test("bench gpu_timing measures every kind of row, and its report comes from its file alone", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/run`;
    const { code, stderr } = await runTask("bench", "gpu_timing", "--profile", "smoke", "--out", out);
    assert.equal(code, 0, stderr);
    const { rows } = readTable(TABLES.gpuTimings, out);
    assert.deepEqual(new Set(rows.map(({ kind }) => kind)), new Set(GPU_TIMING_KINDS));
    const { batches, imageNet } = GPU_TIMING.profiles.smoke;
    const counted = new Set(imageNet.map(({ model }) => model.id));
    for (const row of rows) {
      // Networks of ImageNet are counted only: their shaders take longer to compile than a test should. A busy machine
      // may leave out others.
      const isTimed = !counted.has(row.subject) && !/^Cannot time/.test(row.note);
      assert.equal(roundsOf(row).length, isTimed ? 1 : 0, `${row.kind} ${row.subject}: ${row.note}`);
      assert.ok((row.difference ?? 0) < 1e-3, `${row.subject}: ${row.contender} computes something else`);
    }
    const phases = rows.filter(({ kind }) => kind === "phase");
    assert.deepEqual([...new Set(phases.map(({ batch }) => batch))], batches);
    for (const { phase, dispatches, note } of phases) assert.ok(dispatches! > 0, `${phase}: ${note}`);
    assert.ok(rows.some(({ subject, bytes }) => subject.startsWith("upload-") && bytes! > 0));
    assert.ok(rows.find(({ kind }) => kind === "first_step")!.shaders! > 0);

    const check = await runTask("report", "--check", out);
    assert.equal(check.code, 0, check.stderr);
    const again = await runTask("bench", "gpu_timing", "--profile", "smoke", "--out", out);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^Error: Cannot start a run in .*--out/, "a folder of a run is not overwritten");
  }));

Deno.test("bench gpu_timing --against times the steps of two revisions by batch size", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/run`;
    const { code, stdout, stderr } = await runTask(
      "bench",
      ...["gpu_timing", "--profile", "smoke", "--rounds", "1", "--against", "HEAD", "--out", out],
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /784-10, batch 1, step: .* cannot tell\n/);
    const warm = readTable(TABLES.stepComparisons, out).rows.filter(({ kind }) => kind === "step");
    assert.deepEqual(warm.map(({ batch }) => batch), GPU_TIMING.profiles.smoke.batches);
    const alone = await runTask("bench", "gpu_timing", "--profile", "smoke", "--rounds", "1");
    assert.equal(alone.code, 1);
    assert.match(alone.stderr, /^Error: --rounds "1" is for --against/);
  }));

Deno.test("bench gpu_timing explains its options, and refuses wrong ones", async () => {
  const help = await runTask("bench", "gpu_timing", "--help");
  assert.equal(help.code, 0);
  for (const name of ["--profile", "--filter", "--out"]) assert.ok(help.stdout.includes(name), name);
  assert.match((await runTask("bench", "--help")).stdout, /deno task bench gpu_timing/);

  const foreign = await runTask("bench", "gpu_timing", "--epochs", "3");
  assert.equal(foreign.code, 2);
  assert.match(foreign.stderr, /--epochs/);
  const nobody = await runTask("bench", "gpu_timing", "-p", "smoke", "--filter", "nobody");
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /^Error: No network matches --filter "nobody"\. There are: fc-784-10; alexnet/);
});

Deno.test("FIRST_FORMS contains the first form of each comparison and no other", () => {
  const { activations, augmentations } = GPU_TIMING;
  assert.ok(FIRST_FORMS.includes(activations[0]!));
  const others = [...activations.slice(1), ...augmentations.map(({ title }) => title)];
  assert.ok(others.every((form) => !FIRST_FORMS.includes(form)), others.join());
});
