import assert from "node:assert/strict";
import { publishedById } from "../data/published.ts";
import { HISTORY } from "./history.ts";

Deno.test("HISTORY has the five networks of 1998 with distortions, which differ from their baselines in nothing else", () => {
  const { variants } = HISTORY;
  const distorted = variants.filter(({ augmentation }) => augmentation !== undefined);
  assert.deepEqual(distorted.map(({ model, published }) => [model.id, publishedById(published!).value]), [
    ["fc-784-300-10", 3.6],
    ["fc-784-1000-10", 3.8],
    ["fc-784-300-100-10", 2.5],
    ["fc-784-500-150-10", 2.45],
    ["lenet5", 0.8],
  ]);
  for (const { augmentation, baseline, ...arm } of distorted) {
    // As in the paper: 20 passes show each of the ten versions twice.
    assert.equal(augmentation!.pool! * 2, HISTORY.profiles.paper.epochs);
    const base = variants.find(({ id }) => id === baseline)!;
    const { id, title, published, departures } = arm;
    assert.deepEqual(arm, { ...base, id, title, published, departures });
  }
});
