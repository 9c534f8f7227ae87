import assert from "node:assert/strict";
import { readPublished } from "../../../data/published.ts";
import { type FakeArm, fakeRun } from "../../../results/testing.ts";
import { renderReport } from "../report.ts";

const arm = (published: string, errors: number): FakeArm => ({
  variant: { variant: published, title: published, model: "lenet5", model_title: "LeNet-5", published },
  testErrors: [errors, errors + 2],
});

/** A run of LeNet-5 on the given numbers of images. */
function run(...sizes: readonly number[]) {
  const { trials, ...rest } = fakeRun({
    arms: sizes.map((size, i) => arm(size === 60_000 ? "lecun98.lenet5" : `lecun98.fig6.test.${size}`, 200 - 40 * i)),
  });
  return { ...rest, trials: trials.map((trial, i) => ({ ...trial, train_images: sizes[Math.floor(i / 2)]! })) };
}

Deno.test("renderReport() puts the published errors next to those of a network trained on several sizes", async () => {
  const files = await renderReport([run(60_000, 15_000, 30_000)], readPublished());
  const text = files.get("report.md")!;
  const rows = text.slice(text.indexOf("## Error by number of training images")).split("\n").slice(2, 7);
  assert.match(rows[2]!, /\| 15,000 \| 1\.61 \(.*\) \| 1\.68 \| 2\.30 \| 0\.055 \|/);
  assert.match(rows[3]!, /\| 30,000 \| 1\.21 \(.*\) \| 1\.14 \| 2\.30 \| 0\.31 \|/);
  assert.match(rows[4]!, /\| 60,000 \| 2\.01 \(.*\) \| 0\.94 \| 2\.30 \| 0\.35 \|/);
  for (const line of ["test", "training", "test, published", "training, published"]) {
    assert.ok(files.get("training_set_sizes.svg")!.includes(`>${line}</text>`), line);
  }
});

Deno.test("renderReport() shows no training-set sizes of a network with one", async () => {
  const files = await renderReport([run(60_000)], readPublished());
  assert.ok(!files.has("training_set_sizes.svg"));
  assert.ok(!files.get("report.md")!.includes("Error by number of training images"));
});
