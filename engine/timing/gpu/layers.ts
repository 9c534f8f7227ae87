/**
 * The layers of a network, each to be timed alone: as a network of one layer, on an input of the right shape.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Backend } from "../../../device/backend.ts";
import { TUNED_KERNELS } from "../../../kernels/mod.ts";
import { build } from "../../../models/network/build.ts";
import { countModel, countPlacedLayer, type PlacedLayer, placedLayers } from "../../../models/network/count.ts";
import type { Network } from "../../../models/network/network.ts";
import type { InputKind } from "../../../models/network/operations.ts";
import type { Activation, LayerActivation, LayerSpec, ModelSpec } from "../../../models/network/spec.ts";
import type { Recipe } from "../../../recipes/recipe.ts";
import { operationsOf } from "../../training/build_network.ts";
import { replayed } from "../../training/step/replayed.ts";
import { inputBytes, largestBytes } from "./phases.ts";
import { type GpuSubject, randomTensor, repeatingRandom } from "./subject.ts";

const BYTES_PER_FLOAT = 4;

/** A layer, and the number of layers in the network that are exactly like it. */
interface CountedLayer extends PlacedLayer {
  readonly times: number;
  /** What the input's values are. */
  readonly reads: InputKind;
}

/** How the layers are run. */
export interface LayerOptions {
  readonly batch: number;
  /** What `hidden` and `output` stand for. */
  readonly recipe: Pick<Recipe, "hidden" | "output">;
  /** The most that the adapter binds: wider fully connected layers are run in parts. */
  readonly mostBytes: number;
}

/** The forward pass of every layer that computes something; with `gradients`, also the forward pass with gradients. */
export function layerSubjects(model: ModelSpec, options: LayerOptions & { readonly gradients: boolean }): GpuSubject[] {
  return distinctLayers(model, options.recipe).flatMap((counted) => {
    const forward = layerSubject(model, counted, { ...options, phase: "forward" });
    // Pooled pixels have no gradient: nothing before them learns.
    const learns = counted.reads !== "data" || countPlacedLayer(counted).parameters > 0;
    return options.gradients && learns
      ? [forward, layerSubject(model, counted, { ...options, phase: "forward_backward" })]
      : [forward];
  });
}

/** The forward pass of a whole network whose weights need not be those of training. */
export function forwardSubject(model: ModelSpec, options: LayerOptions): GpuSubject {
  const { batch, mostBytes } = options;
  const runnable = { ...model, layers: model.layers.map((layer) => inferenceForm(layer)) };
  const parts = withinBinding(runnable, mostBytes);
  const counts = countModel(model);
  return {
    columns: {
      kind: "whole",
      subject: model.id,
      title: model.title,
      phase: "forward",
      contender: TUNED_KERNELS.name,
      batch,
      flops: 2 * batch * counts.macs,
      parameters: counts.parameters,
      macs: counts.macs,
      activation_bytes: counts.activationBytes + inputBytes(model),
    },
    kernels: TUNED_KERNELS,
    largestBytes: Math.max(
      ...placedLayers(parts).map(({ layer, input }) => largestBytes({ input, layers: [layer] }, batch)),
    ),
    prepare: (backend) => prepareForward(parts, { ...options, backend }),
  };
}

/** Layers in order, those exactly alike once; flattening, which does nothing, left out. */
function distinctLayers(model: ModelSpec, recipe: LayerOptions["recipe"]): CountedLayer[] {
  let reads: InputKind = "data";
  const all = placedLayers(model).filter(({ layer }) => layer.kind !== "flatten").map((placed) => {
    const counted = { ...placed, reads, times: 1 };
    const { layer } = placed;
    const isData = reads === "data" && countPlacedLayer(placed).parameters === 0;
    if (!isData) reads = "activation" in layer ? named(layer.activation, recipe) : "linear";
    return counted;
  });
  const alike = Map.groupBy(all, ({ layer, input }) => JSON.stringify([{ ...layer, name: "" }, input]));
  return [...alike.values()].map((layers) => ({ ...layers[0]!, times: layers.length }));
}

function named(activation: LayerActivation, { hidden, output }: LayerOptions["recipe"]): Activation {
  switch (activation) {
    case "hidden":
      return hidden;
    case "output":
      return output;
    // It learns a slope, so the operation that reads it does not compute its derivative.
    case "prelu":
      return "linear";
    default:
      return activation;
  }
}

