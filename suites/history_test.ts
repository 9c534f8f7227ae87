import assert from "node:assert/strict";
import { publishedById } from "../data/published.ts";
import { HISTORY } from "./history.ts";

Deno.test("HISTORY has the five networks of 1998 with distortions, which differ from their baselines in nothing else", () => {
  const { variants } = HISTORY;
  const distorted = variants.filter(({ augmentation, boosting }) => augmentation !== undefined && !boosting);
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

Deno.test("HISTORY has LeNet-4 boosted on the same distorted images as the five networks", () => {
  const { variants } = HISTORY;
  const [arm, ...others] = variants.filter(({ boosting }) => boosting !== undefined);
  assert.deepEqual(others, []);
  assert.equal(publishedById(arm!.published!).value, 0.7);
  assert.equal(arm!.augmentation, variants.find(({ id }) => id.endsWith(".distorted"))!.augmentation);
  const { augmentation: _, boosting: __, baseline, ...same } = arm!;
  const { id, title, published, departures } = arm!;
  assert.deepEqual(same, { ...variants.find((base) => base.id === baseline)!, id, title, published, departures });
});
