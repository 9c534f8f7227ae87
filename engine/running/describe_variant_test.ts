import assert from "node:assert/strict";
import { ALL_AFFINE } from "../../recipes/augmentations.ts";
import type { Variant } from "../../suites/suite.ts";
import { tinyVariant } from "../testing.ts";
import { variantSha256 } from "./describe_variant.ts";

const VARIANT: Variant = { ...tinyVariant(), augmentation: ALL_AFFINE };
const { model, recipe, augmentation } = VARIANT;
const [layer] = model.layers;

Deno.test("variantSha256() ignores names and prose", () => {
  const reworded: readonly Partial<Variant>[] = [
    { id: "other" },
    { title: "other" },
    { learningRateSource: "other" },
    { departures: ["other"] },
    { published: "other" },
    { baseline: "other" },
    { model: { ...model, id: "other", title: "other", source: "other" } },
    { model: { ...model, expected: { parameters: 1, source: "other" } } },
    { recipe: { ...recipe, id: "other", title: "other", departures: ["other"] } },
    { augmentation: { ...augmentation, id: "other", title: "other" } },
    { recipe: Object.fromEntries(Object.entries(recipe).toReversed()) as unknown as Variant["recipe"] },
  ];
  for (const change of reworded) {
    assert.equal(variantSha256({ ...VARIANT, ...change }), variantSha256(VARIANT), JSON.stringify(change));
  }
});

Deno.test("variantSha256() covers whatever changes the weights", () => {
  const changed: readonly Partial<Variant>[] = [
    { learningRate: 0.02 },
    { recipe: { ...recipe, batch: 10 } },
    { recipe: { ...recipe, weightDecay: 0.1 } },
    { recipe: { ...recipe, earlyStopping: { patience: 1 } } },
    { recipe: { ...recipe, schedule: { kind: "linear", warmup: 0.5 } } },
    { recipe: { ...recipe, pixels: { background: 0, foreground: 1 } } },
    { model: { ...model, fit: "shrink_to_16" } },
    { model: { ...model, layers: [{ ...layer!, name: "renamed" }] } },
    { model: { ...model, layers: [{ kind: "flatten", name: "flatten" }, ...model.layers] } },
    { augmentation: { ...augmentation, id: "", title: "", shift: 1 } },
    { augmentation: { id: "", title: "" } },
    { boosting: { versions: 10 } },
    { boosting: { versions: 20 } },
    { data: { share: 0.5 } },
    { data: { shuffledPixels: true } },
  ];
  const checksums = [VARIANT, ...changed.map((change) => ({ ...VARIANT, ...change }))].map(variantSha256);
  assert.equal(new Set(checksums).size, checksums.length);
});