function layerSubject(
  model: ModelSpec,
  counted: CountedLayer,
  { phase, ...options }: LayerOptions & { readonly phase: "forward" | "forward_backward" },
): GpuSubject {
  const { layer, input, times, reads } = counted;
  const { batch, mostBytes } = options;
  const counts = countPlacedLayer(counted);
  const alone = { ...model, input, layers: [inferenceForm(layer)] };
  const parts = withinBinding(alone, mostBytes);
  const [from, to] = [batch * inputBytes(alone), batch * counts.activationBytes];
  const weights = BYTES_PER_FLOAT * counts.parameters;
  const hasInputGradient = reads !== "data";
  // Forward reads input and weights and writes the output; backward reads those two and the output's gradient, and
  // writes the gradients of both.
  const products = phase === "forward" ? 1 : hasInputGradient ? 3 : 2;
  const bytes = phase === "forward"
    ? from + weights + to
    : 2 * (from + to) + 3 * weights + (hasInputGradient ? from : 0);
  return {
    columns: {
      kind: "layer",
      subject: model.id,
      title: model.title,
      layer: layer.name,
      layer_kind: layer.kind,
      times,
      phase,
      contender: TUNED_KERNELS.name,
      batch,
      flops: 2 * batch * counts.macs * products,
      bytes,
      parameters: counts.parameters,
      macs: counts.macs,
      activation_bytes: counts.activationBytes,
      ...(parts !== alone && { note: `In parts, because its weights exceed the ${mostBytes} bytes that can be bound` }),
    },
    kernels: TUNED_KERNELS,
    largestBytes: largestBytes(parts, batch),
    prepare: (backend) =>
      phase === "forward"
        ? prepareForward(parts, { ...options, backend })
        : prepareGradients(parts, { ...options, backend, reads }),
  };
}

/**
 * A layer that takes the time that `layer` takes outside training: a batch norm is a scale and a shift per map, like
 * subsampling by windows of one pixel.
 */
function inferenceForm(layer: LayerSpec): LayerSpec {
  switch (layer.kind) {
    case "batch_norm":
      return { kind: "subsample", name: layer.name, size: 1, activation: layer.activation };
    case "branches":
      return { ...layer, branches: layer.branches.map((branch) => branch.map(inferenceForm)) };
    default:
      return layer;
  }
}

/** Cuts fully connected layers whose weights are too large for a buffer binding into equal parts of their units. */
export function withinBinding<Model extends Pick<ModelSpec, "input" | "layers">>(
  spec: Model,
  mostBytes: number,
): Model {
  const weights = new Map(
    placedLayers(spec).map((placed) => [placed.layer, BYTES_PER_FLOAT * countPlacedLayer(placed).parameters]),
  );
  const isTooWide = (layer: LayerSpec) => layer.kind === "dense" && weights.get(layer)! > mostBytes;
  if (!spec.layers.some(isTooWide)) return spec;
  return {
    ...spec,
    layers: spec.layers.map((layer): LayerSpec => {
      if (layer.kind !== "dense" || !isTooWide(layer)) return layer;
      let count = Math.ceil(weights.get(layer)! / mostBytes);
      while (layer.units % count !== 0) count++;
      const parts = Array.from(
        { length: count },
        (_, i) => [{ ...layer, name: `${layer.name} ${i}`, units: layer.units / count }],
      );
      return { kind: "branches", name: layer.name, branches: parts, join: "concatenate", activation: "linear" };
    }),
  };
}

/** How the layers are run on a device. */
type PrepareOptions = LayerOptions & { readonly backend: Backend };

/** A network with weights of which only the time counts. */
function buildForTiming(model: ModelSpec, { recipe: { hidden, output }, backend }: PrepareOptions): Network {
  const operations = operationsOf(backend);
  return build(model, { hidden, output, initialisation: "he", random: repeatingRandom, operations });
}

function prepareForward(model: ModelSpec, options: PrepareOptions) {
  const network = buildForTiming(model, options);
  const images = randomTensor<tf.Rank.R4>([options.batch, ...model.input]);
  return disposing(replayed(() => tf.tidy(() => void network.forward(images))), { network, tensors: [images] });
}

/** From a given gradient of the output, those of the parameters and, if an earlier layer learns, of the input. */
function prepareGradients(model: ModelSpec, options: PrepareOptions & { readonly reads: InputKind }) {
  const { batch, reads } = options;
  const network = buildForTiming(model, options);
  const images = randomTensor<tf.Rank.R4>([batch, ...model.input]);
  const outputs = tf.tidy(() => network.forward(images).shape);
  const given = randomTensor<tf.Rank.R2>(outputs);
  const variables = network.parameters.map(({ variable }) => variable);
  const by = reads === "data" ? variables : [images, ...variables];
  const work = () => tf.tidy(() => void tf.engine().gradients(() => network.forward(images, reads), by, given));
  return disposing(replayed(work), { network, tensors: [images, given] });
}

function disposing(
  { run, dispose }: ReturnType<typeof replayed>,
  { network, tensors }: { readonly network: Network; readonly tensors: readonly tf.Tensor[] },
) {
  return {
    run,
    dispose() {
      dispose();
      tf.dispose([...tensors]);
      network.dispose();
    },
  };
}
