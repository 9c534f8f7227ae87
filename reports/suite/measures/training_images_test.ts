import assert from "node:assert/strict";
import { type FakeArm, fakeRun } from "../../../results/testing.ts";
import { collect, type ReportData } from "../rows.ts";
import { sampleLines, samplePicture } from "./training_images.ts";

const ARMS: readonly FakeArm[] = ["784-10", "LeNet-5"].flatMap((network) =>
  ["none", "shift"].map((name): FakeArm => ({
    variant: {
      variant: `${network}.${name}`,
      title: `${network}, ${name}`,
      model: network,
      model_title: network,
      augmentation: name === "none" ? "" : "shift up to 2 px",
    },
    testErrors: [100],
  }))
);

/** Two digits an arm, of `side` pixels a side, each as dark as `grey` says. */
function dataOf({ side, grey }: { readonly side: number; readonly grey: string }): ReportData {
  const run = fakeRun({ arms: ARMS });
  const samples = run.samples.flatMap((sample) =>
    [1, 0].map((number) => ({ ...sample, sample: number, height: side, width: side, pixels: grey.repeat(side * side) }))
  );
  return collect([{ ...run, samples }], []);
}

Deno.test("sampleLines() shows once what arms of several networks do alike, digits in their order", () => {
  const lines = sampleLines(dataOf({ side: 2, grey: "ff" }));
  assert.deepEqual(lines.map(({ name }) => name), ["none", "shift"]);
  assert.deepEqual(lines[0]?.samples.map(({ sample }) => sample), [0, 1]);
});

Deno.test("samplePicture() draws ink in runs of one grey, and white not at all", () => {
  const black = samplePicture(dataOf({ side: 2, grey: "ff" })) ?? "";
  assert.match(black, /<path stroke="#000000" d="M0 0\.5h2M0 1\.5h2M5 0\.5h2M5 1\.5h2"\/>/);
  assert.match(black, />shift<\/text>/);
  const white = samplePicture(dataOf({ side: 2, grey: "00" })) ?? "";
  assert.doesNotMatch(white, /<path stroke="#0/);
});

Deno.test("samplePicture() is undefined if all arms see the same images, or none were recorded", () => {
  assert.equal(samplePicture(collect([fakeRun()], [])), undefined);
  assert.equal(samplePicture(collect([{ ...fakeRun({ arms: ARMS }), samples: [] }], [])), undefined);
});

Deno.test("samplePicture() escapes names", () => {
  const evil = "</text><script>&";
  const arms = ARMS.map((arm) => ({ ...arm, variant: { ...arm.variant, title: `${evil} ${arm.variant?.title}` } }));
  const svg = samplePicture(collect([fakeRun({ arms })], [])) ?? "";
  assert.ok(svg.includes("&lt;/text&gt;&lt;script&gt;&amp;") && !svg.includes("<script"));
});
