/**
 * Max, average and L2 pooling: one thread computes one output position for a vector of channels.
 *
 * @module
 */
import { areFloats, type KernelFunction, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { coordinates, widthOf } from "../wgsl/writer.ts";
import { type Pooling, pooling, type Position, positions } from "./geometry.ts";
import { POOLED } from "./pooled.ts";

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
    const window = { pooled: "pooled", width };
    const { start, add, end } = POOLED[p.kind];
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
  ${start(window)}
  var count = 0.0;
  ${
        positions(p.windowHeight, p.windowWidth).map((position) =>
          `if (${isInside(p, position)}) { ${add(window, `x[${inputIndex(p, position)}]`)} count += 1.0; }`
        ).join("\n")
      }
  result[index] = ${end(window, "max(count, 1.0)")};`,
    };
  },
};

function forward(kind: Pooling["kind"]): KernelFunction {
  return ({ x }, attrs, backend) => {
    const specification = x && areFloats(backend, [x]) ? pooling(kind, x.shape, attrs) : undefined;
    return x && specification && runProgram(backend, poolProgram, { specification, inputs: [x] });
  };
}

export const maxPool: TunedKernel = { replaces: "MaxPool", run: forward("max") };

/** Positions outside the image don't count. */
export const avgPool: TunedKernel = { replaces: "AvgPool", run: forward("average") };

/** The root of the mean of the squares; no padding. */
export const l2Pool: TunedKernel = { adds: "L2Pool", run: forward("l2") };
