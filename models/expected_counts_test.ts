import assert from "node:assert/strict";
import { IMAGENET_MODELS } from "./imagenet/list.ts";
import { VGG_19 } from "./imagenet/vgg.ts";
import { MODELS, PAPER_MODELS } from "./list.ts";
import { countLayers, countModel } from "./network/count.ts";
import type { ListedModel } from "./network/spec.ts";

/** VGG-19 is in no suite: its count is one more check of the counting. */
const LISTED: readonly ListedModel[] = [...MODELS, ...PAPER_MODELS, ...IMAGENET_MODELS, VGG_19];

for (const model of LISTED) {
  const { source, ...expected } = model.expected;
  Deno.test(`countModel() counts in ${model.id} what its source says: ${source}`, () => {
    const counts = countModel(model);
    const found = Object.keys(expected).map((name) => [name, counts[name as keyof typeof expected]]);
    assert.deepEqual(Object.fromEntries(found), expected);
  });
}

Deno.test("MODELS, PAPER_MODELS and IMAGENET_MODELS have unique ids, and one output per class", () => {
  assert.equal(new Set(LISTED.map(({ id }) => id)).size, LISTED.length);
  const outputs = (models: readonly ListedModel[]) =>
    new Set(models.map((spec) => countLayers(spec).at(-1)!.output[2]));
  assert.deepEqual(outputs([...MODELS, ...PAPER_MODELS]), new Set([10]));
  assert.deepEqual(outputs(IMAGENET_MODELS), new Set([1000]));
});
