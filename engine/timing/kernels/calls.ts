/**
 * The kernel calls that a training step of a network is made of, from its spec: shapes, operations, bytes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { stream } from "../../../base/random.ts";
import { outputShape } from "../../../models/network/count.ts";
import type { ConvLayer, DenseLayer, ModelSpec, PoolLayer, Shape } from "../../../models/network/spec.ts";

/** One call of a kernel by its name in TensorFlow.js's registry. */
export interface KernelCall {
  /** Kernel and shapes: equal calls have equal ids. */
  readonly id: string;
  readonly title: string;
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attributes: tf.NamedAttrMap;
  /**
   * Floating-point operations: two per multiply-add, one per comparison or addition. Padding is counted as if it were
   * multiplied, as papers do.
   */
  readonly flops: number;
  /** The fewest bytes to read and write: every value that the result depends on once, and the result. */
  readonly bytes: number;
}

/** The parameters of a kind of call. */
type Description =
  & Pick<KernelCall, "kernel" | "title" | "inputs" | "attributes" | "flops">
  & { readonly result: readonly number[]; /** Inputs that the kernel need not read. */ readonly unread?: string };

const BYTES_PER_FLOAT = 4;

/**
 * The calls for all layers of `spec` that convolve, pool or multiply, forward and gradient, without repetitions. The
 * first layer with weights has no gradient for its input.
 */
export function kernelCalls(spec: ModelSpec, batch: number): KernelCall[] {
  let input = spec.input;
  let hasInputGradient = false;
  const calls = spec.layers.flatMap((layer): Description[] => {
    const [from, to] = [input, outputShape(layer, input)];
    input = to;
    switch (layer.kind) {
      case "conv": {
        // Each group is a separate convolution, and all are alike.
        const { groups = 1 } = layer;
        const part = ([height, width, maps]: Shape): Shape => [height, width, maps / groups];
        const calls = convolutionCalls(layer, { from: part(from), to: part(to), batch, hasInputGradient });
        hasInputGradient = true;
        return calls;
      }
      case "dense": {
        const calls = denseCalls(layer, { from, batch, hasInputGradient });
        hasInputGradient = true;
        return calls;
      }
      case "max_pool":
      case "average_pool":
        return poolCalls(layer, { from, to, batch });
      case "l2_pool":
      case "local":
      case "subsample":
      case "batch_norm":
      case "dropout":
      case "response_norm":
      case "branches":
      case "flatten":
      case "rbf":
        return [];
    }
  });
  return [...new Map(calls.map(describe).map((call) => [call.id, call])).values()];
}

function describe({ result, unread, ...call }: Description): KernelCall {
  const read = Object.entries(call.inputs).filter(([name]) => name !== unread).map(([, shape]) => shape);
  const values = [...read, result].reduce((sum, shape) => sum + size(shape), 0);
  return { ...call, id: `${call.kernel} ${call.title}`, bytes: BYTES_PER_FLOAT * values };
}

interface Place {
  readonly from: Shape;
  readonly to: Shape;
  readonly batch: number;
  readonly hasInputGradient: boolean;
}

/** Each of a convolution's three products takes one multiply-add per output value, kernel position and input map. */
function convolutionCalls(layer: ConvLayer, { from, to, batch, hasInputGradient }: Place): Description[] {
  const x = [batch, ...from];
  const filter = [layer.kernel, layer.kernel, from[2], to[2]];
  const dy = [batch, ...to];
  const attributes = { strides: layer.stride, pad: layer.padding, dataFormat: "NHWC" };
  const flops = 2 * size(dy) * layer.kernel ** 2 * from[2];
  const title = `${shown(x)} with ${shown(filter)} stride ${layer.stride} padding ${layer.padding}`;
  return [
    { kernel: "Conv2D", title, inputs: { x, filter }, attributes: { ...attributes, dilations: 1 }, flops, result: dy },
    {
      kernel: "Conv2DBackpropFilter",
      title,
      inputs: { x, dy },
      attributes: { ...attributes, filterShape: filter },
      flops,
      result: filter,
    },
    ...(hasInputGradient
      ? [{
        kernel: "Conv2DBackpropInput",
        title,
        inputs: { dy, filter },
        attributes: { ...attributes, inputShape: x },
        flops,
        result: x,
      }]
      : []),
    biasSum(dy),
  ];
}

