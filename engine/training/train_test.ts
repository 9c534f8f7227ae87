import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { UserError } from "../../base/errors.ts";
import type { Augmentation } from "../../data/distortion/augmentation.ts";
import { syntheticDataset } from "../../data/synthetic/digits.ts";
import type { Backend } from "../../device/backend.ts";
import { cpuTest, gpuTest, withBackend } from "../../device/testing.ts";
import { STOCK_KERNELS } from "../../kernels/mod.ts";
import { withTunedKernels } from "../../kernels/testing.ts";
import type { Network } from "../../models/network/network.ts";
import type { ModelSpec } from "../../models/network/spec.ts";
import type { Variant } from "../../suites/suite.ts";
import { numberedImages, TINY_MODEL, tinyVariant } from "../testing.ts";
import { buildNetwork } from "./build_network.ts";
import { predict } from "./evaluate.ts";
import { pixelValues } from "./step_size.ts";
import { train } from "./train.ts";
import { TrainingFailure, type TrainingOptions } from "./training.ts";
import { weightsSha256 } from "./weights.ts";

/** Every layer kind that can be trained, small. */
const MIXED_MODEL: ModelSpec = {
  ...TINY_MODEL,
  id: "mixed",
  layers: [
    { kind: "conv", name: "C1", maps: 2, kernel: 5, stride: 2, padding: 2, activation: "linear" },
    { kind: "batch_norm", name: "B1", activation: "hidden" },
    { kind: "max_pool", name: "S2", size: 2, stride: 2 },
    {
      kind: "conv",
      name: "C3",
      maps: 3,
      kernel: 2,
      stride: 1,
      padding: 0,
      activation: "hidden",
      connections: [[0], [1], [0, 1]],
    },
    { kind: "subsample", name: "S4", size: 2, activation: "hidden" },
    { kind: "average_pool", name: "S5", size: 2, stride: 1 },
    { kind: "flatten", name: "flatten" },
    { kind: "dropout", name: "D5", rate: 0.5 },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
};

const withStockKernels = (test: (backend: Backend) => Promise<void>) => withBackend("webgpu", test);

function options(
  { recipe, learningRate }: Variant,
  changes: Partial<TrainingOptions> & Pick<TrainingOptions, "backend">,
): TrainingOptions {
  return { recipe, learningRate, epochs: 1, seed: 1, ...changes };
}

const { train: digits, test: testDigits } = syntheticDataset({ train: 500, test: 200 });

for (const [kernels, run] of [["stock", withStockKernels], ["tuned", withTunedKernels]] as const) {
  Deno.test(`train() ends every epoch with the same tensors and GPU bytes, and leaves none at the end (${kernels})`, () =>
    run(async (backend) => {
      const variant = tinyVariant(MIXED_MODEL);
      const before = tf.memory().numTensors;
      const network = buildNetwork(variant, { seed: 1, backend });
      const built = tf.memory().numTensors;
      // The last batch of an epoch is smaller than the others.
      const set = numberedImages(50);
      const memory: { tensors: number; gpuBytes: number; gpuBytesAllocated: number }[] = [];
      await train(
        network,
        set,
        options(variant, {
          backend,
          epochs: 5,
          validation: numberedImages(10),
          onProgress({ epoch }) {
            // The webgpu backend adds these two to the numbers of every backend.
            const now = tf.memory() as tf.MemoryInfo & { numBytesInGPU: number; numBytesAllocatedInGPU: number };
            // The last call of an epoch counts.
            memory[epoch - 1] = {
              tensors: now.numTensors,
              gpuBytes: now.numBytesInGPU,
              gpuBytesAllocated: now.numBytesAllocatedInGPU,
            };
          },
        }),
      );
      assert.equal(memory.length, 5);
      const [first, second, ...later] = memory;
      for (const { tensors, gpuBytes } of [second!, ...later]) {
        assert.deepEqual({ tensors, gpuBytes }, { tensors: first!.tensors, gpuBytes: first!.gpuBytes });
      }
      // Freed buffers are kept for reuse: the pool has its size after two epochs.
      for (const { gpuBytesAllocated } of later) assert.equal(gpuBytesAllocated, second!.gpuBytesAllocated);
      assert.equal(tf.memory().numTensors, built);
      network.dispose();
      assert.equal(tf.memory().numTensors, before);
    }));
}

Deno.test("train() announces compiling once per batch that has shaders of its own", () =>
  withTunedKernels(async (backend) => {
    const compilations = async (model: ModelSpec) => {
      const variant = tinyVariant(model);
      const network = buildNetwork(variant, { seed: 1, backend });
      let count = 0;
      // The last batch of both epochs is smaller than the others.
      await train(network, numberedImages(50), options(variant, { backend, epochs: 2, onCompiling: () => count++ }));
      network.dispose();
      return count;
    };
    assert.equal(await compilations(TINY_MODEL), 1);
    assert.equal(await compilations(MIXED_MODEL), 2, "batch normalisation looks at all places of a batch");
    backend.useKernels(STOCK_KERNELS);
    assert.equal(await compilations(TINY_MODEL), 2);
  }));

gpuTest("train() learns synthetic digits far beyond chance, as the epochs' numbers show", async (backend) => {
  const variant = tinyVariant();
  const network = buildNetwork(variant, { seed: 1, backend });
  const { epochs, peakBytes } = await train(
    network,
    digits,
    options(variant, { backend, epochs: 4, validation: testDigits }),
  );
  assert.deepEqual(epochs.map(({ epoch }) => epoch), [1, 2, 3, 4]);
  const [first, last] = [epochs[0]!, epochs[3]!];
  assert.ok(last.trainLoss < first.trainLoss && last.trainErrorPct < first.trainErrorPct);
  assert.ok(last.trainErrorPct < 30, `${last.trainErrorPct}% training errors, 90 are chance`);
  assert.ok(last.learningRate < first.learningRate);

  const predicted = await predict(network, testDigits, {
    values: pixelValues(variant.recipe.pixels),
    trainingBatch: variant.recipe.batch,
  });
  const errors = predicted.reduce((wrong, label, i) => wrong + (label === testDigits.labels[i] ? 0 : 1), 0);
  assert.equal(last.validationErrors, errors);
  assert.ok(errors < 0.5 * testDigits.count, `${errors} of ${testDigits.count} wrong`);

  // Weights and bias, a batch of images and its labels at the very least.
  assert.ok(peakBytes > 4 * (7850 + 20 * 784 + 20));
  network.dispose();
});

gpuTest(
  "train() reports loss and error as means over an epoch's images, each batch before its update",
  async (backend) => {
    const variant = tinyVariant();
    const network = buildNetwork(variant, { seed: 1, backend });
    // A step size of nearly 0: all batches see the weights of the start. 50 images: the last batch has 10 of 20.
    const set = { ...digits, count: 50 };
    const { epochs } = await train(network, set, options(variant, { backend, learningRate: 1e-12 }));
    const values = pixelValues(variant.recipe.pixels);
    const predicted = await predict(network, set, { values, trainingBatch: 20 });
    const wrong = predicted.reduce((wrong, label, i) => wrong + (label === set.labels[i] ? 0 : 1), 0);
    assert.equal(epochs[0]!.trainErrorPct, 100 * wrong / 50);
    const whole = { ...variant, recipe: { ...variant.recipe, batch: 50 } };
    const { epochs: inOne } = await train(network, set, options(whole, { backend, learningRate: 1e-12 }));
    assert.ok(Math.abs(inOne[0]!.trainLoss - epochs[0]!.trainLoss) < 1e-5 * inOne[0]!.trainLoss);
    network.dispose();
  },
);

gpuTest("train() fails with the step when the loss is no longer finite", async (backend) => {
  const variant = tinyVariant();
  const network = buildNetwork(variant, { seed: 1, backend });
  await assert.rejects(
    train(network, digits, options(variant, { backend, learningRate: 1e38 })),
    (error) =>
      error instanceof TrainingFailure && /The loss became (NaN|Infinity) in step \d+ of epoch 1 /.test(error.message),
  );
  network.dispose();
});

/** The largest step size that a float can hold. */
const WILD = 3e38;

for (const batch of [1, 20]) {
  cpuTest(
    `train() fails when its very last update diverges, which no loss shows: batches of ${batch}`,
    async (backend) => {
      const variant = { ...tinyVariant(), recipe: { ...tinyVariant().recipe, batch } };
      for (const held of ["validation", "test"] as const) {
        const network = buildNetwork(variant, { seed: 1, backend });
        const set = { ...digits, count: batch };
        await assert.rejects(
          train(network, set, options(variant, { backend, learningRate: WILD, [held]: testDigits })),
          (error) =>
            error instanceof TrainingFailure && /^The network's outputs are not finite for /.test(error.message),
        );
        network.dispose();
      }
    },
  );
}

cpuTest("train() fails when the error stays at chance", async (backend) => {
  const variant = { ...tinyVariant(), recipe: { ...tinyVariant().recipe, batch: 1 } };
  const network = buildNetwork(variant, { seed: 1, backend });
  const set = { ...digits, count: 200 };
  await assert.rejects(
    train(network, set, options(variant, { backend, learningRate: 1e-12, epochs: 5 })),
    (error) =>
      error instanceof TrainingFailure &&
      /^Never started to learn: still at chance after 1000 steps, .* in epoch 5 and /.test(error.message),
  );
  network.dispose();
});

gpuTest("train() throws the signal's reason in mid-epoch, and leaves no tensor", async (backend) => {
  const variant = tinyVariant();
  const network = buildNetwork(variant, { seed: 1, backend });
  const before = tf.memory().numTensors;
  const controller = new AbortController();
  const reason = new Error("the user's");
  let last = 0;
  await assert.rejects(
    train(
      network,
      digits,
      options(variant, {
        backend,
        epochs: 10_000,
        signal: controller.signal,
        onProgress({ images }) {
          last = images;
          controller.abort(reason);
        },
      }),
    ),
    (error) => error === reason,
  );
  assert.ok(last < 10_000 * digits.count);
  assert.equal(tf.memory().numTensors, before);
  network.dispose();
});

cpuTest("train() throws what the backend's check throws after an epoch", async (backend) => {
  const variant = tinyVariant();
  const network = buildNetwork(variant, { seed: 1, backend });
  const fault = new Error("the device's");
  let epochs = 0;
  const check = () => {
    if (++epochs === 2) throw fault;
  };
  const set = numberedImages(20);
  await assert.rejects(
    train(network, set, options(variant, { epochs: 5, backend: { ...backend, check } })),
    (error) => error === fault,
  );
  assert.equal(epochs, 2);
  network.dispose();
});

/** Trains the mixed model until 3 epochs in a row were no better, with steps large enough to spoil it again. */
function stopEarly(network: Network, changes: Partial<TrainingOptions> & Pick<TrainingOptions, "backend">) {
  const variant = tinyVariant(MIXED_MODEL);
  const recipe = { ...variant.recipe, earlyStopping: { patience: 3 } };
  const set = { ...digits, count: 100 };
  const validation = { ...testDigits, count: 50 };
  return train(
    network,
    set,
    options({ ...variant, recipe }, { learningRate: 0.3, epochs: 30, validation, ...changes }),
  );
}

for (const [kernels, run] of [["stock", withStockKernels], ["tuned", withTunedKernels]] as const) {
  Deno.test(`train() stops early after its patience and leaves the best epoch's weights (${kernels})`, () =>
    run(async (backend) => {
      const network = buildNetwork(tinyVariant(MIXED_MODEL), { seed: 1, backend });
      const before = tf.memory().numTensors;
      const checksums: Promise<string>[] = [];
      const { epochs, bestEpoch } = await stopEarly(network, {
        backend,
        // Read before the next epoch begins: its first step is enqueued after the read.
        onEpoch: () => checksums.push(weightsSha256(network)),
      });
      const errors = epochs.map(({ validationErrors }) => validationErrors!);
      assert.equal(bestEpoch, errors.indexOf(Math.min(...errors)) + 1);
      assert.equal(epochs.length, bestEpoch! + 3);
      assert.ok(epochs.length < 30);
      const sums = await Promise.all(checksums);
      assert.equal(await weightsSha256(network), sums[bestEpoch! - 1]);
      assert.notEqual(sums.at(-1), sums[bestEpoch! - 1]);
      assert.equal(tf.memory().numTensors, before);
      network.dispose();
    }));
}

cpuTest("train() with early stopping keeps the best epoch even after all epochs", async (backend) => {
  const network = buildNetwork(tinyVariant(MIXED_MODEL), { seed: 1, backend });
  const { epochs, bestEpoch } = await stopEarly(network, { backend, epochs: 2 });
  assert.equal(epochs.length, 2);
  const errors = epochs.map(({ validationErrors }) => validationErrors!);
  assert.equal(bestEpoch, errors.indexOf(Math.min(...errors)) + 1);
  network.dispose();
});

cpuTest("train() refuses early stopping without validation images", async (backend) => {
  const variant = tinyVariant();
  const network = buildNetwork(variant, { seed: 1, backend });
  const recipe = { ...variant.recipe, id: "early", earlyStopping: { patience: 3 } };
  await assert.rejects(
    train(network, digits, options({ ...variant, recipe }, { backend })),
    (error) => error instanceof UserError && /"early" stops early .* no image is held out/.test(error.message),
  );
  network.dispose();
});

cpuTest("train() orders the images by the seed and the epoch, and nothing else", async (backend) => {
  const inOrder = Array.from({ length: 60 }, (_, i) => i);
  const first = await imageOrder(backend, { seed: 1, batch: 20 });
  assert.equal(first.length, 2);
  for (const epoch of first) assert.deepEqual(epoch.toSorted((a, b) => a - b), inOrder, "every image once an epoch");
  assert.notDeepEqual(first[0], first[1], "another order in every epoch");
  assert.notDeepEqual(first[0], inOrder);
  assert.deepEqual(await imageOrder(backend, { seed: 1, batch: 20 }), first);
  assert.deepEqual(await imageOrder(backend, { seed: 1, batch: 7 }), first, "not on the batch");
  assert.deepEqual(await imageOrder(backend, { seed: 1, batch: 20, networkSeed: 9 }), first, "not on the weights");
  assert.notDeepEqual(await imageOrder(backend, { seed: 2, batch: 20 }), first);
});

/** Which images a network sees in two epochs of training. */
async function imageOrder(
  backend: Backend,
  { seed, batch, networkSeed = seed }: { seed: number; batch: number; networkSeed?: number },
): Promise<number[][]> {
  const variant = tinyVariant();
  const network = buildNetwork(variant, { seed: networkSeed, backend });
  const values = pixelValues(variant.recipe.pixels);
  const seen: number[] = [];
  const watched: Network = {
    ...network,
    losses(images, ...rest) {
      // Every image is filled with its number.
      const pixels = images.dataSync();
      for (let i = 0; i < images.shape[0]; i++) seen.push(values.indexOf(pixels[i * 784]!));
      return network.losses(images, ...rest);
    },
  };
  const recipe = { ...variant.recipe, batch };
  await train(watched, numberedImages(60), options(variant, { backend, recipe, epochs: 2, seed, learningRate: 1e-6 }));
  network.dispose();
  return [seen.slice(0, 60), seen.slice(60)];
}

cpuTest("train() refuses to distort images of several maps", async (backend) => {
  const variant = tinyVariant({ ...TINY_MODEL, input: [28, 14, 2] });
  const network = buildNetwork(variant, { seed: 1, backend });
  const set = { ...numberedImages(20), width: 14, maps: 2 };
  const augmentation = { id: "shift", title: "shift", shift: 1 };
  await assert.rejects(
    train(network, set, options(variant, { backend, augmentation })),
    /^RangeError: .* images of "2" maps/,
  );
  network.dispose();
});

/** Loss and held-out errors of four epochs that change nothing: the step size is 0, so only the images can differ. */
async function lossesWithoutLearning(
  backend: Backend,
  augmentation?: Augmentation,
): Promise<{ losses: number[]; heldOut: number[] }> {
  const variant = tinyVariant();
  const network = buildNetwork(variant, { seed: 1, backend });
  // So few that nobody expects them to be learned from.
  const { epochs } = await train(network, { ...digits, count: 100 }, {
    ...options(variant, { backend, learningRate: 0, epochs: 4, validation: testDigits }),
    ...(augmentation && { augmentation }),
  });
  network.dispose();
  return {
    losses: epochs.map(({ trainLoss }) => Number(trainLoss.toPrecision(5))),
    heldOut: epochs.map(({ validationErrors }) => validationErrors!),
  };
}

cpuTest(
  "train() repeats a fixed pool that begins with undistorted images, and otherwise distorts anew in every epoch",
  async (backend) => {
    const shift = { id: "shift", title: "shift", shift: 3 };
    const plain = await lossesWithoutLearning(backend);
    assert.equal(new Set(plain.losses).size, 1);

    const pool = await lossesWithoutLearning(backend, { ...shift, pool: 3 });
    assert.equal(pool.losses[0], plain.losses[0]);
    assert.equal(pool.losses[3], plain.losses[0]);
    assert.equal(new Set(pool.losses).size, 3);

    const fresh = await lossesWithoutLearning(backend, shift);
    assert.equal(new Set([...fresh.losses, plain.losses[0]]).size, 5);
    // What is judged on is never distorted.
    assert.deepEqual(fresh.heldOut, plain.heldOut);
  },
);
