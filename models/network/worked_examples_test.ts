/**
 * The convolution, pooling and fully connected examples that the source slides work through, computed by this project's
 * layers. Sources: CMU 10-315 Deep Networks 2020; Lathuiliere, lecture on CNNs; CIS 522 Convnets; Soma 2021. Where a
 * slide is wrong, the test says so.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, gpuTest } from "../../device/testing.ts";
import { outputShape } from "./count.ts";
import type { LayerSpec, Shape } from "./spec.ts";
import { modelOf, randomImages, randomNetwork, setParameter } from "./testing.ts";

/** One map, row by row. */
type Matrix = readonly (readonly number[])[];

/** Small whole numbers and quarters are exact; sums of 0.04 are not. */
const TOLERANCE = 1e-6;

interface ConvOptions {
  readonly stride?: number;
  readonly padding?: number;
}

function convLayer(kernels: readonly Matrix[], { stride = 1, padding = 0 }: ConvOptions = {}): LayerSpec {
  const kernel = kernels[0]!.length;
  return { kind: "conv", name: "C", maps: kernels.length, kernel, stride, padding, activation: "linear" };
}

/** A convolution layer with these kernels, one an output map, on a one-map image; one matrix an output map. */
async function convolve(image: Matrix, kernels: readonly Matrix[], options: ConvOptions = {}): Promise<Matrix[]> {
  const side = kernels[0]!.length;
  const weights = Array.from({ length: side ** 2 }, (_, k) => kernels.map((kernel) => kernel.flat()[k]!)).flat();
  return await run(image, convLayer(kernels, options), { "C/weights": weights, "C/bias": kernels.map(() => 0) });
}

/** Runs one layer on a one-map image, with these parameters; one matrix an output map. */
async function run(image: Matrix, layer: LayerSpec, parameters: Record<string, number[]> = {}): Promise<Matrix[]> {
  const input: Shape = [image.length, image[0]!.length, 1];
  const [height, width, maps] = outputShape(layer, input);
  const values = await runFlat([input, image.flat()], layer, parameters);
  return Array.from(
    { length: maps },
    (_, map) =>
      Array.from(
        { length: height },
        (_, y) => Array.from({ length: width }, (_, x) => values[(y * width + x) * maps + map]!),
      ),
  );
}

async function runFlat(
  [input, pixels]: readonly [Shape, readonly number[]],
  layer: LayerSpec,
  parameters: Record<string, number[]>,
): Promise<Float32Array> {
  const network = randomNetwork(modelOf(input, [layer]));
  for (const [name, values] of Object.entries(parameters)) setParameter(network, { name, values });
  const count = pixels.length / (input[0] * input[1] * input[2]);
  const outputs = tf.tidy(() => network.forward(tf.tensor4d([...pixels], [count, ...input])));
  const values = await outputs.data<"float32">();
  outputs.dispose();
  network.dispose();
  return values;
}

function assertMatrix(actual: Matrix | undefined, expected: Matrix): void {
  assert.deepEqual([actual!.length, actual![0]!.length], [expected.length, expected[0]!.length], "shape");
  assertClose(actual!.flat(), expected.flat(), { tolerance: TOLERANCE });
}

function repeat(row: readonly number[], times: number): Matrix {
  return Array.from({ length: times }, () => row);
}

function rotated(kernel: Matrix): Matrix {
  return kernel.toReversed().map((row) => row.toReversed());
}

function transposed(matrix: Matrix): Matrix {
  return matrix[0]!.map((_, x) => matrix.map((row) => row[x]!));
}

const VERTICAL_EDGE: Matrix = repeat([-1, 0, 1], 3);
const BAR_8 = repeat([0, 0, 1, 1, 1, 1, 0, 0], 8);
const BAR_10 = repeat([0, 0, 0, 1, 1, 1, 1, 0, 0, 0], 10);

gpuTest(
  "build() cross-correlates an 8x8 bar, padding 1 (CMU), though the slide defines the flipped kind",
  async () => {
    const inner = [0, 3, 3, 0, 0, -3, -3, 0];
    const outer = [0, 2, 2, 0, 0, -2, -2, 0];
    const [edges] = await convolve(BAR_8, [VERTICAL_EDGE], { padding: 1 });
    assertMatrix(edges, [outer, ...repeat(inner, 6), outer]);
    const [flipped] = await convolve(BAR_8, [rotated(VERTICAL_EDGE)], { padding: 1 });
    assertMatrix(flipped, edges!.map((row) => row.map((value) => -value)));
  },
);

gpuTest("build() finds the vertical edges of a 10x10 bar without padding (CMU)", async () => {
  const [edges] = await convolve(BAR_10, [VERTICAL_EDGE]);
  assertMatrix(edges, repeat([0, 3, 3, 0, 0, -3, -3, 0], 8));
});

