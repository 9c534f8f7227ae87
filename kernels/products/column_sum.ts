/**
 * Sums down the columns of a row-major matrix: the gradient of a bias, and the last pass of longer reductions.
 *
 * Tall matrices are cut into chunks of rows, one thread per chunk and column vector; a second pass adds the chunks'
 * sums. Rows are added in order and the cut depends on the shape alone, so the sum is always the same.
 *
 * @module
 */
import { util } from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { areFloats, type ProgramKind, runForAllOutputs, runProgram, type TunedKernel } from "../wgsl/program.ts";
import type { TensorInfo } from "../wgsl/types.ts";
import { coordinates, floats, widthOf } from "../wgsl/writer.ts";

type Chunks = {
  readonly rows: number;
  readonly columns: number;
  /** Elements from one row to the next, and before the first column that is summed. */
  readonly rowLength: number;
  readonly offset: number;
  readonly rowsPerChunk: number;
  /** The output's shape, joined by commas: a specification holds plain values only. */
  readonly shape: string;
};

/** The least number of threads that the chunks should keep busy, unless chunks get shorter than `SHORTEST_CHUNK`. */
const ENOUGH_THREADS = 512;
const SHORTEST_CHUNK = 128;

const columnSumProgram: ProgramKind<Chunks> = {
  name: "columnSum",
  build({ rows, columns, rowLength, offset, rowsPerChunk, shape }) {
    const width = widthOf(gcd(gcd(columns, rowLength), offset));
    const [vectors, vectorsInRow] = [columns / width, rowLength / width];
    const chunks = Math.ceil(rows / rowsPerChunk);
    const end = rows % rowsPerChunk === 0
      ? `(chunk + 1) * ${rowsPerChunk}`
      : `min((chunk + 1) * ${rowsPerChunk}, ${rows})`;
    return {
      outputShape: shape === "" ? [] : shape.split(",").map(Number),
      outputWidth: width,
      inputs: [{ name: "x", width }],
      threads: vectors * chunks,
      body: `
  ${coordinates("index", [["column", vectors], ["chunk", chunks]])}
  var sum = ${floats(width)}(0.0);
  let first = column + ${offset / width};
  let end = (${end}) * ${vectorsInRow} + first;
  for (var i = chunk * ${rowsPerChunk * vectorsInRow} + first; i < end; i += ${vectorsInRow}) { sum += x[i]; }
  result[index] = sum;`,
    };
  },
};

/**
 * Sums `x`, read as a matrix of `rows` rows, down its columns into a tensor of `outputShape`. Leaves `x` alone.
 * If rows are longer than the output, that many columns are summed from column `offset` on.
 * One dispatch, or two for tall matrices.
 */
export function columnSum(
  backend: WebGPUBackend,
  x: TensorInfo,
  { rows, outputShape, offset = 0 }: { rows: number; outputShape: readonly number[]; offset?: number },
): TensorInfo {
  const columns = util.sizeFromShape([...outputShape]);
  const rowLength = util.sizeFromShape(x.shape) / rows;
  const shape = outputShape.join(",");
  // Two or four adjacent rows form one row of a matrix whose columns fill complete vectors; their sums are rows of
  // the second pass.
  const isWhole = rowLength === columns;
  const fold = [4, 2].find((f) => isWhole && rows % f === 0 && widthOf(columns) * f <= 4) ?? 1;
  const [foldedRows, foldedColumns] = [rows / fold, columns * fold];
  const wanted = Math.ceil(ENOUGH_THREADS / (foldedColumns / widthOf(foldedColumns)));
  const chunks = Math.min(wanted, Math.floor(foldedRows / SHORTEST_CHUNK));
  if (chunks <= 1) {
    return runProgram(backend, columnSumProgram, {
      specification: { rows, columns, rowLength, offset, rowsPerChunk: rows, shape },
      inputs: [x],
    });
  }
  const rowsPerChunk = Math.ceil(foldedRows / chunks);
  const partialRows = Math.ceil(foldedRows / rowsPerChunk) * fold;
  const partial = runProgram(backend, columnSumProgram, {
    specification: {
      rows: foldedRows,
      columns: foldedColumns,
      rowLength: rowLength * fold,
      offset,
      rowsPerChunk,
      shape: `${partialRows},${columns}`,
    },
    inputs: [x],
  });
  const sum = columnSum(backend, partial, { rows: partialRows, outputShape });
  backend.disposeData(partial.dataId);
  return sum;
}

