/**
 * Direct convolution, without unfolding the image into a matrix.
 *
 * One thread computes a few neighbouring outputs of one row times a few output channels in registers. For one row of
 * the kernel it loads the stretch of image that its outputs share once, and uses each value up to
 * kernelWidth x channels times. The sum runs over kernel rows, input channels and kernel columns in that order, however
 * the outputs are divided among threads.
 *
 * Outputs can be pooled while they are in registers: then a thread computes whole windows, row by row.
 *
 * @module
 */
import { lanesOf } from "../../device/subgroups.ts";
import type { Activation } from "../../models/network/spec.ts";
import { LARGEST_WINDOW, type Pooling } from "../pooling/geometry.ts";
import { POOLED } from "../pooling/pooled.ts";
import { fusedMatMul } from "../products/matmul.ts";
import { isActivation, storeActivated } from "../wgsl/activation.ts";
import { cheapest, MOST_SUMS, type ProgramCost } from "../wgsl/cost.ts";
import {
  areFloats,
  type ProgramKind,
  reshaped,
  runForAllOutputs,
  runProgram,
  type TunedKernel,
} from "../wgsl/program.ts";
import { sharedBlock, sharedLoads } from "../wgsl/shared.ts";
import type { NamedAttrMap, TensorInfo } from "../wgsl/types.ts";
import { coordinates, element, orZero, range, tileStart, unroll, vector, widthOf } from "../wgsl/writer.ts";
import { coversConvolution } from "./conv2d_backprop_filter.ts";
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
  /** How windows of `window` x `window` outputs are pooled into a second output; 1 if they are not. */
  readonly window: number;
  readonly pooling: Pooling["kind"];
  /** Threads of a subgroup, which share the loads of the kernel. */
  readonly lanes: number;
};

/** Windows of one output. */
const NOT_POOLED = { window: 1, pooling: "max" } as const;

/** With pooling a thread computes all rows of its windows, one after the other. */
function tilings(c: FusedConvolution): RowTiling[] {
  const { outWidth: columns, inChannels: loaded, outChannels: stored, lanes, window } = c;
  const all = rowTilings({ rows: c.batch * c.outHeight / window, columns, loaded, stored, lanes });
  return all.filter(({ columns }) => columns % window === 0);
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
    rounds: c.window * c.kernelHeight * c.inChannels / inWidth,
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
    const pool = POOLED[c.pooling];
    const isPooled = c.window > 1;
    const [windows, windowRows] = [columns / c.window, c.outHeight / c.window];
    const pooled = (window: number, group: number) => ({ pooled: `pooled${window}_${group}`, width: outWidth });
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

    const rowOfOutputs = `
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
  ${c.bias ? unroll(groups, (g) => `let bias${g} = bias[firstGroup + ${g}];`) : ""}
  let pixel = (image * ${c.outHeight} + outRow) * ${c.outWidth} + outColumn;
  ${
      unroll(columns, (t) =>
        unroll(groups, (g) => {
          const sums = vector(range(outWidth).map((o) => `sum${t}_${g * outWidth + o}`));
          return storeActivated(c.bias ? `${sums} + bias${g}` : sums, {
            at: `(pixel + ${t}) * ${outVectors} + firstGroup + ${g}`,
            activation: c.activation,
            width: outWidth,
            ...(isPooled && { alsoDo: (y: string) => pool.add(pooled(Math.floor(t / c.window), g), y) }),
          });
        }))
    }`;
    const rowsOfWindows = `
  ${unroll(windows, (w) => unroll(groups, (g) => pool.start(pooled(w, g))))}
  for (var windowRow = 0; windowRow < ${c.window}; windowRow++) {
    let outRow = rowOfWindows * ${c.window} + windowRow;
    ${rowOfOutputs}
  }
  let firstWindow = (image * ${windowRows} + rowOfWindows) * ${c.outWidth / c.window} + outColumn / ${c.window};
  ${
      unroll(windows, (w) =>
        unroll(groups, (g) =>
          `pooled[(firstWindow + ${w}) * ${outVectors} + firstGroup + ${g}] = ` +
          `${pool.end(pooled(w, g), `${c.window ** 2}.0`)};`))
    }`;

    const body = `
  ${coordinates("index", [["thread", positions], ["channelTile", channelTiles]])}
  ${
      // Threads past the last position do the work of the last one, and store the same.
      coordinates(`min(thread, ${tilesInRow * windowRows * c.batch - 1})`, [
        ["tileInRow", tilesInRow],
        ["rowOfWindows", windowRows],
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
  ${isPooled ? rowsOfWindows : `let outRow = rowOfWindows;\n${rowOfOutputs}`}`;
    return {
      outputShape: [c.batch, c.outHeight, c.outWidth, c.outChannels],
      outputWidth: outWidth,
      ...(isPooled && {
        moreOutputs: [{
          name: "pooled",
          shape: [c.batch, windowRows, c.outWidth / c.window, c.outChannels],
          width: outWidth,
        }],
      }),
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
    const specification: FusedConvolution = {
      ...geometry,
      ...NOT_POOLED,
      bias: bias !== undefined,
      activation,
      lanes: lanesOf(backend),
    };
    return runProgram(backend, conv2dProgram, { specification, inputs: bias ? [x, filter, bias] : [x, filter] });
  },
};

/**
 * A convolution with bias and activation, and its result pooled by `attrs.pooling` in windows of `attrs.window` x
 * `attrs.window`, which neither overlap nor leave a rest.
 */
export const pooledConv2d: TunedKernel<TensorInfo[]> = {
  adds: "PooledConv2D",
  run: ({ x, filter, bias }, { activation, window, pooling, ...attrs }, backend) => {
    if (!x || !filter || !bias || !isActivation(activation) || !areFloats(backend, [x, filter, bias])) return;
    const geometry = convolution(x.shape, filter.shape, attrs);
    if (!geometry || !isPooledWhole(geometry, Number(window))) return;
    const specification: FusedConvolution = {
      ...geometry,
      window: Number(window),
      pooling: pooling as Pooling["kind"],
      bias: true,
      activation,
      lanes: lanesOf(backend),
    };
    return runForAllOutputs(backend, conv2dProgram, { specification, inputs: [x, filter, bias] });
  },
};

/** Whether {@linkcode pooledConv2d} covers a convolution whose gradients are covered, too. */
export function coversPooledConvolution(
  inputShape: number[],
  filterShape: number[],
  { window, ...attrs }: NamedAttrMap,
): boolean {
  const geometry = convolution(inputShape, filterShape, attrs);
  return geometry !== undefined && isPooledWhole(geometry, Number(window)) &&
    coversConvolution(inputShape, filterShape, attrs);
}

/** Whether windows cover all outputs, a thread can hold a row of one, and pooling's gradient is covered. */
function isPooledWhole({ outHeight, outWidth, outChannels }: Convolution, window: number): boolean {
  return window > 1 && window ** 2 <= LARGEST_WINDOW && outHeight % window === 0 && outWidth % window === 0 &&
    window * widthOf(outChannels) <= MOST_SUMS;
}