gpuTest("build() computes 2x2 average pooling as a convolution with stride 2 (CMU)", async () => {
  const expected = repeat([0, 0.5, 1, 0.5, 0], 5);
  const [pooled] = await run(BAR_10, { kind: "average_pool", name: "S", size: 2, stride: 2 });
  assertMatrix(pooled, expected);
  const [convolved] = await convolve(BAR_10, [repeat([0.25, 0.25], 2)], { stride: 2 });
  assertMatrix(convolved, expected);
  // And the papers' subsampling, with coefficient 1/4 and bias 0.
  const subsample: LayerSpec = { kind: "subsample", name: "S", size: 2, activation: "linear" };
  const [subsampled] = await run(BAR_10, subsample, { "S/coefficient": [0.25], "S/bias": [0] });
  assertMatrix(subsampled, expected);
});

const LAPLACIAN: Matrix = [[0, 0, 0, 0, 0], [0, 0, -2, 0, 0], [0, -2, 8, -2, 0], [0, 0, -2, 0, 0], [0, 0, 0, 0, 0]];

gpuTest("build() gives a constant image the sum of the kernel: Laplacian 0, 5x5 box 1 (CMU)", async () => {
  const [laplacian, box] = await convolve(repeat([7, 7, 7, 7, 7, 7], 6), [LAPLACIAN, repeat(Array(5).fill(0.04), 5)]);
  assertMatrix(laplacian, repeat([0, 0], 2));
  assertMatrix(box, repeat([7, 7], 2));
});

const SOBEL_X: Matrix = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]];
const DIAGONAL: Matrix = [[0, 0, -1, 0], [0, -2, 0, 1], [-1, 0, 2, 0], [0, 1, 0, 0]];

gpuTest("build() finds vertical, horizontal and diagonal edges with the poll's kernels (CMU)", async () => {
  const vertical = repeat([0, 0, 0, 1, 1, 1], 6);
  const diagonal = Array.from({ length: 6 }, (_, y) => Array.from({ length: 6 }, (_, x) => x + y >= 6 ? 1 : 0));
  const strongest = async (image: Matrix, kernel: Matrix) => {
    const [response] = await convolve(image, [kernel]);
    return Math.max(...response!.flat().map(Math.abs));
  };
  const sobelY = transposed(SOBEL_X);
  assert.deepEqual([await strongest(vertical, SOBEL_X), await strongest(vertical, sobelY)], [4, 0]);
  assert.deepEqual([await strongest(transposed(vertical), SOBEL_X), await strongest(transposed(vertical), sobelY)], [
    0,
    4,
  ]);
  const along = await strongest(diagonal, DIAGONAL);
  const across = await strongest(diagonal.map((row) => row.toReversed()), DIAGONAL);
  assert.ok(along > across, `${along} along the diagonal, ${across} across`);
});

gpuTest(
  "build() gives i*1 + h*2 + ... + a*9, true convolution, only with the kernel rotated (Lathuiliere)",
  async () => {
    const image: Matrix = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
    // a to i one by one: the coefficient of each letter is the output for a kernel with a 1 in its place.
    for (let letter = 0; letter < 9; letter++) {
      const kernel = [0, 1, 2].map((y) => [0, 1, 2].map((x) => 3 * y + x === letter ? 1 : 0));
      const [[convolution], [correlation]] = [
        await convolve(image, [rotated(kernel)]),
        await convolve(image, [kernel]),
      ];
      assertMatrix(convolution, [[9 - letter]]);
      assertMatrix(correlation, [[letter + 1]]);
    }
  },
);

gpuTest("build() computes a 5x5 image under the X filter (Lathuiliere)", async () => {
  const image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]];
  const [output] = await convolve(image, [[[1, 0, 1], [0, 1, 0], [1, 0, 1]]]);
  assertMatrix(output, [[4, 3, 4], [2, 4, 3], [2, 3, 4]]);
});

Deno.test("outputShape() shrinks 28 to 24 in a narrow convolution, and keeps it in a wide one (Lathuiliere)", () => {
  const shape = (kernel: number, padding: number) =>
    outputShape(convLayer([repeat(Array(kernel).fill(0), kernel)], { padding }), [28, 28, 1]);
  assert.deepEqual(shape(5, 0), [24, 24, 1]);
  assert.deepEqual(shape(5, 2), [28, 28, 1]);
  assert.deepEqual(shape(3, 1), [28, 28, 1]);
});

