import assert from "node:assert/strict";
import type { Run } from "../../../results/folder/store.ts";
import { type FakeArm, fakeRun } from "../../../results/testing.ts";
import { renderReport } from "../report.ts";

/** Sigmoid next to tanh, its baseline. */
const ARMS: readonly FakeArm[] = [
  { variant: { variant: "tanh", title: "784-10, tanh" }, testErrors: [100, 110, 120] },
  { variant: { variant: "sigmoid", title: "784-10, sigmoid", baseline: "tanh" }, testErrors: [140, 150, 161] },
];

/** Sigmoid makes twice the errors everywhere, and its first gradient is a hundredth of tanh's. */
function run(environment: Partial<Run["environment"]> = {}): Run {
  const fake = fakeRun({ arms: ARMS, environment });
  const isSigmoid = ({ variant }: { readonly variant: string }) => variant === "sigmoid";
  return {
    ...fake,
    epochs: fake.epochs.map((row) => isSigmoid(row) ? { ...row, train_error_pct: 2 * row.train_error_pct } : row),
    sweeps: fake.sweeps.map((row) => isSigmoid(row) ? { ...row, errors: 2 * row.errors } : row),
    gradients: fake.gradients.map((row) =>
      isSigmoid(row) && row.parameter === "F1/weights" ? { ...row, rms: row.rms / 100 } : row
    ),
  };
}

async function rendered(...runs: Run[]) {
  const files = await renderReport(runs, []);
  const text = files.get("report.md") ?? "";
  return { files, text, lead: text.split("\n\n")[2] ?? "" };
}

Deno.test("renderReport() shows sweeps by arm and by amount, and a picture with units", async () => {
  const { files, text } = await rendered(run());
  // Of 1,000 images 10, 100 and 400 are wrong, and as many more as the seed: 17 + 0.1, 0.2 and 0.3%.
  assert.ok(text.includes("| 784-10 | tanh | 17.20 | **17.20** (14.99 to 19.66) | 3 |"));
  assert.ok(text.includes("| 784-10 | sigmoid | 34.40 | **34.40** (31.52 to 37.40) | 3 |"));
  assert.ok(
    text.includes(
      "| network | arm | 0 | 2 | 4 |\n| :- | :- | -: | -: | -: |\n| 784-10 | tanh | 1.20 | 10.20 | 40.20 |",
    ),
  );
  assert.ok(text.includes("first 1,000 test images, distorted: shift by 0, 2 and 4 (pixels)"));
  const svg = files.get("distorted_images.svg") ?? "";
  for (const label of ["784-10: shift", "shift, pixels", "error, %", "tanh", "sigmoid"]) {
    assert.ok(svg.includes(`>${label}</text>`), label);
  }
});

Deno.test("renderReport() names the arm that keeps most accuracy under sweeps in its second sentence", async () => {
  const { lead } = await rendered(run());
  assert.ok(
    lead.endsWith(
      "On test images distorted by shift, tanh keeps the most accuracy, with a mean error of 17.20% (14.99 to 19.66), " +
        "and sigmoid the least, with 34.40% (31.52 to 37.40).",
    ),
    lead,
  );
});

Deno.test("renderReport() does not rank arms of equal errors under sweeps", async () => {
  const { lead } = await rendered(fakeRun({ arms: ARMS }));
  assert.ok(lead.endsWith("by shift, all arms make equally many errors, 17.20% (14.99 to 19.66) on average."), lead);
});

Deno.test("renderReport() shows the epochs to a training error by arm with ratios, and in its second sentence", async () => {
  // Training error 8, 4, 2 per cent times 1.1, 1.2 and 1.3; twice that of sigmoid.
  const { text, lead } = await rendered(run({ reach_train_error_pct: 5.2 }));
  assert.ok(text.includes("## Epochs to 5.2% training error\n"));
  assert.ok(text.includes("| 784-10 | tanh | 2.0 (2 to 2) | 3 of 3 | | |"));
  assert.ok(text.includes("| 784-10 | sigmoid | 3.0 (3 to 3) | 3 of 3 | tanh | 1.50 (1.50 to 1.50) |"));
  assert.ok(lead.endsWith("To 5.2% training error sigmoid takes 1.50 (1.50 to 1.50) times the epochs of tanh."), lead);
});

Deno.test("renderReport() says if an arm never reaches the training error", async () => {
  const { text, lead } = await rendered(run({ reach_train_error_pct: 2.3 }));
  assert.ok(text.includes("| 784-10 | tanh | 3 | 1 of 3 | | |"));
  assert.ok(text.includes("| 784-10 | sigmoid | never | 0 of 3 | tanh | |"));
  assert.ok(lead.endsWith("To 2.3% training error tanh takes 3 epochs, the fewest, and 1 arm never reaches it."), lead);
  const nobody = await rendered(run({ reach_train_error_pct: 0.01 }));
  assert.ok(nobody.lead.endsWith("No arm reaches 0.01% training error."), nobody.lead);
});

Deno.test("renderReport() shows gradients of weights, first layer over last, and a picture by layer", async () => {
  const { files, text } = await rendered(run());
  assert.ok(text.includes("| 784-10 | tanh | 0.1 (0.1 to 0.1) | 0.2 (0.2 to 0.2) |"));
  assert.ok(text.includes("| 784-10 | sigmoid | 0.001 (0.001 to 0.001) | 0.002 (0.002 to 0.002) |"));
  assert.ok(text.includes("| 784-10 | tanh | F1/biases | 0.06 | 0.03 |"));
  const svg = files.get("gradients.svg") ?? "";
  for (const label of ["784-10: before the first step", "784-10: after the last", "F1", "output"]) {
    assert.ok(svg.includes(`>${label}</text>`), label);
  }
});

Deno.test("renderReport() keeps gradients of zero on the paper", async () => {
  const fake = run();
  const { files, text } = await rendered({ ...fake, gradients: fake.gradients.map((row) => ({ ...row, rms: 0 })) });
  assert.doesNotMatch(files.get("gradients.svg") ?? "", /NaN|Infinity/);
  assert.ok(text.includes("| 784-10 | tanh | not defined | not defined |"));
});

Deno.test("renderReport() shows the epochs that early stopping kept", async () => {
  const fake = run();
  const trials = fake.trials.map((trial) => trial.variant === "tanh" ? { ...trial, best_epoch: trial.seed } : trial);
  const { text } = await rendered({ ...fake, trials });
  assert.match(text, /## Early stopping\n\n.*\n.*\n\| 784-10 \| tanh \| 2\.0 \(1 to 3\) \| 3 epochs \| 3 \|\n\n/);
});

Deno.test("renderReport() draws the learning curves of a network's arms in one panel", async () => {
  const svg = (await rendered(run())).files.get("learning_curves.svg") ?? "";
  assert.equal(svg.match(/>epoch<\/text>/g)?.length, 1);
  for (const label of ["784-10", "tanh", "sigmoid"]) assert.ok(svg.includes(`>${label}</text>`), label);
});

Deno.test("renderReport() writes the same bytes from the same rows of all measures", async () => {
  const once = [...(await rendered(run({ reach_train_error_pct: 5 }))).files];
  assert.deepEqual([...(await rendered(run({ reach_train_error_pct: 5 }))).files], once);
  assert.equal(once.length, 8);
});
