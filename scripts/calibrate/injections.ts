/**
 * Faults that the calibration puts into a checkout of this program, to see whether a comparison finds them.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import type { CalibrationRow } from "../../results/rows/calibration.ts";

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
  readonly strikes: Exclude<CalibrationRow["strikes"], "">;
  readonly edits: readonly Edit[];
  /** Compared a quarter as often: it shows where the limits are, and no goal depends on it. */
  readonly isMinor?: boolean;
}

/**
 * Makes some kernels do more work: of their dispatches one in `every` is done twice, which writes the same values to
 * the same places, and in each step it is another one's turn. Updates of weights in place can't be done twice; they are
 * left as they are.
 *
 * @param kernels Regular expression of the labels of kernels.
 */
function repeated(
  every: number,
  { id, title, kernels }: Pick<Injection, "id" | "title"> & { readonly kernels: string },
): Injection {
  return {
    id: `${id}-${every}`,
    title: `${title}: one in ${every} done twice`,
    strikes: "speed",
    edits: [{
      file: "kernels/recorder.ts",
      find: "pass.dispatchWorkgroups(...command.workgroups);",
      replace: `pass.dispatchWorkgroups(...command.workgroups);
      if (/${kernels}/.test(command.pipeline.label)) {
        const turn = (command as any).turn ?? commands.indexOf(command);
        (command as any).turn = turn + 1;
        if (turn % ${every} === 0) pass.dispatchWorkgroups(...command.workgroups);
      }`,
    }],
  };
}

const STEP = { id: "step", title: "dispatches of a training step", kernels: "^(?!optimiserStep)" };

/** Of the two networks that the calibration trains. */
const KERNELS = [
  { id: "dense", title: "products of dense layers", kernels: "^matmul 8 " },
  { id: "weight-gradient", title: "gradients of dense weights", kernels: "^matmul 0 " },
  { id: "convolution", title: "convolutions", kernels: "^conv2d " },
  { id: "filter-gradient", title: "gradients of filters", kernels: "^conv2dBackpropFilter " },
  { id: "pool-gradient", title: "gradients of pooling", kernels: "^poolGradient " },
];

/** Waits after every step, which costs no CPU time. */
function waits(milliseconds: number): Injection {
  return {
    id: `wait-${milliseconds}`,
    title: `a wait of ${milliseconds} ms after every step`,
    strikes: "speed",
    edits: [{
      file: "engine/training/train.ts",
      find: "if (options.pace) await options.pace(1);",
      replace: `await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
        if (options.pace) await options.pace(1);`,
    }],
  };
}

export const INJECTIONS: readonly Injection[] = [
  // About 10% and 5% more CPU time, since updates in place and uploads are not done twice.
  ...[9, 18].map((every) => repeated(every, STEP)),
  ...[repeated(36, STEP), ...KERNELS.map((kernels) => repeated(2, kernels)), ...[2, 5].map(waits)]
    .map((injection) => ({ ...injection, isMinor: true })),
  {
    id: "half-rate",
    title: "half the learning rate",
    strikes: "training",
    edits: [{
      file: "engine/training/train.ts",
      find: "stepSize: learningRate,",
      replace: "stepSize: learningRate / 2,",
    }],
  },
  {
    id: "gradient-0.9",
    title: "the first layer's weight gradient times 0.9",
    strikes: "training",
    edits: [{
      file: "engine/training/step/optimiser.ts",
      find: "gradient: gradients[i]!,",
      replace: "gradient: i === 0 ? tf.mul(gradients[i]!, 0.9) : gradients[i]!,",
    }],
  },
  {
    id: "labels-1",
    title: "1% of the training labels wrong",
    strikes: "training",
    edits: [{
      file: "engine/training/batches.ts",
      find: "labels[i] = set.labels[index]!;",
      replace: "labels[i] = index % 100 === 0 ? (set.labels[index]! + 1) % 10 : set.labels[index]!;",
    }],
  },
  {
    id: "shuffle-off-by-one",
    title: "an off-by-one in the shuffle: no image ever stays in its place",
    strikes: "training",
    edits: [{
      file: "base/random.ts",
      find: "uniformInt(generator, 0, i);",
      replace: "uniformInt(generator, 0, i - 1);",
    }],
  },
  {
    id: "rounding",
    title: "the first weights one part in 10^7 larger, as if they had been rounded in another way",
    strikes: "rounding",
    edits: [{
      file: "models/network/initialise.ts",
      find: "random.normal() * Math.sqrt(2 / inputs)",
      replace: "random.normal() * Math.sqrt(2 / inputs) * (1 + 1e-7)",
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
