/**
 * Computes products, convolutions and their gradients of many shapes, with loads shared and not, and prints the lanes
 * and a checksum of all results. Started by `lanes_test.ts` with subgroups of several sizes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { stream } from "../base/random.ts";
import { startBackend } from "../device/backend.ts";
import { TUNED_KERNELS, UNSHARED_KERNELS } from "./mod.ts";
import { values } from "./testing.ts";
import { runForTwo } from "./wgsl/run.ts";

const random = stream(1, "lanes");
const between = (least: number, most: number) => least + random.integer(most - least + 1);

/** Three products and a convolution with both its gradients, of sizes drawn from the stream. */
function draw(): () => tf.Tensor[] {
  const [rows, inner, columns] = [between(1, 70), between(1, 40), between(1, 40)];
  const [stride, kernel, pad] = [between(1, 3), between(1, 5), random.integer(2) === 0 ? "same" : "valid"] as const;
  const [batch, side, mapsIn, mapsOut] = [between(1, 9), between(kernel, 12), between(1, 9), between(1, 18)];
  return () => {
    const [x, dy] = [values([rows, inner], 1) as tf.Tensor2D, values([rows, columns], 2) as tf.Tensor2D];
    const image = values([batch, side, side, mapsIn], 3) as tf.Tensor4D;
    const filter = values([kernel, kernel, mapsIn, mapsOut], 4) as tf.Tensor4D;
    const [dImage, dFilter] = tf.grads((image, filter) =>
      tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, stride, pad)
    )([image, filter]);
    const bias = values([mapsOut], 5);
    const window = [3, 2, 1].find((size) => (side - kernel + 1) % size === 0)!;
    const pooled = window === 1 ? [] : runForTwo("PooledConv2D", { x: image, filter, bias }, {
      strides: 1,
      pad: "valid",
      activation: "tanh",
      window,
      pooling: "max",
    });
    const gradients = runForTwo("DenseParameterGradients", { x, dy }, {});
    return [
      tf.matMul(x, dy, true, false),
      ...gradients,
      ...pooled,
      tf.conv2d(image, filter, stride, pad),
      dImage!,
      dFilter!,
    ];
  };
}

const computations = Array.from({ length: 12 }, draw);

async function checksum(): Promise<string> {
  const hash = createHash("sha256");
  for (const compute of computations) {
    const results = tf.tidy(compute);
    for (const result of results) hash.update(new Uint8Array((await result.data<"float32">()).slice().buffer));
    tf.dispose(results);
  }
  return hash.digest("hex");
}

const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
const { lanes } = backend;
const shared = await checksum();
backend.useKernels(UNSHARED_KERNELS);
assert.equal(backend.lanes, 1);
const unshared = await checksum();
backend.check();
assert.equal(backend.fallbacks.size, 0, "a call fell back to a stock kernel");
assert.equal(shared, unshared, "shared loads change the results");
backend.stop();
console.log(JSON.stringify({ lanes, checksum: shared }));
