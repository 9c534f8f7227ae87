import assert from "node:assert/strict";
import { readPublished } from "../../../data/published.ts";
import { fakeRun } from "../../../results/testing.ts";
import { publishedPairs } from "../references.ts";
import { renderReport } from "../report.ts";

const LENET_5 = { variant: "lenet5", model: "lenet5", model_title: "LeNet-5", published: "lecun98.lenet5" };

/** A report on one network with 82 errors per trial; those of `seeds[i]` are what `pairsOf` makes of the 82 of 1998. */
async function report(
  { seeds, published = LENET_5.published, pairsOf }: {
    readonly seeds: number;
    readonly published?: string;
    readonly pairsOf: (pair: readonly [number, number], seed: number) => readonly [number, number];
  },
): Promise<string> {
  const pairs = publishedPairs("LeNet-5", readPublished()).flatMap(({ trueLabel, predicted, count }) =>
    Array.from({ length: count }, () => [trueLabel, predicted] as const)
  );
  const run = fakeRun({ arms: [{ variant: { ...LENET_5, published }, testErrors: Array(seeds).fill(82) }] });
  const errors = run.errors.map((error, i) => {
    const [true_label, predicted] = pairsOf(pairs[i % 82]!, error.seed);
    return { ...error, true_label, predicted };
  });
  return (await renderReport([{ ...run, errors }], readPublished())).get("report.md")!;
}

Deno.test("renderReport() says how the order of a network's confusions is like the published one", async () => {
  const text = await report({ seeds: 1, pairsOf: (pair) => pair });
  assert.match(
    text,
    /rank correlation of the two counts is\s+\*\*1\.00\*\* \(0\.\d\d to 1\.00\): the pairs that the published network/,
  );
  assert.ok(text.includes("confuses often tend to be confused often here too. It is"));
});

Deno.test("renderReport() says that other confusions are not like the published ones", async () => {
  const text = await report({ seeds: 1, pairsOf: ([label, predicted]) => [9 - predicted, 9 - label] });
  assert.match(text, /\): it isn't shown that the two networks confuse the same pairs\. It is/);
});

Deno.test("renderReport() measures likeness by that of a network's own seeds", async () => {
  const alike = await report({ seeds: 2, pairsOf: (pair) => pair });
  assert.match(alike, /\*\*1\.00\*\* \(\d.*\) \(one of this row's seeds against its others: 1\.00 on average\):/);
  const different = await report({ seeds: 2, pairsOf: ([a, b], seed) => seed === 1 ? [a, b] : [b, a] });
  assert.match(different, /against its others: 0\.\d\d on average\)/);
});

Deno.test("renderReport() compares a distorted LeNet-5 with the 82 too, and other networks with nothing", async () => {
  const distorted = await report({ seeds: 1, published: "lecun98.lenet5_dist", pairsOf: (pair) => pair });
  assert.ok(distorted.includes("the rank correlation of the two counts"));
  const other = await report({ seeds: 1, published: "lecun98.lenet1", pairsOf: (pair) => pair });
  assert.ok(!other.includes("the rank correlation"));
});
