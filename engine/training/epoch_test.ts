import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { ImageSet } from "../../data/dataset.ts";
import { cpuTest } from "../../device/testing.ts";
import type { Network } from "../../models/network/network.ts";
import { readRun } from "../../results/folder/store.ts";
import { numberedImages, TINY_MODEL } from "../testing.ts";
import { chanceErrorPct, isAtChance, refuseChance, summarise } from "./epoch.ts";
import type { EpochResult } from "./saved_state.ts";
import { TrainingFailure } from "./training.ts";

const REFERENCE = new URL("../../results/reference/", import.meta.url).pathname;

const VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte);

/** Answers what `answer` says of an image's first byte. */
function answering(answer: (byte: number) => number): Network {
  const forward = (images: tf.Tensor4D) => {
    const bytes = tf.reshape(tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]), [-1]).dataSync();
    return tf.oneHot(Array.from(bytes, answer), 10) as tf.Tensor2D;
  };
  const nothing = { parameters: [], statistics: [], dropouts: [] };
  return { spec: TINY_MODEL, ...nothing, forward, losses: () => assert.fail("not trained"), dispose() {} };
}

/** A network that is stuck. */
const constant = (answer: number) => answering(() => answer);

/** A network that knows {@linkcode numberedImages}. */
const RIGHT = answering((byte) => byte % 10);

/** 100 images, `ones` of them of class 1 and the others of class 0. */
function twoClasses(ones: number): ImageSet {
  return { ...numberedImages(100), labels: Uint8Array.from({ length: 100 }, (_, i) => i < ones ? 1 : 0) };
}

function epochsWith(...errors: number[]): EpochResult[] {
  return errors.map((trainErrorPct, i) => ({
    epoch: i + 1,
    learningRate: 0.1,
    trainLoss: 2.5,
    trainErrorPct,
    seconds: 1,
  }));
}

Deno.test("chanceErrorPct() is what always giving the commonest answer makes, of the images that count", () => {
  assert.equal(chanceErrorPct(numberedImages(50)), 90);
  assert.equal(chanceErrorPct(twoClasses(30)), 30);
  assert.equal(chanceErrorPct({ ...twoClasses(30), count: 30 }), 0);
});

const refuse = (
  network: Network,
  set: ImageSet,
  { epochs, steps = 141, images = 9000, isOver = true }: {
    epochs: EpochResult[];
    steps?: number;
    images?: number;
    isOver?: boolean;
  },
) => refuseChance(network, set, { epochs, steps, images, isOver, values: VALUES, trainingBatch: 20 });

cpuTest("refuseChance() fails a training that ends at chance after 141 steps, and says what it was", async () => {
  await assert.rejects(
    refuse(constant(3), numberedImages(100), { epochs: epochsWith(90.5, 89.25, 90) }),
    new TrainingFailure(
      "Never started to learn: still at chance after 141 steps, with 90.0% training errors in epoch 3 and 90.0% after " +
        "it (always giving the commonest answer: 90.0%), loss 2.500",
    ),
  );
  await assert.rejects(
    refuse(constant(3), numberedImages(100), { epochs: epochsWith(90.5, 40, 90) }),
    /^TrainingFailure: Fell back to chance after 141 steps, /,
  );
});

cpuTest("refuseChance() takes the commonest class for chance, whatever its share", async () => {
  // 30 of 100 in a class of their own: a network that has found out nothing else errs on them.
  await assert.rejects(refuse(constant(0), twoClasses(30), { epochs: epochsWith(30) }), TrainingFailure);
  await refuse(constant(0), twoClasses(30), { epochs: epochsWith(28) });
  await assert.rejects(refuse(constant(1), twoClasses(5), { epochs: epochsWith(95) }), TrainingFailure);
  // Of one class there is nothing to learn.
  await refuse(constant(0), twoClasses(0), { epochs: epochsWith(0) });
});