Deno.test("outputShape() is 14x14 after a strided convolution and after pooling (Lathuiliere)", () => {
  assert.deepEqual(outputShape(convLayer([repeat(Array(5).fill(0), 5)], { padding: 2, stride: 2 }), [28, 28, 1]), [
    14,
    14,
    1,
  ]);
  assert.deepEqual(outputShape({ kind: "max_pool", name: "S", size: 2, stride: 2 }, [28, 28, 1]), [14, 14, 1]);
});

Deno.test("outputShape() goes from 55 to 27, 13 and 6 in overlapping 3x3 pooling with stride 2 (AlexNet)", () => {
  const pool = (side: number) => outputShape({ kind: "max_pool", name: "S", size: 3, stride: 2 }, [side, side, 1])[0];
  assert.deepEqual([pool(55), pool(27), pool(13)], [27, 13, 6]);
});

gpuTest("build() computes a convolution as a dense layer of zeros and shared weights (Lathuiliere)", async () => {
  const [side, kernelSide] = [5, 3];
  const outputSide = side - kernelSide + 1;
  const image = Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => (3 * y + 5 * x) % 7 - 3));
  const kernel: Matrix = [[1, -2, 3], [0, 4, -1], [2, 2, -3]];
  const weights = Array.from({ length: side ** 2 }, (_, pixel) =>
    Array.from({ length: outputSide ** 2 }, (_, unit) => {
      const dy = Math.floor(pixel / side) - Math.floor(unit / outputSide);
      const dx = pixel % side - unit % outputSide;
      return kernel[dy]?.[dx] ?? 0;
    })).flat();
  const dense: LayerSpec = { kind: "dense", name: "F", units: outputSide ** 2, activation: "linear" };
  const bias = Array<number>(outputSide ** 2).fill(0);
  const [convolved] = await convolve(image, [kernel]);
  const full = await runFlat([[side, side, 1], image.flat()], dense, { "F/weights": weights, "F/bias": bias });
  assertClose(full, convolved!.flat(), { tolerance: TOLERANCE });
});

gpuTest("build() sums a convolution over several maps from one over each (Lathuiliere)", async () => {
  const [side, maps] = [5, 3];
  const image = randomImages(1, [side, side, maps]);
  const weights = randomImages(1, [3, 3, maps]);
  const layer: LayerSpec = { kind: "conv", name: "C", maps: 1, kernel: 3, stride: 1, padding: 0, activation: "linear" };
  const together = await runFlat([[side, side, maps], image], layer, { "C/weights": weights, "C/bias": [0.5] });
  const sum = Array.from(together, () => 0.5);
  for (let map = 0; map < maps; map++) {
    const only = (values: readonly number[]) => values.filter((_, i) => i % maps === map);
    const alone = await runFlat([[side, side, 1], only(image)], layer, { "C/weights": only(weights), "C/bias": [0] });
    alone.forEach((value, i) => sum[i]! += value);
  }
  assertClose(together, sum, { tolerance: TOLERANCE });
});

gpuTest("build() computes two filters and 2x2 max pooling of the 4x4 axes image (CIS 522)", async () => {
  const image = [[0, 1, 0, 1], [0, 1, 0, 1], [1, 1, 1, 1], [0, -2, 0, -2]];
  const vertical = repeat([-0.5, 1, -0.5], 3);
  const outputs = await convolve(image, [vertical, transposed(vertical)]);
  assertMatrix(outputs[0], [[2, -2], [-1, 1]]);
  assertMatrix(outputs[1], [[-1, -0.5], [3.5, 4]]);
  const pool: LayerSpec = { kind: "max_pool", name: "S", size: 2, stride: 2 };
  for (const [i, largest] of [2, 4].entries()) assertMatrix((await run(outputs[i]!, pool))[0], [[largest]]);
});

gpuTest(
  "build() computes a dense layer as a matrix product, for one vector or a mini-batch (Lathuiliere)",
  async () => {
    const weights: Matrix = [[1, 2], [3, 4], [5, 6]];
    const batch: Matrix = [[1, 0, -1], [2, 1, 0], [0, 3, 1], [-2, 1, 1]];
    const bias = [10, -10];
    const layer: LayerSpec = { kind: "dense", name: "F", units: 2, activation: "linear" };
    const compute = async (
      rows: Matrix,
    ) => [...await runFlat([[1, 1, 3], rows.flat()], layer, { "F/weights": weights.flat(), "F/bias": bias })];
    const expected = batch.map((x) =>
      bias.map((b, unit) => x.reduce((sum, value, i) => sum + value * weights[i]![unit]!, b))
    );
    assertClose(await compute(batch), expected.flat(), { tolerance: TOLERANCE });
    for (const [i, row] of batch.entries()) assertClose(await compute([row]), expected[i]!, { tolerance: TOLERANCE });
  },
);
