/**
 * Error of a network on a set of images.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ImageSet } from "../../data/dataset.ts";
import { allWorkDone } from "../../device/device_work.ts";
import type { Network } from "../../models/network/network.ts";
import { chunks, emptyBatch, fillBatch } from "./batches.ts";
import { FirstRuns } from "./first_runs.ts";
import { TrainingFailure } from "./training.ts";

/** Images evaluated at a time, if not as many as in training: few dispatches, and buffers that every adapter has. */
const EVALUATION_BATCH = 1000;

/** From this size on a training batch is large enough to evaluate in. */
const LARGE_BATCH = 100;

/** The evaluations of one network, none yet; `onFirst` as for {@linkcode FirstRuns}. */
export function evaluations(onFirst?: () => void): FirstRuns {
  return new FirstRuns(allWorkDone, onFirst);
}

/** How a network is evaluated. */
export interface EvaluationOptions {
  /** What the network sees for each value of a pixel. */
  readonly values: Float32Array;
  /** Images in a batch in training. */
  readonly trainingBatch: number;
  /** The network's evaluations so far, to which this one is added; none when left out. */
  readonly runs?: FirstRuns;
}

/** What a network says about every image of a set, in order. */
export interface Answers {
  /** The class with the largest output. */
  readonly predicted: Int32Array;
  /** All outputs of an image, then those of the next. */
  readonly outputs: Float32Array;
}

/**
 * The class with the largest output for every image, in order.
 *
 * Images are evaluated in batches of the same size as in training, the last one filled up with empty images: another
 * size would need shaders of its own, and to compile them takes longer than to evaluate.
 *
 * @returns Length `set.count`, read back from the device once.
 * @throws {TrainingFailure} when an output is not finite: the largest of them would be no answer. The loss of a batch
 * is measured before its update, so this is also where a training that diverges in its very last update is found out.
 */
export async function predict(
  network: Pick<Network, "forward">,
  set: ImageSet,
  options: EvaluationOptions,
): Promise<Int32Array> {
  const { predicted } = await answer(network, set, options);
  return predicted;
}

/** As {@linkcode predict}, with the outputs. */
export async function answer(
  network: Pick<Network, "forward">,
  set: ImageSet,
  { values, trainingBatch, runs = evaluations() }: EvaluationOptions,
): Promise<Answers> {
  const size = trainingBatch >= LARGE_BATCH ? trainingBatch : Math.min(EVALUATION_BATCH, set.count);
  const order = Uint32Array.from({ length: set.count }, (_, i) => i);
  const forward = (indices: Uint32Array) =>
    tf.tidy(() => {
      const batch = emptyBatch(set, size);
      fillBatch(batch, set, { indices, values });
      const images = tf.tensor4d(batch.pixels, [size, set.height, set.width, set.maps]);
      const outputs = network.forward(images);
      return { outputs, predicted: tf.argMax(outputs, 1) };
    });
  const started = performance.now();
  const parts: ReturnType<typeof forward>[] = [];
  for (const indices of chunks(order, size)) {
    parts.push(await runs.run(size, () => forward(indices)));
  }
  const all = {
    outputs: tf.concat(parts.map(({ outputs }) => outputs)),
    predicted: tf.concat(parts.map(({ predicted }) => predicted)),
  };
  // Together: one read-back after the other would wait for each.
  const [outputs, predicted] = await Promise.all([all.outputs.data<"float32">(), all.predicted.data<"int32">()]);
  runs.took((performance.now() - started) / 1000);
  const units = all.outputs.shape[1]!;
  tf.dispose([...parts.flatMap(({ outputs, predicted }) => [outputs, predicted]), all.outputs, all.predicted]);
  const answers = { predicted: predicted.subarray(0, set.count), outputs: outputs.subarray(0, set.count * units) };
  refuseNotFinite(answers.outputs, set);
  return answers;
}

function refuseNotFinite(outputs: Float32Array, { count }: ImageSet): void {
  const first = outputs.findIndex((output) => !Number.isFinite(output));
  if (first < 0) return;
  const units = outputs.length / count;
  const images = new Set<number>();
  outputs.forEach((output, i) => Number.isFinite(output) || images.add(Math.floor(i / units)));
  throw new TrainingFailure(
    `The network's outputs are not finite for ${images.size} of ${count} images (${outputs[first]} for image ` +
      `${Math.floor(first / units)}): the training diverged`,
  );
}

/** One misclassified image. */
export interface Mistake {
  readonly index: number;
  readonly trueLabel: number;
  readonly predicted: number;
}

/** The images of `set` that `predicted` gets wrong. */
export function mistakes(set: ImageSet, predicted: Int32Array): Mistake[] {
  return Array.from(predicted, (label, index) => ({ index, trueLabel: set.labels[index]!, predicted: label }))
    .filter(({ trueLabel, predicted }) => predicted !== trueLabel);
}

/** A mistake, and how sure the network was of it. */
export interface SureMistake extends Mistake {
  /** By how much the answer's output exceeded the right class's; null if one of them is not finite. */
  readonly margin: number | null;
}

/** The images of `set` that a network gets wrong, with its margin for the wrong answer. */
export function sureMistakes(set: ImageSet, { predicted, outputs }: Answers): SureMistake[] {
  const units = outputs.length / set.count;
  return mistakes(set, predicted).map((mistake) => {
    const { index, trueLabel, predicted } = mistake;
    const margin = outputs[index * units + predicted]! - outputs[index * units + trueLabel]!;
    return { ...mistake, margin: Number.isFinite(margin) ? margin : null };
  });
}
