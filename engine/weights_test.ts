import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { setParameter } from "../models/testing.ts";
import { cpuTest, tinyVariant } from "./testing.ts";
import { buildNetwork } from "./trial.ts";
import { weightsSha256 } from "./weights.ts";

cpuTest("the checksum is that of names, shapes and little-endian float32 values", async () => {
  const network = buildNetwork(tinyVariant(), 1);
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
  "networks of the same seed have the same checksum, of another seed or with one value changed another",
  async () => {
    const checksum = async (seed: number, change: boolean) => {
      const network = buildNetwork(tinyVariant(), seed);
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
