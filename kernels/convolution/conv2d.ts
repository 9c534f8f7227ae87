/**
 * Direct convolution, without unfolding the image into a matrix.
 *
 * One thread computes a few neighbouring outputs of one row times a few output channels in registers. For one row of
 * the kernel it loads the stretch of image that its outputs share once, and uses each value up to
 * kernelWidth x channels times. The sum runs over kernel rows, input channels and kernel columns in that order, however
 * the outputs are divided among threads.
 *
 * @module
 */
import { lanesOf } from "../../device/subgroups.ts";
import type { Activation } from "../../models/network/spec.ts";
import { fusedMatMul } from "../products/matmul.ts";
import { isActivation, storeActivated } from "../wgsl/activation.ts";
import { cheapest, type ProgramCost } from "../wgsl/cost.ts";
import { areFloats, type ProgramKind, reshaped, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { sharedBlock, sharedLoads } from "../wgsl/shared.ts";
import { coordinates, element, orZero, range, tileStart, unroll, vector } from "../wgsl/writer.ts";
import {
  type Convolution,
  convolution,
  filterMatrix,
  imageMatrix,
  isPaddedHorizontally,
  isPaddedVertically,
  isProduct,
} from "./geometry.ts";
import { type RowTiling, rowTilings, stretchOf } from "./row_tiling.ts";

type FusedConvolution = Convolution & {
  readonly bias: boolean;
  readonly activation: Activation;
  /** Threads of a subgroup, which share the loads of the kernel. */
  readonly lanes: number;
};

function tilings(c: FusedConvolution): RowTiling[] {
  const { outWidth: columns, inChannels: loaded, outChannels: stored, lanes } = c;
  return rowTilings({ rows: c.batch * c.outHeight, columns, loaded, stored, lanes });
}

/** The input columns, counted from the first, that a thread's outputs read in a row of the kernel. */
function stretch({ columns }: RowTiling, { kernelWidth: taps, strideWidth: stride }: Convolution): number[] {
  return stretchOf({ columns, taps, stride });
}

function costOf(tiling: RowTiling, c: FusedConvolution): ProgramCost {
  const { loadWidth: inWidth, storeWidth: outWidth, columns, groups, positions, channelTiles } = tiling;
  const channels = groups * outWidth;
  const weights = c.kernelWidth * inWidth * groups;
  return {
    threads: positions * channelTiles,
    rounds: c.kernelHeight * c.inChannels / inWidth,
    loads: stretch(tiling, c).length * inWidth + sharedLoads(weights, { width: outWidth, lanes: c.lanes }),
    broadcasts: c.lanes === 1 ? 0 : weights * outWidth,
    products: columns * channels * c.kernelWidth * inWidth,
    sums: columns * channels,
  };
}

const conv2dProgram: ProgramKind<FusedConvolution> = {
  name: "conv2d",
  build(c) {
    const tiling = cheapest(tilings(c), (tiling) => costOf(tiling, c));
    const { loadWidth: inWidth, storeWidth: outWidth, columns, groups, tilesInRow, positions, channelTiles } = tiling;
    const channels = groups * outWidth;
    const outVectors = c.outChannels / outWidth;
    const inColumns = stretch(tiling, c);
    const [isPadded, isPaddedAbove] = [isPaddedHorizontally(c), isPaddedVertically(c)];
    const weights = sharedBlock({
      name: "w",
      buffer: "filter_",
      rows: c.kernelWidth * inWidth,
      columns: groups,
      width: outWidth,
      lanes: c.lanes,
      place: (row, group) =>
        `(${row} / ${inWidth} * ${c.inChannels} + ${row} % ${inWidth}) * ${outVectors} + ` +
        `firstGroup + ${group}`,
    });

    const body = `
  ${coordinates("index", [["thread", positions], ["channelTile", channelTiles]])}
  ${
      // Threads past the last position do the work of the last one, and store the same.
      coordinates(`min(thread, ${tilesInRow * c.outHeight * c.batch - 1})`, [
        ["tileInRow", tilesInRow],
        ["outRow", c.outHeight],
        ["image", c.batch],
      ])}
  ${tileStart("outColumn", { tile: "tileInRow", size: columns, of: c.outWidth })}
  ${tileStart("firstGroup", { tile: "channelTile", size: groups, of: outVectors })}
  let inColumn = outColumn * ${c.strideWidth} - ${c.padLeft};
  ${
      inColumns.map((p) => `
  let column${p} = clamp(inColumn + ${p}, 0, ${c.inWidth - 1}) * ${c.inChannels / inWidth};
  let inside${p} = inColumn + ${p} >= 0 && inColumn + ${p} < ${c.inWidth};`).join("")
    }
  ${weights.offsets}
  ${unroll(columns, (t) => unroll(channels, (o) => `var sum${t}_${o} = 0.0;`))}
  for (var kernelRow = 0; kernelRow < ${c.kernelHeight}; kernelRow++) {
    let inRow = outRow * ${c.strideHeight} + kernelRow - ${c.padTop};
    let isRow = inRow >= 0 && inRow < ${c.inHeight};
    let row = (image * ${c.inHeight} + clamp(inRow, 0, ${c.inHeight - 1})) * ${c.inWidth * c.inChannels / inWidth};
    for (var channel = 0; channel < ${c.inChannels / inWidth}; channel++) {
      ${
      inColumns.map((p) => {
        const conditions = [...(isPaddedAbove ? ["isRow"] : []), ...(isPadded ? [`inside${p}`] : [])];
        const condition = conditions.length === 0 ? undefined : conditions.join(" && ");
        return `let x${p} = ${orZero(`x[row + column${p} + channel]`, { condition, width: inWidth })};`;
      }).join("\n")
    }
      ${weights.loads(`(kernelRow * ${c.kernelWidth * c.inChannels} + channel * ${inWidth}) * ${outVectors}`)}
      ${
      unroll(inWidth, (i) =>
        unroll(c.kernelWidth, (k) =>
          `{
        ${
            unroll(channels, (o) => {
              const at = { row: k * inWidth + i, column: Math.floor(o / outWidth), at: o % outWidth };
              return `let weight${o} = ${weights.element(at)};`;
            })
          }
        ${
            unroll(columns, (t) => {
              const x = element(`x${t * c.strideWidth + k}`, { at: i, width: inWidth });
              return unroll(channels, (o) => `sum${t}_${o} += ${x} * weight${o};`);
            })
          }
      }`))
    }
    }
  }
  let pixel = (image * ${c.outHeight} + outRow) * ${c.outWidth} + outColumn;
  ${
      unroll(columns, (t) =>
        unroll(groups, (g) => {
          const sums = vector(range(outWidth).map((o) => `sum${t}_${g * outWidth + o}`));
          const group = `firstGroup + ${g}`;
          return storeActivated(c.bias ? `${sums} + bias[${group}]` : sums, {
            at: `(pixel + ${t}) * ${outVectors} + ${group}`,
            activation: c.activation,
            width: outWidth,
          });
        }))
    }`;
    return {
      outputShape: [c.batch, c.outHeight, c.outWidth, c.outChannels],
      outputWidth: outWidth,
      inputs: [
        { name: "x", width: inWidth },
        { name: "filter_", width: outWidth },
        ...(c.bias ? [{ name: "bias", width: outWidth }] : []),
      ],
      threads: positions * channelTiles,
      lanes: c.lanes,
      cost: costOf(tiling, c),
      body,
    };
  },
};

/** Conv2D of NHWC images. */
export const conv2d: TunedKernel = {
  replaces: "Conv2D",
  run: (inputs, attrs, backend) => fusedConv2d.run(inputs, attrs, backend),
};

/** FusedConv2D: the convolution, plus a bias per channel, then an activation. */
export const fusedConv2d: TunedKernel = {
  replaces: "FusedConv2D",
  run: (inputs, attrs, backend) => {
    const { x, filter, bias, preluActivationWeights } = inputs;
    const activation = attrs.activation ?? "linear";
    if (
      !x || !filter || preluActivationWeights || !isActivation(activation) || !areFloats(backend, [x, filter, bias])
    ) {
      return;
    }
    const geometry = convolution(x.shape, filter.shape, attrs);
    if (!geometry || (bias && (bias.shape.length !== 1 || bias.shape[0] !== geometry.outChannels))) return;

    if (isProduct(geometry)) {
      const matrices = { a: reshaped(x, imageMatrix(geometry)), b: reshaped(filter, filterMatrix(geometry)), bias };
      const product = fusedMatMul.run(matrices, { activation }, backend);
      return product && reshaped(product, [geometry.batch, 1, 1, geometry.outChannels]);
    }
    const specification = { ...geometry, bias: bias !== undefined, activation, lanes: lanesOf(backend) };
    return runProgram(backend, conv2dProgram, { specification, inputs: bias ? [x, filter, bias] : [x, filter] });
  },
};
