/**
 * Sums, differences and products of tensors, one of which may be a scalar or a row that all rows share: biases and
 * optimisers.
 *
 * The stock kernel splits every element's index into coordinates as soon as the shapes differ; adding a bias to 128 x
 * 300 values then takes seven times as long as adding two tensors of that shape, on a software adapter. A remainder at
 * most is needed for these two cases.
 *
 * @module
 */
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "./program.ts";
import type { TensorInfo } from "./types.ts";
import { floats, widthOf } from "./wgsl.ts";

/** How an operand covers the result. */
type Extent = "full" | "row" | "scalar";

type Arithmetic = {
  readonly operator: string;
  readonly left: Extent;
  readonly right: Extent;
  /** Elements of a row, where an operand is one; of the whole result otherwise. */
  readonly columns: number;
  /** The output's shape, joined by commas: a specification holds plain values only. */
  readonly shape: string;
};

/** Below, the stock kernel is as good, or works on the CPU where the operands still are there. */
const FEWEST_ELEMENTS = 1024;

const arithmeticProgram: ProgramKind<Arithmetic> = {
  name: "arithmetic",
  build({ operator, left, right, columns, shape }) {
    const outputShape = shape.split(",").map(Number);
    const width = widthOf(columns);
    const vectors = columns / width;
    const operand = (name: string, extent: Extent) => {
      switch (extent) {
        case "full":
          return `${name}[index]`;
        case "row":
          return `${name}[index % ${vectors}]`;
        case "scalar":
          return `${floats(width)}(${name}[0])`;
      }
    };
    return {
      outputShape,
      outputWidth: width,
      inputs: [{ name: "a", width: left === "scalar" ? 1 : width }, {
        name: "b",
        width: right === "scalar" ? 1 : width,
      }],
      threads: size(outputShape) / width,
      body: `result[index] = ${operand("a", left)} ${operator} ${operand("b", right)};`,
    };
  },
};

export const add = arithmetic("+");
export const sub = arithmetic("-");
export const multiply = arithmetic("*");

/** Covers operands of the result's shape, scalars, and vectors along the last axis; the rest is for the stock kernel. */
function arithmetic(operator: string): TunedKernel {
  return ({ a, b }, _attrs, backend) => {
    if (!a || !b || !areFloats(backend, [a, b])) return;
    const outputShape = size(a.shape) >= size(b.shape) ? a.shape : b.shape;
    if (size(outputShape) < FEWEST_ELEMENTS) return;
    const [left, right] = [extent(a, outputShape), extent(b, outputShape)];
    if (left === undefined || right === undefined) return;
    const columns = [left, right].includes("row") ? outputShape.at(-1)! : size(outputShape);
    return runProgram(backend, arithmeticProgram, {
      specification: { operator, left, right, columns, shape: outputShape.join(",") },
      inputs: [a, b],
    });
  };
}

function extent({ shape }: TensorInfo, output: readonly number[]): Extent | undefined {
  if (shape.length > output.length) return undefined;
  if (size(shape) === 1) return "scalar";
  if (shape.length === output.length && shape.every((n, i) => n === output[i])) return "full";
  if (shape.at(-1) === output.at(-1) && size(shape) === shape.at(-1)) return "row";
  return undefined;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
