import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import { cpuTest } from "../../device/testing.ts";
import { setParameter } from "../../models/network/testing.ts";
import { TINY_MODEL, tinyVariant } from "../testing.ts";
import { buildNetwork } from "./build_network.ts";
import { readWeights, weightsSha256, writeWeights } from "./weights.ts";

cpuTest("weightsSha256() covers names, shapes and little-endian float32 values", async (backend) => {
  const network = buildNetwork(tinyVariant(), { seed: 1, backend });
  const weights = Array.from({ length: 7840 }, (_, i) => i / 8);
  const bias = Array.from({ length: 10 }, (_, i) => -i);
  setParameter(network, { name: "output/weights", values: weights });
  setParameter(network, { name: "output/bias", values: bias });
  const values = new DataView(new ArrayBuffer(4 * 7850));
  [...weights, ...bias].forEach((value, i) => values.setFloat32(4 * i, value, true));
  const expected = createHash("sha256")
    .update("output/weights 784x10\noutput/bias 10\0")
    .update(new Uint8Array(values.buffer))
    .digest("hex");
  assert.equal(await weightsSha256(network), expected);
  network.dispose();
});

cpuTest(
  "weightsSha256() is the same for the same seed, and another for another seed or one changed value",
  async (backend) => {
    const checksum = async (seed: number, change: boolean) => {
      const network = buildNetwork(tinyVariant(), { seed, backend });
      if (change) setParameter(network, { name: "output/bias", values: [...Array<number>(9).fill(0), 1e-7] });
      const sha256 = await weightsSha256(network);
      network.dispose();
      return sha256;
    };
    const first = await checksum(1, false);
    assert.equal(await checksum(1, false), first);
    assert.notEqual(await checksum(2, false), first);
    assert.notEqual(await checksum(1, true), first);
  },
);

cpuTest("writeWeights() writes running statistics back too, and weightsSha256() covers them", async (backend) => {
  const variant = tinyVariant({
    ...TINY_MODEL,
    layers: [...TINY_MODEL.layers, { kind: "batch_norm", name: "B", activation: "linear" }],
  });
  const network = buildNetwork(variant, { seed: 1, backend });
  const start = await weightsSha256(network);
  const values = await readWeights(network);
  // Scales, shifts, means and variances are the last 40.
  assert.deepEqual([...values.slice(-40)], [1, 0, 0, 1].flatMap((value) => Array<number>(10).fill(value)));
  for (const at of [0, values.length - 1]) {
    writeWeights(network, values.with(at, 7));
    assert.notEqual(await weightsSha256(network), start);
  }
  assert.equal((await network.statistics[0]!.variable.data()).at(-1), 7);
  const before = tf.memory().numTensors;
  writeWeights(network, values);
  assert.equal(tf.memory().numTensors, before);
  assert.equal(await weightsSha256(network), start);
  network.dispose();
});
