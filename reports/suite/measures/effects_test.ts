import assert from "node:assert/strict";
import type { Run } from "../../../results/folder/store.ts";
import { type FakeArm, fakePublished, fakeRun } from "../../../results/testing.ts";
import { renderReport } from "../report.ts";
import { collect } from "../rows.ts";
import { drawEffects, effectMarks } from "./effect_chart.ts";

/** Two networks of error 4% and 1%: one arm makes fewer errors, one more, one about as many. */
const ARMS: readonly FakeArm[] = ([["784-10", 400], ["LeNet-5", 200]] as const).flatMap(([network, errors]) => {
  const of = { model: network, model_title: network };
  const arm = (name: string, added: readonly number[], other: FakeArm["variant"] = {}): FakeArm => ({
    variant: {
      variant: `${network}.${name}`,
      title: `${network}, ${name}`,
      baseline: name === "plain" ? "" : `${network}.plain`,
      ...of,
      ...other,
    },
    testErrors: added.map((each) => errors + each),
  });
  return [
    arm("plain", [0, 10, -10, 5], { published: "paper.plain" }),
    arm("elastic", [-80, -72, -91, -74], { published: "paper.elastic" }),
    arm("flips", [120, 132, 109, 126]),
    arm("shift", [-3, 12, -8, 4]),
  ];
});

const PAPER = [
  fakePublished({ id: "paper.plain", value: 4.7, source: "Paper A" }),
  fakePublished({ id: "paper.elastic", value: 3.6, source: "Paper B" }),
];

async function rendered(run: Run, published = PAPER): Promise<string> {
  return (await renderReport([{ ...run, sweeps: [] }], published)).get("report.md") ?? "";
}

/** The report's first paragraph below the question. */
function lead(text: string): string {
  return text.split("\n\n")[2] ?? "";
}

Deno.test("renderReport() answers a suite of arms with the effect on each network and the least one that could show", async () => {
  const text = lead(await rendered(fakeRun({ arms: ARMS })));
  assert.match(
    text,
    /^Against plain, on 784-10 the error \*\*falls\*\* with elastic \(-0\.81 points\) and \*\*rises\*\* with flips \(\+1\.21 points\), and no difference is shown for shift; on LeNet-5 the error .* shift \(Holm, 5%\)\. The smallest/,
  );
  assert.match(
    text,
    /The smallest difference that n = 4 seeds could show is \d\.\d\d to \d\.\d\d points in one comparison alone and \d\.\d\d to \d\.\d\d points among all 6 \(power 80%\)\.$/,
  );
});

