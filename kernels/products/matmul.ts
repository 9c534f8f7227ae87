/**
 * Product of two matrices in the four transposed forms that dense layers need: forward x W, weight gradient
 * x^T dy, input gradient dy W^T.
 *
 * One thread computes a tile of the output in registers and walks the inner axis alone, in order: no workgroup
 * memory, no barrier, and a sum whose order is always the same, so results are bit-identical from run to run.
 * Neighbouring threads hold neighbouring row tiles and read the same columns of `b`.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeActivated, storeTimesDerivative } from "../wgsl/activation.ts";
import {
  areFloats,
  isGiven,
  type Program,
  type ProgramKind,
  runProgram,
  type TunedKernel,
  type Width,
} from "../wgsl/program.ts";
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "../wgsl/types.ts";
import { element, range, tileOf, unroll, vector, widthOf } from "../wgsl/writer.ts";

/** `[rows, inner] x [inner, columns]` after transposition. A type, not an interface: it has to be a Specification. */
type MatMul = {
  /** How many axes of size 1 precede the matrix in the output. */
  readonly leadingAxes: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly bias: boolean;
  readonly activation: Activation;
  /** The product is multiplied by this activation's derivative, whose values are given; not at all for `linear`. */
  readonly derivativeOf: Activation;
};

/** The largest tile: its accumulators still fit the registers, and each load serves eight products or more. */
const TILE = { rows: 8, columns: 12 } as const;

/** Below this many full-sized tiles the tile is halved, to have work for every core. */
const FEW_TILES = 64;

const matMulProgram: ProgramKind<MatMul> = {
  name: "matmul",
  build({ leadingAxes, rows, inner, columns, transposeA, transposeB, bias, activation, derivativeOf }): Program {
    const width = widthOf(columns);
    // Complete vectors of columns; a narrow output, such as ten classes, is one tile wide.
    const tileColumns = tileOf(columns / width, TILE.columns / width) * width;
    const fullTiles = Math.ceil(rows / TILE.rows) * Math.ceil(columns / tileColumns);
    const tileRows = Math.min(rows, fullTiles < FEW_TILES ? TILE.rows / 2 : TILE.rows);
    const rowTiles = Math.ceil(rows / tileRows);

    const step = widthOf(inner);
    const a = (transposeA ? alongOuter : alongInner)("a", { outer: rows, inner, tile: tileRows });
    const b = (transposeB ? alongInner : alongOuter)("b", { outer: columns, inner, tile: tileColumns });

    const body = `
  let aFirst = (index % ${rowTiles}) * ${tileRows};
  let bFirst = (index / ${rowTiles}) * ${tileColumns};
  ${a.offsets}
  ${b.offsets}
  ${unroll(tileRows, (i) => unroll(tileColumns, (j) => `var sum${i}_${j} = 0.0;`))}
  for (var k = 0; k < ${inner / step}; k++) {
    ${a.loads}
    ${b.loads}
    ${
      unroll(step, (u) =>
        unroll(tileRows, (i) => unroll(tileColumns, (j) => `sum${i}_${j} += ${a.at(i, u)} * ${b.at(j, u)};`)))
    }
  }
  let column = bFirst / ${width};
  ${
      unroll(tileRows, (i) =>
        unroll(tileColumns / width, (group) => {
          const sums = vector(range(width).map((c) => `sum${i}_${group * width + c}`));
          const at = `(aFirst + ${i}) * ${columns / width} + column + ${group}`;
          const value = bias ? `${sums} + bias[column + ${group}]` : sums;
          return `if (aFirst + ${i} < ${rows} && column + ${group} < ${columns / width}) {
    ${
            derivativeOf === "linear"
              ? storeActivated(value, { at, activation, width })
              : storeTimesDerivative(value, { at, of: derivativeOf, width })
          }
  }`;
        }))
    }`;
    return {
      outputShape: [...Array<number>(leadingAxes).fill(1), rows, columns],
      outputWidth: width,
      inputs: [
        { name: "a", width: a.width },
        { name: "b", width: b.width },
        ...(bias ? [{ name: "bias", width }] : []),
        ...(derivativeOf === "linear" ? [] : [{ name: "activated", width }]),
      ],
      threads: rowTiles * Math.ceil(columns / tileColumns),
      body,
    };
  },
};

/** One operand as its thread sees it: `tile` lines along the inner axis, from line `${name}First` on. */
interface Operand {
  readonly width: Width;
  /** Where the tile starts; lines past the last are moved onto it, and their sums never stored. */
  readonly offsets: string;
  /** The loads for one step of `widthOf(inner)` elements along the inner axis. */
  readonly loads: string;
  /** The element of line `i` of the tile at position `u` of the step. */
  at(i: number, u: number): string;
}

type OperandShape = { readonly outer: number; readonly inner: number; readonly tile: number };

/** An operand stored as `[outer, inner]`: one load gives one line several elements along the inner axis. */
function alongInner(name: string, { outer, inner, tile }: OperandShape): Operand {
  const width = widthOf(inner);
  return {
    width,
    offsets: unroll(tile, (i) => `let ${name}Line${i} = min(${name}First + ${i}, ${outer - 1}) * ${inner / width};`),
    loads: unroll(tile, (i) => `let ${name}${i} = ${name}[${name}Line${i} + k];`),
    at: (i, u) => element(`${name}${i}`, { at: u, width }),
  };
}

/** An operand stored as `[inner, outer]`: one load gives several lines one element along the inner axis. */
function alongOuter(name: string, { outer, inner, tile }: OperandShape): Operand {
  const width = widthOf(outer);
  const step = widthOf(inner);
  const [groups, last] = [tile / width, outer / width - 1];
  return {
    width,
    offsets: unroll(groups, (g) => `let ${name}Group${g} = min(${name}First / ${width} + ${g}, ${last});`),
    loads: unroll(
      step,
      (u) =>
        unroll(
          groups,
          (g) => `let ${name}${g}_${u} = ${name}[(k * ${step} + ${u}) * ${outer / width} + ${name}Group${g}];`,
        ),
    ),
    at: (i, u) => element(`${name}${Math.floor(i / width)}_${u}`, { at: i % width, width }),
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
    leadingAxes,
    rows,
    inner,
    columns,
    transposeA,
    transposeB,
    bias: bias !== undefined,
    activation,
    derivativeOf,
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
