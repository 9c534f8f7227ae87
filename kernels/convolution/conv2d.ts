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
import { cheapest, MOST_CHANNELS, MOST_SUMS, type ProgramCost, tileSizes } from "../wgsl/cost.ts";
import { areFloats, type ProgramKind, reshaped, runProgram, type TunedKernel, type Width } from "../wgsl/program.ts";
import { sharedBlock, sharedLoads } from "../wgsl/shared.ts";
import {
  coordinates,
  element,
  orZero,
  range,
  roundUp,
  tileStart,
  unroll,
  vector,
  widthOf,
  widthsOf,
} from "../wgsl/writer.ts";
import {
  type Convolution,
  convolution,
  filterMatrix,
  imageMatrix,
  isPaddedHorizontally,
  isPaddedVertically,
  isProduct,
} from "./geometry.ts";

type FusedConvolution = Convolution & {
  readonly bias: boolean;
  readonly activation: Activation;
  /** Threads of a subgroup, which share the loads of the kernel. */
  readonly lanes: number;
};

/** What a thread computes, and how many threads there are. */
interface Tiling {
  /** Input channels and output channels that are loaded at once. */
  readonly inWidth: Width;
  readonly outWidth: Width;
  /** Output columns, and vectors of output channels. */
  readonly columns: number;
  readonly groups: number;
  readonly tilesInRow: number;
  /** Threads for each tile of channels, some of them perhaps past the last position: a whole number of subgroups. */
  readonly positions: number;
  readonly channelTiles: number;
}

function tilings(c: FusedConvolution): Tiling[] {
  const outWidth = widthOf(c.outChannels);
  return widthsOf(c.inChannels).flatMap((inWidth) =>
    tileSizes(c.outChannels / outWidth, MOST_CHANNELS / outWidth).flatMap((groups) =>
      tileSizes(c.outWidth, Math.floor(MOST_SUMS.convolution / groups / outWidth)).map((columns) => {
        const tilesInRow = Math.ceil(c.outWidth / columns);
        const positions = roundUp(tilesInRow * c.outHeight * c.batch, c.lanes);
        const channelTiles = Math.ceil(c.outChannels / outWidth / groups);
        return { inWidth, outWidth, columns, groups, tilesInRow, positions, channelTiles };
      })
    )
  );
}

function costOf(
  { inWidth, outWidth, columns, groups, positions, channelTiles }: Tiling,
  c: FusedConvolution,
): ProgramCost {
  const channels = groups * outWidth;
  const weights = c.kernelWidth * inWidth * groups;
  return {
    threads: positions * channelTiles,
    rounds: c.kernelHeight * c.inChannels / inWidth,
    loads: stretchOf(columns, c).length * inWidth + sharedLoads(weights, { width: outWidth, lanes: c.lanes }),
    broadcasts: c.lanes === 1 ? 0 : weights * outWidth,
    products: columns * channels * c.kernelWidth * inWidth,
    sums: columns * channels,
  };
}

/** The input columns, counted from the first, that `columns` neighbouring outputs read in a row of the kernel. */
function stretchOf(columns: number, c: Convolution): number[] {
  // With a stride above the kernel's width some columns in between are read by no output.
  return [...new Set(range(columns).flatMap((t) => range(c.kernelWidth).map((k) => t * c.strideWidth + k)))];
}

const conv2dProgram: ProgramKind<FusedConvolution> = {
  name: "conv2d",
  build(c) {
    const tiling = cheapest(tilings(c), (tiling) => costOf(tiling, c));
    const { inWidth, outWidth, columns, groups, tilesInRow, positions, channelTiles } = tiling;
    const channels = groups * outWidth;
    const outVectors = c.outChannels / outWidth;
    const stretch = stretchOf(columns, c);
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
      stretch.map((p) => `
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
      stretch.map((p) => {
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
