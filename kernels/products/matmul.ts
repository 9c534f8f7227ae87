/**
 * Product of two matrices in the four transposed forms that dense layers need: forward x W, weight gradient
 * x^T dy, input gradient dy W^T.
 *
 * One thread computes a tile of the output in registers and walks the inner axis alone, in order: no workgroup
 * memory, no barrier, and a sum whose order is always the same, so results are bit-identical from run to run, with any
 * number of lanes. Threads of a subgroup hold neighbouring tiles along one axis and share the loads of the other
 * operand.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { lanesOf } from "../../device/subgroups.ts";
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeActivated, storeTimesDerivative } from "../wgsl/activation.ts";
import {
  areFloats,
  isGiven,
  type Program,
  type ProgramKind,
  runForAllOutputs,
  runProgram,
  type TunedKernel,
} from "../wgsl/program.ts";
import { sharedBlock } from "../wgsl/shared.ts";
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "../wgsl/types.ts";
import { coordinates, floats, range, roundUp, tileStart, unroll, vector, type Width, widthOf } from "../wgsl/writer.ts";
import { columnSum, isOnePass } from "./column_sum.ts";
import { matMulCost, type MatMulSize, matMulTiling } from "./matmul_tiling.ts";

/** `[rows, inner] x [inner, columns]` after transposition. A type, not an interface: it has to be a Specification. */
type MatMul = MatMulSize & {
  /** How many axes of size 1 precede the matrix in the output. */
  readonly leadingAxes: number;
  readonly bias: boolean;
  readonly activation: Activation;
  /** The product is multiplied by this activation's derivative, whose values are given; not at all for `linear`. */
  readonly derivativeOf: Activation;
  /** Whether a second output is the sum of `b`, which is not transposed, down its columns. */
  readonly columnSums: boolean;
};

const matMulProgram: ProgramKind<MatMul> = {
  name: "matmul",
  build({ leadingAxes, bias, activation, derivativeOf, columnSums, ...size }): Program {
    const { rows, inner, columns, transposeA, transposeB, lanes } = size;
    const tiling = matMulTiling(size);
    const { width, step, tileRows, tileColumns, rowThreads, columnThreads, shared } = tiling;
    const lanesFor = (operand: "a" | "b") => operand === shared ? lanes : 1;
    const a = operand("a", {
      outer: rows,
      inner,
      tile: tileRows,
      isAlongInner: !transposeA,
      lanes: lanesFor("a"),
    });
    const b = operand("b", {
      outer: columns,
      inner,
      tile: tileColumns,
      isAlongInner: transposeB,
      lanes: lanesFor("b"),
    });
    // The lanes of a subgroup take neighbouring tiles along the axis of the operand that they do not share.
    const axes: [string, number][] = [["rowTile", rowThreads], ["columnTile", columnThreads]];
    const productThreads = rowThreads * columnThreads;
    const vectors = columns / width;

    const product = `
  ${coordinates("index", shared === "a" ? axes.toReversed() : axes)}
  ${tileStart("aFirst", { tile: "rowTile", size: tileRows, of: rows })}
  ${tileStart("bFirst", { tile: "columnTile", size: tileColumns, of: columns })}
  ${a.offsets}
  ${b.offsets}
  ${unroll(tileRows, (i) => unroll(tileColumns, (j) => `var sum${i}_${j} = 0.0;`))}
  for (var k = 0; k < ${inner / step}; k++) {
    ${a.loads}
    ${b.loads}
    ${
      unroll(step, (u) =>
        `{
    ${unroll(tileRows, (i) => `let a${i} = ${a.at(i, u)};`)}
    ${unroll(tileColumns, (j) => `let b${j} = ${b.at(j, u)};`)}
    ${unroll(tileRows, (i) => unroll(tileColumns, (j) => `sum${i}_${j} += a${i} * b${j};`))}
    }`)
    }
  }
  let column = bFirst / ${width};
  ${bias ? unroll(tileColumns / width, (group) => `let bias${group} = bias[column + ${group}];`) : ""}
  ${
      unroll(tileRows, (i) =>
        unroll(tileColumns / width, (group) => {
          const sums = vector(range(width).map((c) => `sum${i}_${group * width + c}`));
          const at = `(aFirst + ${i}) * ${columns / width} + column + ${group}`;
          const value = bias ? `${sums} + bias${group}` : sums;
          return derivativeOf === "linear"
            ? storeActivated(value, { at, activation, width })
            : storeTimesDerivative(value, { at, of: derivativeOf, width });
        }))
    }`;
    // In threads of their own, which come last: to add them up in the product's would cost every tile the additions.
    const sums = `
  let vector = min(index - ${productThreads}, ${vectors - 1});
  var sum = ${floats(width)}(0.0);
  for (var i = vector; i < ${inner * vectors}; i += ${vectors}) { sum += b[i]; }
  columnSums[vector] = sum;`;
    return {
      outputShape: [...Array<number>(leadingAxes).fill(1), rows, columns],
      outputWidth: width,
      inputs: [
        { name: "a", width: a.width },
        { name: "b", width: b.width },
        ...(bias ? [{ name: "bias", width }] : []),
        ...(derivativeOf === "linear" ? [] : [{ name: "activated", width }]),
      ],
      ...(columnSums && { moreOutputs: [{ name: "columnSums", shape: [columns], width }] }),
      threads: productThreads + (columnSums ? roundUp(vectors, lanes) : 0),
      lanes,
      cost: matMulCost(tiling, size),
      body: columnSums ? `if (index < ${productThreads}) {${product}\n} else {${sums}\n}` : product,
    };
  },
};

