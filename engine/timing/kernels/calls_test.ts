import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { gpuTest } from "../../../device/testing.ts";
import { FC_300_100, LINEAR } from "../../../models/fully_connected.ts";
import { LENET_5_SIZED } from "../../../models/lenet5_sized.ts";
import { modelOf } from "../../../models/network/testing.ts";
import { KERNELS } from "../../../suites/kernels.ts";
import { KERNEL_SETS } from "../kernel_sets.ts";
import { type KernelCall, kernelCalls, randomInputs, runKernel } from "./calls.ts";
import { largestDifference } from "./probe.ts";
import { stepFlops, subjectsOf } from "./subjects.ts";

const DENSE = modelOf([1, 1, 7], [
  { kind: "dense", name: "F1", units: 3, activation: "hidden" },
  { kind: "dense", name: "F2", units: 2, activation: "output" },
]);

const CONVOLUTIONAL = modelOf([4, 4, 1], [
  { kind: "conv", name: "C1", maps: 2, kernel: 3, stride: 1, padding: 1, activation: "hidden" },
  { kind: "max_pool", name: "S1", size: 2, stride: 2 },
  { kind: "conv", name: "C2", maps: 3, kernel: 2, stride: 2, padding: 0, activation: "hidden" },
  { kind: "average_pool", name: "S2", size: 1, stride: 1 },
]);

/** Operations and bytes of each call, by kernel and shapes. */
function costs(calls: readonly KernelCall[]): Record<string, readonly [flops: number, bytes: number]> {
  return Object.fromEntries(calls.map(({ id, flops, bytes }) => [id, [flops, bytes]]));
}

Deno.test("kernelCalls() of dense layers agree with those worked out by hand", () => {
  // 5x7 by 7x3: 105 multiply-adds; 35 + 21 + 15 values of 4 bytes. The input of F1 has no gradient.
  assert.deepEqual(costs(kernelCalls(DENSE, 5)), {
    "BatchMatMul 5x7 by 7x3": [210, 284],
    "BatchMatMul 5x7 transposed by 5x3": [210, 284],
    "Sum 5x3 over all but the last axis": [15, 72],
    "BatchMatMul 5x3 by 3x2": [60, 124],
    "BatchMatMul 5x3 transposed by 5x2": [60, 124],
    "BatchMatMul 5x2 by 3x2 transposed": [60, 124],
    "Sum 5x2 over all but the last axis": [10, 48],
  });
});

Deno.test("kernelCalls() of convolution and pooling agree with those worked out by hand", () => {
  // C1: 2 images of 4x4x2 outputs, 9 products each; 32 + 18 + 64 values. C2: 2 x 3 outputs of 8 products.
  assert.deepEqual(costs(kernelCalls(CONVOLUTIONAL, 2)), {
    "Conv2D 2x4x4x1 with 3x3x1x2 stride 1 padding 1": [1152, 456],
    "Conv2DBackpropFilter 2x4x4x1 with 3x3x1x2 stride 1 padding 1": [1152, 456],
    "Sum 2x4x4x2 over all but the last axis": [64, 264],
    // 16 windows of 4; 64 values in, 16 out. Back: 16 and 64 in, 64 out.
    "MaxPool 2x4x4x2 window 2 stride 2": [64, 320],
    "MaxPoolGrad 2x4x4x2 window 2 stride 2": [64, 576],
    "Conv2D 2x2x2x2 with 2x2x2x3 stride 2 padding 0": [96, 184],
    "Conv2DBackpropFilter 2x2x2x2 with 2x2x2x3 stride 2 padding 0": [96, 184],
    "Conv2DBackpropInput 2x2x2x2 with 2x2x2x3 stride 2 padding 0": [96, 184],
    "Sum 2x1x1x3 over all but the last axis": [6, 36],
    "AvgPool 2x1x1x3 window 1 stride 1": [6, 48],
    "AvgPoolGrad 2x1x1x3 window 1 stride 1": [6, 48],
  });
});

Deno.test("kernelCalls() turns groups into convolutions of their own, all alike", () => {
  const model = modelOf([4, 4, 4], [
    { kind: "conv", name: "C1", maps: 6, kernel: 3, stride: 1, padding: 1, activation: "hidden", groups: 2 },
  ]);
  // 4x4x3 outputs of 18 products; 32 + 54 + 48 values.
  assert.deepEqual(costs(kernelCalls(model, 1)), {
    "Conv2D 1x4x4x2 with 3x3x2x3 stride 1 padding 1": [1728, 536],
    "Conv2DBackpropFilter 1x4x4x2 with 3x3x2x3 stride 1 padding 1": [1728, 536],
    "Sum 1x4x4x3 over all but the last axis": [48, 204],
  });
});

Deno.test("stepFlops() counts the operations of a step's products", () => {
  // 784-10 has no gradient for its input: forward and weights, 7,840 multiply-adds an image each.
  assert.equal(stepFlops(LINEAR, 2), 2 * 2 * 2 * 7840);
  for (const spec of [FC_300_100, LENET_5_SIZED]) {
    const products = kernelCalls(spec, 128).filter(({ kernel }) => /^(Conv2D|BatchMatMul)/.test(kernel));
    assert.equal(stepFlops(spec, 128), products.reduce((sum, { flops }) => sum + flops, 0), spec.id);
  }
});

Deno.test("subjectsOf() has unique ids and titles in every profile, steps first", () => {
  for (const profile of Object.keys(KERNELS.profiles) as (keyof typeof KERNELS.profiles)[]) {
    const subjects = subjectsOf(KERNELS, profile);
    assert.equal(new Set(subjects.map(({ id }) => id)).size, subjects.length);
    assert.equal(new Set(subjects.map(({ title }) => title)).size, subjects.length);
    const { steps, singles, patterns } = KERNELS.profiles[profile];
    const count = steps.length + singles.length + patterns.length;
    assert.equal(subjects.findLastIndex(({ kind }) => kind === "step") + 1, count);
    const ofOne = patterns.filter(({ seeds }) => seeds === undefined);
    assert.equal(subjects.filter(({ batch }) => batch === 1).length, singles.length + ofOne.length);
  }
});

gpuTest("runKernel() runs every call with every kernel set, with the same results", async (backend) => {
  for (const call of [...kernelCalls(DENSE, 5), ...kernelCalls(CONVOLUTIONAL, 2)]) {
    const results: Float32Array[][] = [];
    for (const set of KERNEL_SETS) {
      backend.useKernels(set);
      const inputs = randomInputs(call);
      const result = runKernel(call, inputs);
      results.push([await result.data<"float32">()]);
      tf.dispose([inputs, result]);
    }
    assert.ok(results[0]![0]!.some((value) => value !== 0), call.id);
    for (const others of results.slice(1)) assert.ok(largestDifference(others, results[0]!) < 1e-5, call.id);
  }
});