type SplitColumnSum = {
  readonly rows: number;
  /** Elements of a row whose sums go to the first output, and to the second. */
  readonly first: number;
  readonly second: number;
  /** The outputs' shapes, joined by commas. */
  readonly firstShape: string;
  readonly secondShape: string;
};

const splitColumnSumProgram: ProgramKind<SplitColumnSum> = {
  name: "splitColumnSum",
  build({ rows, first, second, firstShape, secondShape }) {
    const width = widthOf(gcd(first, second));
    const vectors = (first + second) / width;
    return {
      outputShape: firstShape.split(",").map(Number),
      outputWidth: width,
      moreOutputs: [{ name: "second", shape: secondShape.split(",").map(Number), width }],
      inputs: [{ name: "x", width }],
      threads: vectors,
      body: `
  var sum = ${floats(width)}(0.0);
  for (var i = index; i < ${rows * vectors}; i += ${vectors}) { sum += x[i]; }
  if (index < ${first / width}) { result[index] = sum; } else { second[index - ${first / width}] = sum; }`,
    };
  },
};

/** Whether {@linkcode columnSum} adds so many rows in one pass, whatever their length. */
export function isOnePass(rows: number): boolean {
  return rows < 2 * SHORTEST_CHUNK;
}

/**
 * Sums the first axis of `x`, whose rows hold the elements of two tensors one after the other, into these tensors of
 * `shapes`. One dispatch, unless the matrix is tall.
 */
export function splitColumnSum(
  backend: WebGPUBackend,
  x: TensorInfo,
  shapes: readonly [first: readonly number[], second: readonly number[]],
): TensorInfo[] {
  const rows = x.shape[0]!;
  const [first, second] = shapes.map((shape) => util.sizeFromShape([...shape])) as [number, number];
  if (!isOnePass(rows)) {
    return shapes.map((outputShape, i) => columnSum(backend, x, { rows, outputShape, offset: i === 0 ? 0 : first }));
  }
  const [firstShape, secondShape] = [shapes[0].join(","), shapes[1].join(",")];
  return runForAllOutputs(backend, splitColumnSumProgram, {
    specification: { rows, first, second, firstShape, secondShape },
    inputs: [x],
  });
}

/** Sums the first axis of `inputs.x`, from element `attrs.offset` of each row, into a tensor of `attrs.outputShape`. */
export const columnSums: TunedKernel = {
  adds: "ColumnSum",
  run: ({ x }, { offset, outputShape }, backend) => {
    if (!x || !areFloats(backend, [x])) return;
    return columnSum(backend, x, { rows: x.shape[0]!, outputShape: outputShape as number[], offset: Number(offset) });
  },
};

/** Sums the first axis of `inputs.x` into two tensors, as {@linkcode splitColumnSum} does. */
export const splitColumnSums: TunedKernel<TensorInfo[]> = {
  adds: "SplitColumnSum",
  run: ({ x }, { firstShape, secondShape }, backend) => {
    if (!x || !areFloats(backend, [x])) return;
    return splitColumnSum(backend, x, [firstShape as number[], secondShape as number[]]);
  },
};

/** Sum over leading axes, as the gradient of a broadcast bias needs it; other axes fall back to the stock kernel. */
export const sum: TunedKernel = {
  replaces: "Sum",
  run: ({ x }, { axis, keepDims }, backend) => {
    if (!x || !areFloats(backend, [x]) || util.sizeFromShape(x.shape) === 0) return;
    const rank = x.shape.length;
    const axes = axis === undefined || axis === null
      ? x.shape.map((_, i) => i)
      : [axis].flat().map((a) => (Number(a) + rank) % rank);
    const isLeading = axes.length > 0 && axes.toSorted((a, b) => a - b).every((a, i) => a === i);
    if (!isLeading) return;
    const reduced = x.shape.slice(0, axes.length);
    const kept = x.shape.slice(axes.length);
    const outputShape = keepDims === true ? [...reduced.map(() => 1), ...kept] : kept;
    return columnSum(backend, x, { rows: util.sizeFromShape(reduced), outputShape });
  },
};

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
