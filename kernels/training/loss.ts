/**
 * The losses of a batch of outputs and their gradients: one thread per image, which goes through the classes in order.
 *
 * Forward, each image's loss and whether its largest output belongs to another class, in one pass; backward, the
 * gradient with respect to the outputs, or to the value before their activation.
 *
 * @module
 */
import type { UnitLoss } from "../../models/network/operations.ts";
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeTimesDerivative } from "../wgsl/activation.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { keepingNaN } from "../wgsl/writer.ts";

type Batch = { readonly loss: UnitLoss; readonly images: number; readonly classes: number };

type BatchGradient = Batch & {
  /**
   * The gradient is multiplied by this activation's derivative, whose values are the outputs; not at all for
   * `linear`.
   */
  readonly derivativeOf: Activation;
};

/** WGSL that finds an image's highest output and its class, the first of several. */
function highest({ classes }: Batch): string {
  return `
  let first = index * ${classes};
  let label = labels[index];
  var highest = outputs[first];
  var predicted = 0;
  for (var c = 1; c < ${classes}; c++) {
    let output = outputs[first + c];
    if (output > highest) { highest = output; predicted = c; }
  }`;
}

/** WGSL of the sum of the outputs' exponentials, the highest output being subtracted first. */
function exponentialSum({ classes }: Batch): string {
  return `
  var sum = 0.0;
  for (var c = 0; c < ${classes}; c++) {
    let below = outputs[first + c] - highest;
    sum += ${keepingNaN("below", { value: "exp(below)", width: 1 })};
  }`;
}

/** WGSL of an output's distance from its target, 1 for the class and -1 elsewhere. */
const DISTANCE = "outputs[first + c] - select(-1.0, 1.0, c == label)";

const lossProgram: ProgramKind<Batch> = {
  name: "loss",
  build(batch) {
    const { loss, images, classes } = batch;
    return {
      outputShape: [images, 2],
      outputWidth: 2,
      inputs: [{ name: "outputs", width: 1 }, { name: "labels", width: 1, integers: true }],
      threads: images,
      body: `${highest(batch)}
  ${
        loss === "softmax_cross_entropy"
          ? `${exponentialSum(batch)}
  let loss = ${keepingNaN("sum", { value: "log(sum)", width: 1 })} + highest - outputs[first + label];`
          : `var loss = 0.0;
  for (var c = 0; c < ${classes}; c++) { let distance = ${DISTANCE}; loss += 0.5 * distance * distance; }`
      }
  result[index] = vec2<f32>(loss, select(0.0, 1.0, predicted != label));`,
    };
  },
};

const lossGradientProgram: ProgramKind<BatchGradient> = {
  name: "lossGradient",
  build(batch) {
    const { loss, images, classes, derivativeOf } = batch;
    const isSoftmax = loss === "softmax_cross_entropy";
    const gradient = isSoftmax ? "exp(outputs[first + c] - highest) / sum - select(0.0, 1.0, c == label)" : DISTANCE;
    return {
      outputShape: [images, classes],
      outputWidth: 1,
      inputs: [
        { name: "outputs", width: 1 },
        { name: "labels", width: 1, integers: true },
        { name: "dy", width: 2 },
      ],
      threads: images,
      body: `${highest(batch)}
  ${isSoftmax ? exponentialSum(batch) : ""}
  for (var c = 0; c < ${classes}; c++) {
    let gradient = dy[index].x * (${gradient});
    ${
        storeTimesDerivative("gradient", {
          at: "first + c",
          of: derivativeOf,
          activated: "outputs[first + c]",
          width: 1,
        })
      }
  }`,
    };
  },
};

function batchOf(outputs: { shape: number[] }, loss: unknown): Batch | undefined {
  const [images = 0, classes = 0] = outputs.shape;
  const isKnown = loss === "softmax_cross_entropy" || loss === "squared_error";
  return isKnown && outputs.shape.length === 2 && images * classes > 0 ? { loss, images, classes } : undefined;
}

/** `inputs.outputs` [n, classes], `inputs.labels` [n] int32: each image's loss, and 1 if it is misclassified [n, 2]. */
export const batchLosses: TunedKernel = {
  adds: "BatchLosses",
  run: ({ outputs, labels }, { loss }, backend) => {
    if (!outputs || labels?.dtype !== "int32" || !areFloats(backend, [outputs])) return;
    const specification = batchOf(outputs, loss);
    return specification && runProgram(backend, lossProgram, { specification, inputs: [outputs, labels] });
  },
};

/**
 * The gradient of `batchLosses` with respect to its outputs, for the gradient `inputs.dy` [n, 2] of its result; times
 * the derivative of `attrs.activation` where its values are the outputs.
 */
export const batchLossesGradient: TunedKernel = {
  adds: "BatchLossesGradient",
  run: ({ outputs, labels, dy }, { loss, activation }, backend) => {
    if (!outputs || labels?.dtype !== "int32" || !dy || !isActivation(activation)) return;
    if (!areFloats(backend, [outputs, dy])) return;
    const batch = batchOf(outputs, loss);
    return batch && runProgram(backend, lossGradientProgram, {
      specification: { ...batch, derivativeOf: activation },
      inputs: [outputs, labels, dy],
    });
  },
};
