/**
 * What the benchmark of the kernels times, ready to be run: whole training steps and single kernel calls.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { stream } from "../../../base/random.ts";
import { CLASSES } from "../../../data/dataset.ts";
import type { Augmentation } from "../../../data/distortion/augmentation.ts";
import { drawDistortions } from "../../../data/distortion/distort.ts";
import { fitImages } from "../../../data/fit.ts";
import { syntheticDataset } from "../../../data/synthetic/digits.ts";
import type { Backend } from "../../../device/backend.ts";
import { type KernelSet, STOCK_KERNELS } from "../../../device/kernel_set.ts";
import { countLayers } from "../../../models/network/count.ts";
import type { Network } from "../../../models/network/network.ts";
import type { ModelSpec } from "../../../models/network/spec.ts";
import type { PatternRecipe } from "../../../recipes/recipe.ts";
import type { KernelSuite } from "../../../suites/kernels.ts";
import { buildNetwork } from "../../training/build_network.ts";
import { connected } from "../../training/pattern/connected.ts";
import { createUpdates } from "../../training/pattern/create_updates.ts";
import { createDeviceUpdates } from "../../training/pattern/device_updates.ts";
import type { PatternUpdates } from "../../training/pattern/updates.ts";
import { createTrainingStep } from "../../training/step/create.ts";
import { KERNEL_SETS } from "../kernel_sets.ts";
import { type KernelCall, kernelCalls, randomInputs, runKernel } from "./calls.ts";

/** More steps than are ever timed between two calls of `settle`. */
const MOST_STEPS = 100_000;

/** The same for many seeds at once, which take longer and leave as many results each. */
const MOST_COHORT_STEPS = 20_000;

/** Drawn digits that the updates pattern by pattern go through again and again. */
const PATTERNS = 100;

/** Small, as the step sizes of the papers: all values stay finite, however long a network is timed. */
const PATTERN_STEP = 1e-4;

/** One thing to be timed. */
export interface TimingSubject {
  readonly kind: "step" | "kernel";
  readonly id: string;
  readonly title: string;
  /** The network, if it is a step of one. */
  readonly model?: ModelSpec;
  readonly batch: number;
  readonly flops: number;
  /** Left out if there is no such number. */
  readonly bytes?: number;
  /** The kernels that can run it; left out: all sets. */
  readonly sets?: readonly KernelSet[];
  /** Makes everything that runs need, on `backend` and for the kernels that it runs now. */
  readonly prepare: (backend: Backend) => PreparedSubject | Promise<PreparedSubject>;
}

/** A training step on a batch, which is ready at once. */
export interface StepSubject extends TimingSubject {
  readonly prepare: (backend: Backend) => PreparedSubject;
}

/** A subject on a device. */
export interface PreparedSubject {
  /** Enqueues one run. */
  readonly run: () => void;
  /** What one run computed, if one has been: a list of values for each result. */
  readonly results: () => Promise<Float32Array[]>;
  /** Clears what the runs have left behind; called when no clock is running. */
  readonly settle?: () => Promise<void>;
  /** Of all tensors at the end of a training step's forward pass, once one has been run. */
  readonly peakBytes?: () => number;
  readonly dispose: () => void;
}

/** The steps and, without repetitions, the kernel calls of a profile. */
export function subjectsOf(suite: KernelSuite, profile: keyof KernelSuite["profiles"]): TimingSubject[] {
  const { steps, singles, patterns, kernelsOf } = suite.profiles[profile];
  const { batch } = suite.recipe;
  const calls = kernelsOf.flatMap((model) => kernelCalls(model, batch));
  return [
    ...steps.map((model) => stepSubject(model, suite)),
    ...singles.map((model) => singleSubject(model, suite)),
    ...patterns.map(({ model, recipe, seeds }) =>
      seeds === undefined ? patternSubject(model, recipe) : cohortSubject(model, { recipe, seeds })
    ),
    ...new Map(calls.map((call) => [call.id, kernelSubject(call, batch)])).values(),
  ];
}

/**
 * A complete training step of `model`: upload, forward, gradients, update. The batch is random and the
 * same every time; the results are the changes of the weights.
 */
export function stepSubject(
  model: ModelSpec,
  { recipe, stepSize, augmentation }: Pick<KernelSuite, "recipe" | "stepSize"> & {
    readonly augmentation?: Augmentation;
  },
): StepSubject {
  const { batch } = recipe;
  return {
    kind: "step",
    id: model.id,
    title: model.title,
    model,
    batch,
    flops: stepFlops(model, batch),
    prepare({ kernels }) {
      // The sets may alternate from here on.
      const backend = { kernels };
      const { pixels, labels } = randomBatch(model, batch);
      const network = buildNetwork({ model, recipe }, { seed: 0, backend });
      const distortions = augmentation &&
        drawDistortions(augmentation, { count: batch, random: stream(0, "augment") });
      const step = createTrainingStep(network, {
        recipe,
        dropout: stream(0, "dropout"),
        mostSteps: MOST_STEPS,
        backend,
        ...(augmentation && {
          distortion: {
            background: recipe.pixels.background,
            ...(augmentation.elastic && { elastic: augmentation.elastic }),
          },
        }),
      });
      return {
        run: () => step.run(pixels, labels, { stepSize, ...(distortions && { distortions }) }),
        async results() {
          const untrained = buildNetwork({ model, recipe }, { seed: 0, backend });
          const changes = differences(await weightsOf(network), await weightsOf(untrained));
          untrained.dispose();
          return changes;
        },
        settle: async () => void await step.takeMetrics(),
        peakBytes: () => step.peakBytes,
        dispose() {
          step.dispose();
          network.dispose();
        },
      };
    },
  };
}