/** One operand as its thread sees it: `tile` lines along the inner axis, from line `${name}First` on. */
interface Operand {
  readonly width: Width;
  /** Where the lines of the tile are. */
  readonly offsets: string;
  /** The loads for one step of `widthOf(inner)` elements along the inner axis. */
  readonly loads: string;
  /** The element of line `i` of the tile at position `u` of the step. */
  at(i: number, u: number): string;
}

/**
 * An operand stored as `[outer, inner]`, when one load gives one line several elements along the inner axis, or as
 * `[inner, outer]`, when it gives several lines one element; loaded by the `lanes` threads of a subgroup together.
 */
function operand(
  name: string,
  { outer, inner, tile, isAlongInner, lanes }: {
    outer: number;
    inner: number;
    tile: number;
    isAlongInner: boolean;
    lanes: number;
  },
): Operand {
  const step = widthOf(inner);
  const width = widthOf(isAlongInner ? inner : outer);
  const block = { name: `${name}Own`, buffer: name, width, lanes };
  if (isAlongInner) {
    const { offsets, loads, element } = sharedBlock({
      ...block,
      rows: tile,
      columns: 1,
      place: (line) => `(${name}First + ${line}) * ${inner / width}`,
    });
    return { width, offsets, loads: loads("k"), at: (i, u) => element({ row: i, column: 0, at: u }) };
  }
  const { offsets, loads, element } = sharedBlock({
    ...block,
    rows: step,
    columns: tile / width,
    place: (u, group) => `${u} * ${outer / width} + ${name}First / ${width} + ${group}`,
  });
  return {
    width,
    offsets,
    loads: loads(`k * ${step * outer / width}`),
    at: (i, u) => element({ row: u, column: Math.floor(i / width), at: i % width }),
  };
}

/** The product of two matrices; stacks of matrices fall back to the stock kernel. */
export const batchMatMul: TunedKernel = {
  replaces: "BatchMatMul",
  run: (inputs, attrs, backend) => matMul(inputs, attrs, backend),
};

/** The product of two matrices, plus a bias per column, then an activation. */
export const fusedMatMul: TunedKernel = {
  replaces: "_FusedMatMul",
  run: (inputs, attrs, backend) => matMul(inputs, attrs, backend),
};

/**
 * The product of two matrices times the derivative of `attrs.activation` where its values are `inputs.activated`, of
 * the product's shape: a dense layer's gradient with respect to the value before its input's activation.
 */
export const matMulTimesDerivative: TunedKernel = {
  adds: "MatMulTimesDerivative",
  run: ({ activated, ...factors }, { activation, ...attrs }, backend) =>
    matMul(factors, attrs, backend, { values: activated, of: activation }),
};

/**
 * A dense layer's gradients with respect to its weights, the product of `inputs.x` transposed with `inputs.dy`, and to
 * its bias, the sum of `inputs.dy` over the batch.
 */
export const denseParameterGradients: TunedKernel<TensorInfo[]> = {
  adds: "DenseParameterGradients",
  run: ({ x, dy }, _, backend) => {
    if (!x || !dy || !areFloats(backend, [x, dy])) return;
    const [inner, rows] = x.shape as [number, number];
    const [, columns] = dy.shape as [number, number];
    if (!isOnePass(inner)) {
      const product = batchMatMul.run({ a: x, b: dy }, { transposeA: true, transposeB: false }, backend);
      return product && [product, columnSum(backend, dy, { rows: inner, outputShape: [columns] })];
    }
    return runForAllOutputs(backend, matMulProgram, {
      specification: {
        leadingAxes: 0,
        bias: false,
        activation: "linear",
        derivativeOf: "linear",
        lanes: lanesOf(backend),
        rows,
        inner,
        columns,
        transposeA: true,
        transposeB: false,
        columnSums: true,
      },
      inputs: [x, dy],
    });
  },
};

function matMul(
  { a, b, bias, preluActivationWeights }: NamedTensorInfoMap,
  attrs: NamedAttrMap,
  backend: WebGPUBackend,
  derivative?: { values: TensorInfo | undefined; of: unknown },
): TensorInfo | undefined {
  const activation = attrs.activation ?? "linear";
  const derivativeOf = derivative?.of ?? "linear";
  if (!a || !b || preluActivationWeights || !isActivation(activation) || !isActivation(derivativeOf)) return;
  if (!areFloats(backend, [a, b, bias, derivative?.values])) return;
  if (!isMatrix(a.shape) || !isMatrix(b.shape)) return;

  const [transposeA, transposeB] = [attrs.transposeA === true, attrs.transposeB === true];
  const [rows, inner] = oriented(a.shape, transposeA);
  const [innerOfB, columns] = oriented(b.shape, transposeB);
  if (inner !== innerOfB || rows * inner * columns === 0) return;
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== columns)) return;

  const leadingAxes = Math.max(a.shape.length, b.shape.length) - 2;
  const specification = {
    lanes: lanesOf(backend),
    leadingAxes,
    rows,
    inner,
    columns,
    transposeA,
    transposeB,
    bias: bias !== undefined,
    activation,
    derivativeOf,
    columnSums: false,
  };
  const values = derivativeOf === "linear" ? undefined : derivative?.values;
  return runProgram(backend, matMulProgram, { specification, inputs: [a, b, bias, values].filter(isGiven) });
}

/** Whether the shape is a single matrix; TensorFlow.js's fused product puts an axis of size 1 before it. */
function isMatrix(shape: number[]): boolean {
  return shape.length >= 2 && shape.slice(0, -2).every((size) => size === 1);
}

function oriented(shape: number[], transpose: boolean): [number, number] {
  const [first = 0, second = 0] = shape.slice(-2);
  return transpose ? [second, first] : [first, second];
}
