/**
 * The parts of a network's training step, each to be timed alone.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { stream } from "../../../base/random.ts";
import { CLASSES } from "../../../data/dataset.ts";
import type { Backend } from "../../../device/backend.ts";
import { TUNED_KERNELS } from "../../../kernels/mod.ts";
import { updateInPlace } from "../../../kernels/training/optimiser_step.ts";
import { countLayers, countModel } from "../../../models/network/count.ts";
import type { ModelSpec } from "../../../models/network/spec.ts";
import type { Phase } from "../../../results/rows/gpu_timings.ts";
import type { GpuTimingSuite } from "../../../suites/gpu_timing.ts";
import { buildNetwork } from "../../training/build_network.ts";
import { backpropagate, deviceBatch } from "../../training/step/backpropagate.ts";
import { createMasks } from "../../training/step/dropout.ts";
import { createOptimiser, trainedVariables } from "../../training/step/optimiser.ts";
import { replayed } from "../../training/step/replayed.ts";
import { stepFlops, stepSubject } from "../kernels/subjects.ts";
import { type GpuSubject, randomTensor } from "./subject.ts";

const BYTES_PER_FLOAT = 4;

type Training = Pick<GpuTimingSuite, "recipe" | "stepSize">;

/** A part of a step, on its way to a {@linkcode GpuSubject}. */
type Part = Pick<GpuSubject, "prepare"> & { readonly phase: Exclude<Phase, "none">; readonly flops: number | null };

/**
 * Forward pass, forward pass with gradients, optimiser, and the whole step with its upload, with the tuned kernels.
 *
 * @param kind Of the rows.
 */
export function phaseSubjects(
  model: ModelSpec,
  { kind, batch, ...training }: Training & { readonly kind: "phase" | "whole"; readonly batch: number },
): GpuSubject[] {
  const counts = countModel(model);
  const recipe = { ...training.recipe, batch };
  const step = stepSubject(model, { ...training, recipe });
  const parts: Part[] = [
    {
      phase: "forward",
      flops: 2 * batch * counts.macs,
      prepare: (backend) => prepareForward(model, { recipe, batch, backend }),
    },
    {
      phase: "forward_backward",
      flops: stepFlops(model, batch),
      prepare: (backend) => prepareGradients(model, { recipe, backend }),
    },
    {
      phase: "optimiser",
      flops: null,
      prepare: (backend) => prepareOptimiser(model, { ...training, recipe, backend }),
    },
    { phase: "step", flops: stepFlops(model, batch), prepare: step.prepare },
  ];
  return parts.map(({ phase, flops, prepare }) => ({
    columns: {
      kind,
      subject: model.id,
      title: model.title,
      phase,
      contender: TUNED_KERNELS.name,
      batch,
      flops,
      parameters: counts.parameters,
      macs: counts.macs,
      activation_bytes: counts.activationBytes + inputBytes(model),
    },
    kernels: TUNED_KERNELS,
    largestBytes: largestBytes(model, batch),
    prepare,
  }));
}

/** Bytes of one image. */
export function inputBytes({ input }: Pick<ModelSpec, "input">): number {
  return BYTES_PER_FLOAT * input[0] * input[1] * input[2];
}

/** Of a batch's activations and the layers' weights, the largest. */
export function largestBytes(model: Pick<ModelSpec, "input" | "layers">, batch: number): number {
  const layers = countLayers(model);
  return Math.max(
    batch * inputBytes(model),
    // A layer that branches is counted whole: an upper bound, of activations that are small.
    ...layers.map(({ activationBytes }) => batch * activationBytes),
    ...layers.filter(({ kind }) => kind === "dense").map(({ parameters }) => BYTES_PER_FLOAT * parameters),
  );
}

function prepareForward(
  model: ModelSpec,
  { recipe, batch, backend }: Pick<Training, "recipe"> & { batch: number; backend: Backend },
) {
  const network = buildNetwork({ model, recipe }, { seed: 0, backend });
  const images = randomTensor<tf.Rank.R4>([batch, ...model.input]);
  const { run, dispose } = replayed(() => tf.tidy(() => void network.forward(images)));
  return {
    run,
    dispose() {
      dispose();
      images.dispose();
      network.dispose();
    },
  };
}

function prepareGradients(model: ModelSpec, { recipe, backend }: Pick<Training, "recipe"> & { backend: Backend }) {
  const network = buildNetwork({ model, recipe }, { seed: 0, backend });
  const variables = network.parameters.map(({ variable }) => variable);
  const pixels = tf.tidy(() => randomTensor([recipe.batch, ...model.input]).dataSync<"float32">());
  const batch = deviceBatch(network, {
    pixels: pixels.slice(),
    labels: Int32Array.from({ length: recipe.batch }, (_, i) => i % CLASSES),
    masks: createMasks(network.dropouts, stream(0, "dropout"))(recipe.batch),
  });
  const { run, dispose } = replayed(() =>
    tf.tidy(() => void backpropagate(network, variables, { batch, loss: recipe.loss }))
  );
  return {
    run,
    dispose() {
      dispose();
      tf.dispose({ ...batch });
      network.dispose();
    },
  };
}

/** The gradients are zeros: the weights stay what they are. */
function prepareOptimiser(model: ModelSpec, { recipe, stepSize, backend }: Training & { backend: Backend }) {
  const network = buildNetwork({ model, recipe }, { seed: 0, backend });
  const trained = trainedVariables(network, recipe);
  const optimiser = createOptimiser(recipe.optimiser, trained);
  const gradients = trained.map(({ variable }) => tf.zerosLike(variable));
  const control = tf.tensor1d([stepSize, 0]);
  const updates = optimiser.updates(gradients);
  const { momentum } = optimiser;
  const { run, dispose } = replayed(() => updateInPlace(tf.backend() as WebGPUBackend, updates, { momentum, control }));
  return {
    run,
    dispose() {
      dispose();
      optimiser.dispose();
      tf.dispose([...gradients, control]);
      network.dispose();
    },
  };
}