/** A training step on one image. */
function singleSubject(model: ModelSpec, { recipe, stepSize }: KernelSuite): TimingSubject {
  const step = stepSubject(model, { recipe: { ...recipe, batch: 1 }, stepSize });
  return { ...step, id: `${step.id}-single`, title: `${step.title}, one image at a time` };
}

/** The update by one pattern, as the papers trained: all step sizes are the same. */
function patternSubject(model: ModelSpec, recipe: PatternRecipe): TimingSubject {
  return {
    kind: "step",
    id: `${model.id}-pattern`,
    title: `${model.title}, pattern by pattern`,
    batch: 1,
    flops: stepFlops(model, 1),
    async prepare(backend) {
      const network = buildNetwork({ model, recipe }, { seed: 0, backend });
      const order = patternOrder(MOST_STEPS);
      const updates = await createUpdates(network, { ...patternOptions(model, recipe), order, backend });
      return preparedUpdates([network], updates);
    },
  };
}

/** The update of networks with different seeds, each by one pattern, in one dispatch. */
function cohortSubject(model: ModelSpec, { recipe, seeds }: { recipe: PatternRecipe; seeds: number }): TimingSubject {
  return {
    kind: "step",
    id: `${model.id}-pattern-${seeds}-seeds`,
    title: `${model.title}, pattern by pattern, ${seeds} seeds`,
    batch: seeds,
    flops: stepFlops(model, seeds),
    sets: KERNEL_SETS.filter((set) => set !== STOCK_KERNELS),
    async prepare(backend) {
      const networks = Array.from({ length: seeds }, (_, seed) => buildNetwork({ model, recipe }, { seed, backend }));
      const orders = networks.map(() => patternOrder(MOST_COHORT_STEPS));
      const updates = await createDeviceUpdates(networks, { ...patternOptions(model, recipe), orders, backend });
      return preparedUpdates(networks, updates);
    },
  };
}

function patternOrder(steps: number): Uint32Array {
  return Uint32Array.from({ length: steps }, (_, i) => i % PATTERNS);
}

function patternOptions(model: ModelSpec, recipe: PatternRecipe) {
  const { train } = syntheticDataset({ train: PATTERNS, test: 1 });
  return { set: fitImages(train, model.fit), recipe, errorFactor: recipe.optimiser.errorFactor };
}

/** Updates of `networks`, whose results are the changes of all weights. */
async function preparedUpdates(networks: readonly Network[], updates: PatternUpdates): Promise<PreparedSubject> {
  const untrained: Float32Array[] = [];
  for (const network of networks) untrained.push(...await weightsOf(network));
  const steps = Float32Array.from(networks.flatMap((network) => [...connected(network)]), (one) => one * PATTERN_STEP);
  updates.startPass(steps);
  const restart = async () => {
    await updates.finishPass();
    updates.startPass(steps);
  };
  return {
    run: () => updates.run(1),
    async results() {
      await restart();
      const trained: Float32Array[] = [];
      for (const network of networks) trained.push(...await weightsOf(network));
      return differences(trained, untrained);
    },
    settle: restart,
    dispose() {
      updates.dispose();
      networks.forEach((network) => network.dispose());
    },
  };
}

/** A call of the kernel that is registered when it runs, on random values. */
function kernelSubject(call: KernelCall, batch: number): TimingSubject {
  const { id, flops, bytes } = call;
  return {
    kind: "kernel",
    id,
    title: `${call.kernel}: ${call.title}`,
    batch,
    flops,
    bytes,
    prepare() {
      const inputs = randomInputs(call);
      return {
        run: () => runKernel(call, inputs).dispose(),
        async results() {
          const result = runKernel(call, inputs);
          const values = await result.data<"float32">();
          result.dispose();
          return [values];
        },
        dispose: () => Object.values(inputs).forEach((tensor: tf.Tensor) => tensor.dispose()),
      };
    },
  };
}

/**
 * Floating-point operations of a training step in the layers with weights, two per multiply-add: forward, the gradient
 * of the weights, and the gradient of the inputs for all layers except the first. Everything else is small in
 * comparison.
 */
export function stepFlops(model: ModelSpec, batch: number): number {
  const macs = countLayers(model).map((layer) => layer.macs).filter((macs) => macs > 0);
  const all = macs.reduce((sum, n) => sum + n, 0);
  return 2 * batch * (3 * all - (macs[0] ?? 0));
}

/** Standard normal pixels [batch, height, width, maps] and labels 0 to 9. */
function randomBatch({ input }: ModelSpec, batch: number) {
  const random = stream(0, "batch");
  return {
    pixels: Float32Array.from({ length: batch * input[0] * input[1] * input[2] }, () => random.normal()),
    labels: Int32Array.from({ length: batch }, () => random.integer(CLASSES)),
  };
}

/** `after` minus `before`, value by value. */
function differences(after: readonly Float32Array[], before: readonly Float32Array[]): Float32Array[] {
  return after.map((values, p) => values.map((value, i) => value - before[p]![i]!));
}

async function weightsOf({ parameters }: Network): Promise<Float32Array[]> {
  const values: Float32Array[] = [];
  for (const { variable } of parameters) values.push(await variable.data<"float32">());
  return values;
}
