/**
 * Faults that the calibration puts into a checkout of this program, to see whether a comparison finds them.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";

/** Text of a file, which must be there once, and what takes its place. */
interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A fault. */
export interface Injection {
  readonly id: string;
  readonly title: string;
  /** What it should change. */
  readonly strikes: "epoch time" | "test error";
  readonly edits: readonly Edit[];
}

/**
 * Waits after every step for a share of the time that the step took: on a software adapter, whose submit waits for the
 * work, all of its kernels are that much slower.
 */
function slowed(percent: number): Injection {
  return {
    id: `slow-${percent}`,
    title: `the kernels of a training step ${percent}% slower`,
    strikes: "epoch time",
    edits: [{
      file: "engine/training/step/recorded.ts",
      find: "known.recording.replay();",
      replace: "const started = performance.now(); known.recording.replay(); " +
        `const until = performance.now() + ${percent / 100} * (performance.now() - started); ` +
        "while (performance.now() < until);",
    }],
  };
}

export const INJECTIONS: readonly Injection[] = [
  ...[3, 5, 10, 20].map(slowed),
  {
    id: "half-rate",
    title: "half the learning rate",
    strikes: "test error",
    edits: [{
      file: "engine/training/train.ts",
      find: "stepSize: learningRate,",
      replace: "stepSize: learningRate / 2,",
    }],
  },
  {
    id: "gradient-0.9",
    title: "the first layer's weight gradient times 0.9",
    strikes: "test error",
    edits: [{
      file: "engine/training/step/optimiser.ts",
      find: "gradient: gradients[i]!,",
      replace: "gradient: i === 0 ? tf.mul(gradients[i]!, 0.9) : gradients[i]!,",
    }],
  },
  {
    id: "labels-1",
    title: "1% of the training labels wrong",
    strikes: "test error",
    edits: [{
      file: "engine/training/batches.ts",
      find: "labels[i] = set.labels[index]!;",
      replace: "labels[i] = index % 100 === 0 ? (set.labels[index]! + 1) % 10 : set.labels[index]!;",
    }],
  },
  {
    id: "shuffle-off-by-one",
    title: "an off-by-one in the shuffle: no image ever stays in its place",
    strikes: "test error",
    edits: [{
      file: "base/random.ts",
      find: "uniformInt(generator, 0, i);",
      replace: "uniformInt(generator, 0, i - 1);",
    }],
  },
];

/**
 * Puts the fault into the checkout at `root`.
 *
 * @throws {UserError} A text to be replaced is not there once: the program has changed since.
 */
export async function inject({ id, edits }: Injection, root: string): Promise<void> {
  for (const { file, find, replace } of edits) {
    const path = `${root}/${file}`;
    const parts = (await Deno.readTextFile(path)).split(find);
    if (parts.length !== 2) {
      throw new UserError(
        `Cannot inject "${id}": "${find}" is ${parts.length - 1} times in "${file}". Adapt the injection.`,
      );
    }
    await Deno.writeTextFile(path, parts.join(replace));
  }
}
