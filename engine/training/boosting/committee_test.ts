import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { publishedById } from "../../../data/published.ts";
import { syntheticDataset } from "../../../data/synthetic/digits.ts";
import { assertClose, cpuTest } from "../../../device/testing.ts";
import { LENET_4 } from "../../../models/lenet4.ts";
import { LECUN_1998 } from "../../../recipes/lecun1998.ts";
import { TINY_MODEL } from "../../testing.ts";
import { buildNetwork } from "../build_network.ts";
import { answer } from "../evaluate.ts";
import { pixelValues } from "../step_size.ts";
import { readWeights, weightsSha256 } from "../weights.ts";
import { buildCommittee, networksOf } from "./committee.ts";

const BOOSTING = { versions: 2 };
const TINY = { model: TINY_MODEL, recipe: LECUN_1998 };

cpuTest(
  "buildCommittee() builds three different networks for boosting, whose first is the network alone",
  async (backend) => {
    const committee = buildCommittee({ ...TINY, boosting: BOOSTING }, { seed: 5, backend });
    const single = buildCommittee(TINY, { seed: 5, backend });
    const alone = buildNetwork(TINY, { seed: 5, backend });
    assert.deepEqual([committee.members.length, single.members.length], [3, 1]);
    const weights = await Promise.all(committee.members.map(readWeights));
    assert.deepEqual(weights[0], await readWeights(alone));
    assert.notDeepEqual(weights[1], weights[0]);
    assert.notDeepEqual(weights[2], weights[1]);
    assert.equal(await weightsSha256(single), await weightsSha256(alone));
    [committee, single, alone].forEach((network) => network.dispose());
  },
);

cpuTest("committeeOf() adds outputs, and its checksum covers every network", async (backend) => {
  const committee = buildCommittee({ ...TINY, boosting: BOOSTING }, { seed: 1, backend });
  const { test } = syntheticDataset({ train: 1, test: 20 });
  const evaluation = { values: pixelValues(LECUN_1998.pixels), trainingBatch: 1 };
  const together = await answer(committee, test, evaluation);
  const apart = await Promise.all(committee.members.map((network) => answer(network, test, evaluation)));
  const sums = Array.from(together.outputs, (_, k) => apart.reduce((sum, { outputs }) => sum + outputs[k]!, 0));
  assertClose([...together.outputs], sums, { tolerance: 1e-5, what: "sum of outputs" });

  const before = await weightsSha256(committee);
  for (const { parameters: [{ variable } = assert.fail()] } of committee.members) {
    const kept = variable.clone();
    variable.assign(tf.add(variable, 1));
    assert.notEqual(await weightsSha256(committee), before);
    variable.assign(kept);
  }
  assert.equal(await weightsSha256(committee), before);
  assert.equal(new Set(committee.parameters.map(({ name }) => name)).size, 6);
  committee.dispose();
});

cpuTest("buildCommittee() has three times LeNet-4's parameters, as published in thousands", (backend) => {
  const variant = { model: LENET_4, recipe: LECUN_1998, boosting: BOOSTING };
  const committee = buildCommittee(variant, { seed: 1, backend });
  const parameters = networksOf(variant) * LENET_4.expected.parameters!;
  assert.equal(parameters, 50_994);
  assert.equal(Math.round(parameters / 1000) * 1000, publishedById("lecun98.fig12.boosted_lenet4").value);
  assert.equal(committee.parameters.length, 3 * committee.members[0].parameters.length);
  committee.dispose();
});