Deno.test("renderReport() names the arms of one baseline, and counts many of them with the strongest", async () => {
  const one = lead(await rendered(fakeRun({ arms: ARMS.slice(0, 4) })));
  assert.match(one, /^Against plain, the error \*\*falls\*\* with elastic \(-0\.81 points\) and/);
  const copies = ARMS.slice(1, 2).flatMap((arm) =>
    [0, 1, 2, 3, 4].map((index): FakeArm => ({
      variant: { ...arm.variant, variant: `copy ${index}`, title: `784-10, copy ${index}` },
      testErrors: arm.testErrors.map((errors) => (errors ?? 0) - index),
    }))
  );
  const many = lead(await rendered(fakeRun({ arms: [...ARMS.slice(0, 1), ...copies] })));
  assert.match(many, /^Against plain, the error \*\*falls\*\* with 5 arms, most with copy 4 \(-0\.8\d points\) \(Holm/);
});

Deno.test("renderReport() counts many baselines together", async () => {
  const arms = Array.from({ length: 6 }, (_, index) =>
    ARMS.slice(0, 2).map((arm): FakeArm => {
      const of = { model: `net ${index}`, model_title: `net ${index}` };
      const title = `net ${index}, ${arm.variant?.title?.slice("784-10, ".length)}`;
      const baseline = arm.variant?.baseline === "" ? "" : `net ${index}, plain`;
      return { variant: { ...arm.variant, ...of, title, variant: title, baseline }, testErrors: arm.testErrors };
    })).flat();
  assert.match(
    lead(await rendered(fakeRun({ arms }))),
    /^Of 6 arms, each against its baseline, the error \*\*falls\*\* with 6 arms, most with net \d, elastic against plain \(-0\.81 points\) \(Holm, 5%\)\./,
  );
});

Deno.test("renderReport() shows errors, difference, p values and outcome in a row of the comparisons", async () => {
  const files = await renderReport([fakeRun({ arms: ARMS })], PAPER);
  const text = files.get("report.md") ?? "";
  assert.match(
    text,
    /\| 784-10 \| elastic \| plain \| 3\.21 \| 4\.01 \| -0\.81 \(-\d\.\d\d to -0\.\d\d\) \| below 0\.001 \| below 0\.001 \| \*\*better\*\* \| 0\.\d\d \| 0\.\d\d \| 4 \|/,
  );
  assert.match(text, /\| 784-10 \| shift \| plain \|.*\| no difference shown \|/);
  assert.ok(text.includes("![Differences of error from the baselines with 95% intervals](comparisons.svg)"));
  assert.ok(text.includes("corrected over all comparisons of a profile: 6 (paper)"));
  assert.ok(text.includes("paired t test") && !text.includes("McNemar"));
  const svg = files.get("comparisons.svg") ?? "";
  for (const label of ["784-10: against plain", "LeNet-5: against plain", "elastic", "better", "worse"]) {
    assert.ok(svg.includes(`>${label}</text>`), label);
  }
});

Deno.test("renderReport() compares one seed image by image, and says what that covers", async () => {
  const arms = ARMS.slice(0, 4).map((arm) => ({ ...arm, testErrors: arm.testErrors.slice(0, 1) }));
  const text = await rendered(fakeRun({ arms }));
  assert.ok(text.includes("McNemar's exact test") && !text.includes("paired t test"));
  assert.ok(lead(text).includes("The smallest difference that n = 1 seed could show"));
});

Deno.test("renderReport() names arms without a partner, with the reason", async () => {
  const arms = ARMS.slice(0, 3).map((arm, index) => index === 0 ? { ...arm, testErrors: [null, null] } : arm);
  const text = await rendered(fakeRun({ arms }));
  assert.ok(text.includes(
    "Not compared with their baselines, 2 arms: no seed was finished by both (784-10, elastic; 784-10, flips).",
  ));
  assert.ok(!text.includes("How arms are compared"));
});

Deno.test("renderReport() puts a published change next to the measured one", async () => {
  const text = await rendered(fakeRun({ arms: ARMS.slice(0, 2) }));
  assert.match(
    text,
    /## Published effects\n\n.*\n.*\n\| 784-10 \| elastic \| plain \| 4\.70 -> 3\.60 \| -1\.10 \| -0\.81 \(.*\) \| \*\*no\*\* \|\n\n.* Sources: Paper A; Paper B\./,
  );
  const wide = ARMS.slice(0, 2).map((arm, index) => index === 0 ? arm : { ...arm, testErrors: [200, 400, 250, 350] });
  assert.match(await rendered(fakeRun({ arms: wide })), /\| -1\.10 \| .* \| \*\*yes\*\* \|/);
  const subset = await rendered(fakeRun({ arms: ARMS.slice(0, 2), trial: { train_images: 600 } }));
  assert.match(subset, /\| -1\.10 \| .* \| not comparable: trained on 600 images/);
});

Deno.test("drawEffects() draws the same bytes again, cuts a wide interval and names several baselines", async () => {
  const { rows, comparisons } = collect([fakeRun({ arms: ARMS })], PAPER);
  const marks = effectMarks(rows, comparisons);
  assert.equal(marks.length, 6);
  assert.equal(await drawEffects(marks), await drawEffects(marks));
  const wide = await drawEffects([{ ...marks[0]!, low: -50, high: 50 }]);
  assert.ok(!wide.includes(">50</text>") && !/NaN|Infinity/.test(wide));

  const chained = ARMS.slice(0, 3).map((arm, index) =>
    index < 2 ? arm : { ...arm, variant: { ...arm.variant, baseline: "784-10.elastic" } }
  );
  const data = collect([fakeRun({ arms: chained })], PAPER);
  assert.deepEqual(
    effectMarks(data.rows, data.comparisons).map(({ family, arm }) => [family, arm]),
    [["784-10", "elastic (against plain)"], ["784-10", "flips (against elastic)"]],
  );
});
