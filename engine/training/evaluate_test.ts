import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { gpuTest } from "../../device/testing.ts";
import type { Network } from "../../models/network/network.ts";
import { numberedImages, TINY_MODEL } from "../testing.ts";
import { answer, mistakes, predict, sureMistakes } from "./evaluate.ts";
import { TrainingFailure } from "./training.ts";

/** A network without parameters, which nobody trains. */
function fixed(forward: (images: tf.Tensor4D) => tf.Tensor2D): Network {
  const nothing = { parameters: [], statistics: [], dropouts: [] };
  return { spec: TINY_MODEL, ...nothing, forward, losses: () => assert.fail("not trained"), dispose() {} };
}

const VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte);

gpuTest(
  "predict() takes the class of the largest output: 3, though a slide reads a nine from these values (Soma)",
  async () => {
    const outputs = [0, 0, 0.5, 1, 0, -0.3, -0.5, 0, 0.75, 0];
    const withOutputs = (outputs: number[]) => fixed((images) => tf.tile(tf.tensor2d([outputs]), [images.shape[0], 1]));
    assert.deepEqual(
      [...await predict(withOutputs(outputs), numberedImages(2), { values: VALUES, trainingBatch: 20 })],
      [3, 3],
    );
    const second = outputs.with(3, 0);
    assert.deepEqual(
      [...await predict(withOutputs(second), numberedImages(1), { values: VALUES, trainingBatch: 20 })],
      [8],
    );
  },
);

gpuTest("predict() keeps the set's order over several batches, and leaves no tensor", async () => {
  // More images than a batch of the evaluation holds. Each is filled with one byte, whose tens are the class.
  const set = { ...numberedImages(1100), pixels: new Uint8Array(1100 * 784) };
  const byte = (i: number) => (i * 7) % 100;
  for (let i = 0; i < set.count; i++) set.pixels.fill(byte(i), i * 784, (i + 1) * 784);
  const network = fixed((images) => {
    const tens = tf.floor(tf.div(tf.reshape(tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]), [-1, 1]), 10));
    return tf.neg(tf.abs(tf.sub(tens, tf.range(0, 10)))) as tf.Tensor2D;
  });
  const before = tf.memory().numTensors;
  const predicted = await predict(network, set, { values: VALUES, trainingBatch: 20 });
  assert.deepEqual([...predicted], Array.from({ length: set.count }, (_, i) => Math.floor(byte(i) / 10)));
  assert.equal(tf.memory().numTensors, before);
});

gpuTest("predict() shows a network an image's maps as they are", async () => {
  const set = {
    count: 2,
    height: 1,
    width: 1,
    maps: 3,
    pixels: Uint8Array.of(0, 9, 0, 0, 0, 9),
    labels: new Uint8Array(2),
  };
  const network = fixed((images) => tf.reshape(images, [images.shape[0], images.shape[3]]));
  assert.deepEqual([...await predict(network, set, { values: VALUES, trainingBatch: 20 })], [1, 2]);
});

gpuTest("predict() always runs the network on as many images as a training batch has", async () => {
  const sizes: number[] = [];
  const network = fixed((images) => {
    sizes.push(images.shape[0]);
    return tf.zeros([images.shape[0], 10]);
  });
  const predicted = await predict(network, numberedImages(150), { values: VALUES, trainingBatch: 128 });
  assert.equal(predicted.length, 150);
  assert.deepEqual(sizes, [128, 128]);
});

for (const wrong of [NaN, Infinity, -Infinity]) {
  gpuTest(`predict() and answer() fail for an output of ${wrong}, of which argMax would make class 0`, async () => {
    const before = tf.memory().numTensors;
    for (let at = 0; at < 3; at++) {
      // On the host: a shader may take what is not finite for something else.
      const row = [1, 2, 3].with(at, wrong);
      const network = fixed((images) =>
        tf.tensor2d(Array.from({ length: images.shape[0] }, (_, i) => i < 18 ? [1, 2, 3] : row))
      );
      const set = numberedImages(20);
      for (const evaluate of [predict, answer]) {
        await assert.rejects(
          evaluate(network, set, { values: VALUES, trainingBatch: 20 }),
          new TrainingFailure(
            `The network's outputs are not finite for 2 of 20 images (${wrong} for image 18): the training diverged`,
          ),
        );
      }
      // Those of the images that only fill up the last batch are not looked at.
      const few = await predict(network, numberedImages(18), { values: VALUES, trainingBatch: 100 });
      assert.deepEqual([...few], Array(18).fill(2));
    }
    assert.equal(tf.memory().numTensors, before);
  });
}

Deno.test("mistakes() lists index, label and prediction of wrong images, and nothing else", () => {
  const set = numberedImages(5);
  assert.deepEqual(mistakes(set, Int32Array.of(0, 1, 2, 3, 4)), []);
  assert.deepEqual(mistakes(set, Int32Array.of(0, 7, 2, 3, 9)), [
    { index: 1, trueLabel: 1, predicted: 7 },
    { index: 4, trueLabel: 4, predicted: 9 },
  ]);
});

gpuTest("answer() predicts as predict(), with the outputs of every image in order, and leaves no tensor", async () => {
  const set = { ...numberedImages(250) };
  const network = fixed((images) => {
    const byte = tf.reshape(tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]), [-1, 1]);
    return tf.mul(byte, tf.tensor2d([[1, -1, 2]])) as tf.Tensor2D;
  });
  for (const trainingBatch of [20, 100]) {
    const before = tf.memory().numTensors;
    const { predicted, outputs } = await answer(network, set, { values: VALUES, trainingBatch });
    assert.deepEqual(predicted, await predict(network, set, { values: VALUES, trainingBatch }));
    assert.deepEqual([...outputs], Array.from({ length: set.count }, (_, i) => [i, -i, 2 * i]).flat());
    assert.equal(tf.memory().numTensors, before);
  }
});

Deno.test("sureMistakes() has the margin of the wrong answer over the right one, if both are finite", () => {
  const set = numberedImages(3);
  const outputs = Float32Array.of(0.5, 0.75, 0, /* */ 1, 0, 0, /* */ 0, Infinity, 2);
  assert.deepEqual(sureMistakes(set, { predicted: Int32Array.of(1, 0, 1), outputs }), [
    { index: 0, trueLabel: 0, predicted: 1, margin: 0.25 },
    { index: 1, trueLabel: 1, predicted: 0, margin: 1 },
    { index: 2, trueLabel: 2, predicted: 1, margin: null },
  ]);
  assert.deepEqual(sureMistakes(set, { predicted: Int32Array.of(0, 1, 2), outputs }), []);
});
