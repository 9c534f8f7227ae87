/**
 * Max and average pooling, and their gradients where windows don't overlap.
 *
 * Forward, one thread computes one output position for a vector of channels. Backward, one thread owns one cell of
 * stride x stride input positions, which holds at most one whole window, and writes the gradient of all of them: no
 * position is visited twice, none needs adding up.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { isActivation, storeTimesDerivative } from "./activation.ts";
import type { Activation } from "../models/spec.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "./program.ts";
import type { NamedAttrMap } from "./types.ts";
import { coordinates, floats, range, widthOf } from "./wgsl.ts";

type Pooling = {
  readonly kind: "max" | "average";
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly channels: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
};

type PoolingGradient = Pooling & {
  /** Multiplies the gradient by this activation's derivative, whose values are the input; `linear` by nothing. */
  readonly derivativeOf: Activation;
};

/** Larger windows go to the stock kernels: a window is unrolled. */
const LARGEST_WINDOW = 64;

/** The lowest finite float: the maximum of nothing. */
const LOWEST = "-3.4028234e38";

function pooling(kind: Pooling["kind"], shape: number[], attrs: NamedAttrMap): Pooling | undefined {
  type Parameters = Required<globalThis.Parameters<typeof tf.backend_util.computePool2DInfo>>;
  // The registry types attributes as a union of everything; the pooling ops check them before the kernel runs.
  const info = tf.backend_util.computePool2DInfo(
    shape as Parameters[0],
    attrs.filterSize as Parameters[1],
    attrs.strides as Parameters[2],
    1,
    attrs.pad as Parameters[4],
    attrs.dimRoundingMode as Parameters[5],
  );
  const isCovered = info.filterHeight * info.filterWidth <= LARGEST_WINDOW &&
    info.inShape.concat(info.outShape).every((size) => size > 0);
  return isCovered
    ? {
      kind,
      batch: info.batchSize,
      inHeight: info.inHeight,
      inWidth: info.inWidth,
      outHeight: info.outHeight,
      outWidth: info.outWidth,
      channels: info.inChannels,
      windowHeight: info.filterHeight,
      windowWidth: info.filterWidth,
      strideHeight: info.strideHeight,
      strideWidth: info.strideWidth,
      padTop: info.padInfo.top,
      padLeft: info.padInfo.left,
    }
    : undefined;
}

/** A place in a window or cell, counted from its corner. */
type Position = { readonly row: number; readonly column: number };

/** The positions of a window, row by row. */
function positions(height: number, width: number): Position[] {
  return range(height).flatMap((row) => range(width).map((column) => ({ row, column })));
}

/** Whether the position `row`, `column` past the corner lies inside the image: WGSL. */
function isInside(p: Pooling, { row, column }: Position): string {
  return `cornerRow + ${row} >= 0 && cornerRow + ${row} < ${p.inHeight} && ` +
    `cornerColumn + ${column} >= 0 && cornerColumn + ${column} < ${p.inWidth}`;
}

/** The index in the input of the position `row`, `column` past the corner: WGSL. */
function inputIndex(p: Pooling, { row, column }: Position): string {
  const vectors = p.channels / widthOf(p.channels);
  return `((image * ${p.inHeight} + cornerRow + ${row}) * ${p.inWidth} + cornerColumn + ${column}) * ${vectors} + channel`;
}

const poolProgram: ProgramKind<Pooling> = {
  name: "pool",
  build(p) {
    const width = widthOf(p.channels);
    const type = floats(width);
    const isMax = p.kind === "max";
    return {
      outputShape: [p.batch, p.outHeight, p.outWidth, p.channels],
      outputWidth: width,
      inputs: [{ name: "x", width }],
      threads: p.batch * p.outHeight * p.outWidth * p.channels / width,
      body: `
  ${
        coordinates("index", [
          ["channel", p.channels / width],
          ["outColumn", p.outWidth],
          ["outRow", p.outHeight],
          ["image", p.batch],
        ])
      }
  let cornerRow = outRow * ${p.strideHeight} - ${p.padTop};
  let cornerColumn = outColumn * ${p.strideWidth} - ${p.padLeft};
  var pooled = ${type}(${isMax ? LOWEST : "0.0"});
  var count = 0.0;
  ${
        positions(p.windowHeight, p.windowWidth).map((position) => {
          const x = `x[${inputIndex(p, position)}]`;
          return `if (${isInside(p, position)}) { ${
            isMax ? `pooled = max(pooled, ${x});` : `pooled += ${x}; count += 1.0;`
          } }`;
        }).join("\n")
      }
  result[index] = ${isMax ? "pooled" : "pooled / max(count, 1.0)"};`,
    };
  },
};

