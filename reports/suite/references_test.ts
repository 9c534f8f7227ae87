import assert from "node:assert/strict";
import { readPublished } from "../../data/published.ts";
import { fakePublished, fakeRun } from "../../results/testing.ts";
import { parameterFigures, publishedCurve, publishedPairs } from "./references.ts";

const [VARIANT] = fakeRun({
  arms: [{ variant: { parameters: 471_666, published: "paper.net" }, testErrors: [] }],
}).variants;

function count(id: string, protocol = "") {
  return fakePublished({ id, value: 400_000, metric: "param_count", unit: "parameters", protocol });
}

Deno.test("parameterFigures() finds the paper's own, the system's and those whose note names this count", () => {
  assert.ok(VARIANT);
  const rows = [
    count("paper.net.params"),
    count("paper.net.C1.params"),
    count("slide.total", "exact=471666; 15% low"),
    count("slide.other", "exact=47166; another net"),
    { ...count("figure.system"), system: "784-10" },
    { ...count("own.system"), system: "784-10", evidence: "computed" as const },
    fakePublished({ id: "paper.net", value: 1 }),
  ];
  assert.deepEqual(parameterFigures(VARIANT, rows).map((row) => row.id), [
    "paper.net.params",
    "slide.total",
    "figure.system",
  ]);
  const unpublished = { ...VARIANT, published: "" };
  assert.deepEqual(parameterFigures(unpublished, rows).map((row) => row.id), ["slide.total", "figure.system"]);
});

Deno.test("publishedCurve() of LeNet-5 has 21 passes of test error, falling from 2.65 to 0.96", () => {
  const heldOut = publishedCurve("LeNet-5", readPublished()).filter((point) => point.measured === "held out");
  assert.deepEqual(heldOut.map((point) => point.epoch), Array.from({ length: 21 }, (_, index) => index + 1));
  assert.equal(heldOut.at(0)?.row.value, 2.65);
  assert.equal(heldOut.at(-1)?.row.value, 0.96);
  assert.deepEqual(publishedCurve("LeNet-7", readPublished()), []);
});

Deno.test("publishedPairs() of LeNet-5 are the 82 of Fig. 8, most often 9 taken for 4", () => {
  const pairs = publishedPairs("LeNet-5", readPublished());
  assert.equal(pairs.reduce((sum, { count }) => sum + count, 0), 82);
  assert.deepEqual([pairs[0]?.trueLabel, pairs[0]?.predicted, pairs[0]?.count], [9, 4, 8]);
  assert.deepEqual(publishedPairs("LeNet-7", readPublished()), []);
});
