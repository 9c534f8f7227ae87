/**
 * Whether the adapter computes the right numbers with the kernels that are registered.
 *
 * Drivers fail silently. Mesa's llvmpipe stops a shader's loops after 65,535 iterations in all (seen with 22.3.6): the
 * stock Conv2DBackpropFilter, whose loops run over a whole batch in every thread, then loses part of the first layer's
 * gradient at batch 128, and training continues with wrong numbers. So long sums with known results are tested as well
 * as ordinary arithmetic, which is compared with TensorFlow.js's cpu backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { UserError } from "../base/errors.ts";
import { stream } from "../base/random.ts";
import type { Backend } from "./backend.ts";

export interface ArithmeticCheck {
  readonly what: string;
  /** Largest difference from the correct values, relative to the largest of them. */
  readonly difference: number;
}

/** More than a different order of summation explains. */
export const ARITHMETIC_TOLERANCE = 1e-5;

/** A batch of 128 images of 28x28: as many terms as there are in the bias and kernel gradients of a first layer. */
const LONG_SUM: [number, number, number, number] = [128, 28, 28, 1];

/**
 * Refuses an adapter that computes wrong numbers: results from it would be worse than none.
 *
 * @throws {UserError} with what is wrong, by how much, and what to do.
 */
export async function refuseWrongArithmetic(
  { adapter: { name }, kernels }: Pick<Backend, "adapter" | "kernels">,
): Promise<void> {
  const wrong = (await checkArithmetic()).find(({ difference }) => !(difference <= ARITHMETIC_TOLERANCE));
  if (!wrong) return;
  throw new UserError(
    `Adapter "${name}" with ${kernels} kernels computes wrong numbers: ${wrong.what} is off by ` +
      `${(100 * wrong.difference).toPrecision(2)}%. ` +
      (kernels === "stock" ? "Run with --kernels tuned." : "Update its driver, or use another adapter."),
  );
}

/** Runs on the webgpu backend, which must be TensorFlow.js's current one; takes about a second. */
export async function checkArithmetic(): Promise<ArithmeticCheck[]> {
  return [
    { what: "matrix product", difference: await compareWithCpu(product) },
    { what: "convolution", difference: await compareWithCpu(convolution) },
    {
      what: "gradient of a convolution's kernel, summed over a batch of 128",
      difference: await longSum(kernelGradient),
    },
    { what: "gradient of a bias, summed over a batch of 128", difference: await longSum(biasGradient) },
  ];
}

async function compareWithCpu(compute: () => tf.Tensor): Promise<number> {
  await tf.setBackend("cpu");
  const expected = await read(compute);
  await tf.setBackend("webgpu");
  const actual = await read(compute);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0) / largest;
}

/** For computations whose every value should be the number of terms, which float32 holds exactly. */
async function longSum(compute: () => tf.Tensor): Promise<number> {
  const terms = tf.util.sizeFromShape(LONG_SUM);
  const sums = await read(compute);
  return sums.reduce((most, value) => Math.max(most, Math.abs(value - terms)), 0) / terms;
}

async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const result = tf.tidy(compute);
  const values = await result.data<"float32">();
  result.dispose();
  return values;
}

function product(): tf.Tensor {
  return tf.matMul(noise("a", [64, 300]) as tf.Tensor2D, noise("b", [300, 100]) as tf.Tensor2D);
}

function convolution(): tf.Tensor {
  return tf.conv2d(noise("x", [4, 28, 28, 3]) as tf.Tensor4D, noise("w", [5, 5, 3, 8]) as tf.Tensor4D, 1, 2);
}

function kernelGradient(): tf.Tensor {
  const ones = tf.ones<tf.Rank.R4>(LONG_SUM);
  return tf.grad((kernel) => tf.conv2d(ones, kernel as tf.Tensor4D, 1, 0))(tf.ones([1, 1, 1, 6]));
}

function biasGradient(): tf.Tensor {
  const images = tf.ones<tf.Rank.R4>([...LONG_SUM.slice(0, 3), 6] as [number, number, number, number]);
  return tf.grad((bias) => tf.add(images, bias))(tf.ones([6]));
}

function noise(name: string, shape: number[]): tf.Tensor {
  const random = stream(0, name);
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()), shape);
}