const poolGradientProgram: ProgramKind<PoolingGradient> = {
  name: "poolGradient",
  build(p) {
    const width = widthOf(p.channels);
    const type = floats(width);
    const isMax = p.kind === "max";
    const cellRows = Math.ceil((p.inHeight + p.padTop) / p.strideHeight);
    const cellColumns = Math.ceil((p.inWidth + p.padLeft) / p.strideWidth);
    const window = positions(p.windowHeight, p.windowWidth);
    const name = ({ row, column }: Position) => `d${row}_${column}`;

    const load = (position: Position) => `x[${inputIndex(p, position)}]`;
    // A maximum's gradient goes to its first place in the window, as on TensorFlow's CPU. Places outside the image
    // hold the lowest float, which no place inside is below, and their gradient is never stored.
    const gradient = isMax
      ? `${window.map((position) => `var x${name(position)} = ${type}(${LOWEST});`).join("\n")}
    ${window.map((position) => `if (${isInside(p, position)}) { x${name(position)} = ${load(position)}; }`).join("\n")}
    var highest = x${name(window[0]!)};
    ${window.slice(1).map((position) => `highest = max(highest, x${name(position)});`).join("\n")}
    var rest = dy[outIndex];
    ${
        window.map((position) =>
          `if (${isInside(p, position)}) {
      ${name(position)} = select(${type}(0.0), rest, x${name(position)} == highest);
      rest -= ${name(position)};
    }`
        ).join("\n")
      }`
      // Divided by the whole window even where it hangs over the edge, as every TensorFlow.js backend does.
      : window.map((position) => `${name(position)} = dy[outIndex] * ${1 / window.length};`).join("\n");

    return {
      outputShape: [p.batch, p.inHeight, p.inWidth, p.channels],
      outputWidth: width,
      inputs: [
        { name: "dy", width },
        ...(needsInput(p) ? [{ name: "x", width }] : []),
      ],
      threads: p.batch * cellRows * cellColumns * p.channels / width,
      body: `
  ${
        coordinates("index", [
          ["channel", p.channels / width],
          ["outColumn", cellColumns],
          ["outRow", cellRows],
          ["image", p.batch],
        ])
      }
  let cornerRow = outRow * ${p.strideHeight} - ${p.padTop};
  let cornerColumn = outColumn * ${p.strideWidth} - ${p.padLeft};
  let outIndex = ((image * ${p.outHeight} + outRow) * ${p.outWidth} + outColumn) * ${p.channels / width} + channel;
  ${window.map((position) => `var ${name(position)} = ${type}(0.0);`).join("\n")}
  if (outRow < ${p.outHeight} && outColumn < ${p.outWidth}) {
    ${gradient}
  }
  ${
        positions(p.strideHeight, p.strideWidth).map((position) => {
          const isInWindow = position.row < p.windowHeight && position.column < p.windowWidth;
          const value = isInWindow ? name(position) : `${type}(0.0)`;
          return `if (${isInside(p, position)}) {
    ${storeTimesDerivative(value, { at: inputIndex(p, position), of: p.derivativeOf, values: "x", width })}
  }`;
        }).join("\n")
      }`,
    };
  },
};

function forward(kind: Pooling["kind"]): TunedKernel {
  return ({ x }, attrs, backend) => {
    const specification = x && areFloats(backend, [x]) ? pooling(kind, x.shape, attrs) : undefined;
    return x && specification && runProgram(backend, poolProgram, { specification, inputs: [x] });
  };
}

function gradient(kind: Pooling["kind"]): TunedKernel {
  return ({ dy, input }, { activation, ...attrs }, backend) => {
    const derivativeOf = activation ?? "linear";
    if (!dy || !input || !isActivation(derivativeOf) || !areFloats(backend, [dy, input])) return;
    const specification = pooling(kind, input.shape, attrs);
    if (!specification || overlaps(specification)) return;
    const gradient = { ...specification, derivativeOf };
    return runProgram(backend, poolGradientProgram, {
      specification: gradient,
      inputs: needsInput(gradient) ? [dy, input] : [dy],
    });
  };
}

function needsInput({ kind, derivativeOf }: PoolingGradient): boolean {
  return kind === "max" || derivativeOf !== "linear";
}

/** Whether the tuned kernels compute the gradient of pooling images of `shape`. */
export function coversPoolGradient(shape: number[], attrs: NamedAttrMap): boolean {
  const specification = pooling("max", shape, attrs);
  return specification !== undefined && !overlaps(specification);
}

function overlaps({ windowHeight, windowWidth, strideHeight, strideWidth }: Pooling): boolean {
  return windowHeight > strideHeight || windowWidth > strideWidth;
}

/** MaxPool. */
export const maxPool = forward("max");
/** AvgPool; positions outside the image don't count. */
export const avgPool = forward("average");
/** MaxPoolGrad; with `attrs.activation`, times its derivative where its values are `inputs.input`. */
export const maxPoolGrad = gradient("max");
/** AvgPoolGrad; with `attrs.activation`, times its derivative where its values are `inputs.input`. */
export const avgPoolGrad = gradient("average");
