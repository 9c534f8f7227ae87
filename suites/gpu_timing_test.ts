import assert from "node:assert/strict";
import { publishedById } from "../data/published.ts";
import { IMAGENET_MODELS } from "../models/imagenet/list.ts";
import { LENET_5_SIZED } from "../models/lenet5_sized.ts";
import { MODELS } from "../models/list.ts";
import { GPU_TIMING } from "./gpu_timing.ts";
import { LENET300 } from "./lenet300.ts";

Deno.test("GPU_TIMING times every network without RBF outputs and all of ImageNet's in paper, those of lenet300 in quick", () => {
  const unitOutputs = MODELS.filter(({ layers }) => layers.every(({ kind }) => kind !== "rbf"));
  const { smoke: _, ...profiles } = GPU_TIMING.profiles;
  assert.deepEqual(new Set(profiles.paper.networks), new Set(unitOutputs));
  const main = LENET300.variants.map(({ model }) => model);
  assert.deepEqual(new Set(profiles.quick.networks), new Set([...main, LENET_5_SIZED]));
  for (const [name, { imageNet }] of Object.entries(profiles)) {
    assert.deepEqual(new Set(imageNet.map(({ model }) => model)), new Set(IMAGENET_MODELS), name);
  }
  assert.ok(GPU_TIMING.profiles.paper.imageNet.every(({ timed }) => timed === "layers"));
});

Deno.test("GPU_TIMING has rising batches, from one image to 4,096 in the profiles that people use", () => {
  for (const [name, { batches }] of Object.entries(GPU_TIMING.profiles)) {
    assert.deepEqual(batches.toSorted((a, b) => a - b), batches, name);
    if (name !== "smoke") assert.deepEqual([batches.at(0), batches.at(-1)], [1, 4096]);
  }
});

Deno.test("GPU_TIMING is compared with published times that exist", () => {
  assert.deepEqual(
    ["lecun90.throughput_min", "lecun90.throughput_max", "lecun90.throughput_norm", "lecun90.dsp_macs"]
      .map((id) => publishedById(id).value),
    [10, 12, 30, 12.5e6],
  );
  assert.deepEqual(
    ["alexnet.conv_param_share", "alexnet.conv_time_share", "alexnet.param_mb", "alexnet.activation_mb"]
      .map((id) => publishedById(id).value),
    [6, 95, 240, 718],
  );
});