/** `x w`, `x' dy` and `dy w'`. */
function denseCalls(layer: DenseLayer, { from, batch, hasInputGradient }: Omit<Place, "to">): Description[] {
  const inputs = size(from);
  const x = [batch, inputs];
  const w = [inputs, layer.units];
  const dy = [batch, layer.units];
  const flops = 2 * batch * inputs * layer.units;
  const product = (a: number[], b: number[], { transposeA = false, transposeB = false, result }: {
    transposeA?: boolean;
    transposeB?: boolean;
    result: number[];
  }): Description => ({
    kernel: "BatchMatMul",
    title: `${shown(a)}${transposeA ? " transposed" : ""} by ${shown(b)}${transposeB ? " transposed" : ""}`,
    inputs: { a, b },
    attributes: { transposeA, transposeB },
    flops,
    result,
  });
  return [
    product(x, w, { result: dy }),
    product(x, dy, { transposeA: true, result: w }),
    ...(hasInputGradient ? [product(dy, w, { transposeB: true, result: x })] : []),
    biasSum(dy),
  ];
}

/** One comparison or addition for every value of every window, backward as well as forward. */
function poolCalls(layer: PoolLayer, { from, to, batch }: Omit<Place, "hasInputGradient">): Description[] {
  const x = [batch, ...from];
  const y = [batch, ...to];
  const attributes = { filterSize: layer.size, strides: layer.stride, pad: layer.padding ?? "valid" };
  const flops = size(y) * layer.size ** 2;
  const title = `${shown(x)} window ${layer.size} stride ${layer.stride}`;
  const isMax = layer.kind === "max_pool";
  return [
    { kernel: isMax ? "MaxPool" : "AvgPool", title, inputs: { x }, attributes, flops, result: y },
    isMax
      ? {
        kernel: "MaxPoolGrad",
        title,
        inputs: { dy: y, input: x, output: y },
        attributes,
        flops,
        result: x,
        unread: "output",
      }
      : { kernel: "AvgPoolGrad", title, inputs: { dy: y, input: x }, attributes, flops, result: x, unread: "input" },
  ];
}

/** The gradient of a bias: one addition per value. */
function biasSum(dy: readonly number[]): Description {
  return {
    kernel: "Sum",
    title: `${shown(dy)} over all but the last axis`,
    inputs: { x: dy },
    attributes: { axis: dy.slice(1).map((_, i) => i), keepDims: false },
    flops: size(dy),
    result: dy.slice(-1),
  };
}

/** Tensors with random values, the same every time, for the inputs of a call; the caller disposes them. */
export function randomInputs({ kernel, inputs, attributes }: KernelCall): tf.NamedTensorMap {
  const tensors: tf.NamedTensorMap = {};
  for (const [name, shape] of Object.entries(inputs)) {
    const random = stream(0, name);
    tensors[name] = tf.tensor(Float32Array.from({ length: size(shape) }, () => random.normal()), [...shape]);
  }
  const { input, output } = tensors;
  if (kernel === "MaxPoolGrad" && input && output) {
    // Kernels may look for the largest value at the place where the forward pass found it.
    output.dispose();
    tensors.output = runKernel({ kernel: "MaxPool", attributes }, { x: input });
  }
  return tensors;
}

/** Runs the kernel that is registered with TensorFlow.js now. */
export function runKernel(
  { kernel, attributes }: Pick<KernelCall, "kernel" | "attributes">,
  inputs: tf.NamedTensorMap,
): tf.Tensor {
  // None of the kernels named above returns more than one tensor.
  return tf.engine().runKernel(kernel, inputs, attributes) as tf.Tensor;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

function shown(shape: readonly number[]): string {
  return shape.join("x");
}
