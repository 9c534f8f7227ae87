import assert from "node:assert/strict";
import { FC_300_100 } from "../models/fully_connected.ts";
import { LENET_5_SIZED } from "../models/lenet5_sized.ts";
import { countLayers, countModel } from "../models/network/count.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { withBatchNorm, withDropout } from "../models/regularised.ts";
import { withPrelu } from "../recipes/activations.ts";

/** Layers in order, with the activation where they have one. */
function layersOf({ layers }: ModelSpec): string[] {
  return layers.map((layer) => "activation" in layer ? `${layer.kind} ${layer.activation}` : layer.kind);
}

Deno.test("withDropout() adds dropout after every hidden dense layer and nothing else", () => {
  assert.deepEqual(layersOf(withDropout(FC_300_100, 0.5)), [
    "flatten",
    "dense hidden",
    "dropout",
    "dense hidden",
    "dropout",
    "dense output",
  ]);
  assert.equal(countModel(withDropout(FC_300_100, 0.5)).parameters, 266_610);
});

Deno.test("withBatchNorm() follows the slides' two orders, with two parameters per map", () => {
  const last = withBatchNorm(LENET_5_SIZED, "last");
  const before = withBatchNorm(LENET_5_SIZED, "before_activation");
  assert.deepEqual(layersOf(last).slice(0, 3), ["conv hidden", "max_pool", "batch_norm linear"]);
  assert.deepEqual(layersOf(before).slice(0, 3), ["conv linear", "max_pool", "batch_norm hidden"]);
  for (const spec of [last, before]) assert.equal(countModel(spec).parameters, 61_706 + 2 * (6 + 16));
});

Deno.test("withPrelu() replaces every hidden activation, with one slope per map or unit", () => {
  assert.equal(countModel(withPrelu(FC_300_100)).parameters, 266_610 + 300 + 100);
  assert.equal(countModel(withPrelu(LENET_5_SIZED)).parameters, 61_706 + 6 + 16 + 120 + 84);
});

Deno.test("withDropout(), withBatchNorm() and withPrelu() create new ids and unique layer names", () => {
  const made = [FC_300_100, LENET_5_SIZED].flatMap((model) => [model, withDropout(model, 0.5), withPrelu(model)])
    .concat(withBatchNorm(LENET_5_SIZED, "last"), withBatchNorm(LENET_5_SIZED, "before_activation"));
  assert.equal(new Set(made.map(({ id }) => id)).size, made.length);
  for (const spec of made) {
    const names = countLayers(spec).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, spec.id);
  }
});