cpuTest(
  "refuseChance() keeps a training that starts to learn within its last epoch, or has had few steps or images",
  async () => {
    await refuse(RIGHT, numberedImages(100), { epochs: epochsWith(90) });
    await refuse(constant(3), numberedImages(100), { epochs: epochsWith(90), steps: 39 });
    // Pattern by pattern in a smoke run.
    await refuse(constant(3), numberedImages(100), { epochs: epochsWith(90), steps: 200, images: 200 });
  },
);

cpuTest("refuseChance() gives a training that is not over 2000 steps, and then no more", async () => {
  const at = { epochs: epochsWith(90), isOver: false };
  await refuse(constant(3), numberedImages(100), { ...at, steps: 1999 });
  await assert.rejects(refuse(constant(3), numberedImages(100), { ...at, steps: 2000 }), TrainingFailure);
  // A little better than chance is a start.
  await refuse(constant(3), numberedImages(100), { epochs: epochsWith(89.5), isOver: false, steps: 2000 });
});

/** What always giving the commonest answer makes on the images that the committed runs train on, in per cent. */
const CHANCE_PCT: Readonly<Record<string, number>> = { mnist: 88.8, "cifar10-10k": 90, usps: 82.3 };

Deno.test("isAtChance() is true of five finished trials of the committed runs, which learned nothing, and of no other", () => {
  const refused: string[] = [];
  let finished = 0;
  for (const folder of runFolders(REFERENCE)) {
    const { trials, epochs } = readRun(folder);
    for (const trial of trials.filter(({ status }) => status === "done")) {
      const chancePct = CHANCE_PCT[trial.dataset]!;
      const errors = epochs.filter((row) => row.trial === trial.trial).map((row) => row.train_error_pct!);
      if (errors.length === 0) continue;
      finished++;
      const stepsPerEpoch = Math.ceil(trial.train_images / trial.batch);
      const isRefused = errors.some((errorPct, i) =>
        isAtChance(errorPct, {
          chancePct,
          steps: (i + 1) * stepsPerEpoch,
          images: (i + 1) * trial.train_images,
          isOver: i === errors.length - 1,
        })
      );
      // Without the second look at the network of refuseChance(), which no row has.
      if (isRefused) {
        refused.push(`${trial.variant}/${trial.seed}: ${(errors.at(-1)! / chancePct).toFixed(2)} of chance`);
      }
    }
  }
  assert.ok(finished > 400, `${finished} trials`);
  assert.deepEqual(refused.toSorted(), [
    "fc-256-40-10.zip-codes.0.008/1: 1.00 of chance",
    "fc-256-40-10.zip-codes.0.008/3: 1.00 of chance",
    "fc-256-40-10.zip-codes.0.03/1: 1.00 of chance",
    "fc-256-40-10.zip-codes.0.03/3: 1.00 of chance",
    "relu.0.1/1: 1.00 of chance",
  ]);
});

/** Every folder below `root` with trials and epochs. */
function runFolders(root: string): string[] {
  const names = [...Deno.readDirSync(root)];
  const isRun = ["trials.csv", "epochs.csv"].every((file) => names.some(({ name }) => name === file));
  return isRun
    ? [root]
    : names.filter(({ isDirectory }) => isDirectory).flatMap(({ name }) => runFolders(`${root}/${name}`));
}

Deno.test("summarise() keeps the losses of the first epoch's first 20 steps", () => {
  const metrics = Array.from({ length: 30 }, (_, i) => ({ loss: 2 - i / 100, wrong: 1 }));
  const options = { images: 300, batchSize: 10, learningRate: 0.1 };
  const { firstLosses } = summarise(metrics, { epoch: 1, ...options });
  assert.deepEqual(firstLosses, metrics.slice(0, 20).map(({ loss }) => loss));
  assert.ok(!("firstLosses" in summarise(metrics, { epoch: 2, ...options })));
});
