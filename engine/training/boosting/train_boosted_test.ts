import assert from "node:assert/strict";
import { syntheticDataset } from "../../../data/synthetic/digits.ts";
import type { Backend } from "../../../device/backend.ts";
import { withTunedKernels } from "../../../kernels/testing.ts";
import { AFFINE_POOL } from "../../../recipes/augmentations.ts";
import { LECUN_1998 } from "../../../recipes/lecun1998.ts";
import { MODERN } from "../../../recipes/modern.ts";
import { TINY_MODEL } from "../../testing.ts";
import { buildNetwork } from "../build_network.ts";
import { mistakes, predict } from "../evaluate.ts";
import type { EpochResult, TrainingState } from "../saved_state.ts";
import { pixelValues } from "../step_size.ts";
import { train } from "../train.ts";
import type { TrainingProgress } from "../training.ts";
import { readWeights } from "../weights.ts";
import { buildCommittee } from "./committee.ts";
import { type BoostedOptions, trainBoosted } from "./train_boosted.ts";

const { train: DIGITS, test: TEST } = syntheticDataset({ train: 200, test: 50 });
const VARIANT = { model: TINY_MODEL, recipe: LECUN_1998, boosting: { versions: 4 } };
const OPTIONS = {
  recipe: LECUN_1998,
  learningRate: 0.002,
  epochs: 2,
  seed: 1,
  augmentation: { ...AFFINE_POOL, pool: 2 },
  boosting: VARIANT.boosting,
};

/** Trains three tiny networks for two epochs each, or what is left of them. */
async function run(backend: Backend, changes: Partial<BoostedOptions> = {}) {
  const committee = buildCommittee(VARIANT, { seed: 1, backend });
  try {
    const result = await trainBoosted(committee, DIGITS, { ...OPTIONS, backend, ...changes });
    const evaluation = { values: pixelValues(LECUN_1998.pixels), trainingBatch: 1 };
    return {
      result,
      weights: await Promise.all(committee.members.map(readWeights)),
      testErrors: mistakes(TEST, await predict(committee, TEST, evaluation)).length,
    };
  } finally {
    committee.dispose();
  }
}

const lasting = ({ seconds: _, ...epoch }: EpochResult) => epoch;

Deno.test("trainBoosted() trains the first network as if alone, counts epochs through, and reports all networks' errors", () =>
  withTunedKernels(async (backend) => {
    const progress: TrainingProgress[] = [];
    const reported: EpochResult[] = [];
    const { result, weights, testErrors } = await run(backend, {
      test: TEST,
      onProgress: (at) => progress.push(at),
      onEpoch: (epoch) => reported.push(epoch),
    });
    const alone = buildNetwork(VARIANT, { seed: 1, backend });
    const { boosting: _, ...options } = { ...OPTIONS, test: TEST, backend };
    const { epochs: first } = await train(alone, DIGITS, options);
    assert.deepEqual(weights[0], await readWeights(alone));
    alone.dispose();

    const { epochs } = result;
    assert.deepEqual(epochs, reported);
    assert.deepEqual(epochs.slice(0, 2).map(lasting), first.map((epoch) => ({ ...lasting(epoch), network: 1 })));
    assert.deepEqual(epochs.map(({ network }) => network), [1, 1, 2, 2, 3, 3]);
    assert.deepEqual(epochs.map(({ epoch }) => epoch), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(epochs.map(({ learningRate }) => learningRate), Array(3).fill([0.002, 0.0002]).flat());
    assert.equal(epochs[5]!.testErrors, testErrors);
    const found = epochs.map(({ filteredPatterns }) => filteredPatterns);
    assert.deepEqual(found.slice(0, 2), [undefined, undefined]);
    assert.equal(found[2], found[3]);
    assert.ok(found[2]! > 20 && found[2]! <= 200 && found[4]! > 20 && found[4]! <= 200, `${found}`);
    // Hard for the networks before, and half of the second's patterns are those that the first gets wrong.
    assert.ok(epochs[2]!.trainErrorPct > epochs[1]!.trainErrorPct);
    assert.deepEqual([progress.at(-1)!.epoch, progress.at(-1)!.images], [6, 6 * DIGITS.count]);
    assert.ok(progress.every(({ images }, i) => i === 0 || images >= progress[i - 1]!.images));
  }));

Deno.test("trainBoosted() ends with the same bytes again, and when it is resumed in any of its networks", () =>
  withTunedKernels(async (backend) => {
    const states: TrainingState[] = [];
    const saving = { everySeconds: 0, save: (state: TrainingState) => states.push(state) };
    const whole = await run(backend, { saving });
    assert.deepEqual((await run(backend)).weights, whole.weights);
    assert.deepEqual(states.map(({ epochs }) => epochs.length), [1, 3, 5]);
    for (const from of states) {
      const first: TrainingProgress[] = [];
      const { result, weights } = await run(backend, { from, onProgress: (at) => first.push(at) });
      assert.deepEqual(weights, whole.weights);
      assert.deepEqual(result.epochs.map(lasting), whole.result.epochs.map(lasting));
      assert.equal(first[0]!.imagesBefore, from.epochs.length * DIGITS.count);
      assert.ok(first[0]!.images > first[0]!.imagesBefore);
    }
  }));

Deno.test("trainBoosted() fails when a filter finds nothing, and refuses batches and undistorted images", () =>
  withTunedKernels(async (backend) => {
    await assert.rejects(
      run(backend, { boosting: { versions: 0 } }),
      /TrainingFailure: No pattern for network 2: .* on 0 distorted images$/,
    );
    const refusal = /RangeError: Recipe ".*" can't be boosted/;
    await assert.rejects(run(backend, { recipe: MODERN }), refusal);
    const { augmentation: _, ...plain } = OPTIONS;
    const committee = buildCommittee(VARIANT, { seed: 1, backend });
    await assert.rejects(trainBoosted(committee, DIGITS, { ...plain, backend }), refusal);
    committee.dispose();
  }));
