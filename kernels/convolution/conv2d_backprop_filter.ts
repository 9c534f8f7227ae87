/**
 * Gradient of a convolution with respect to its kernel:
 * `dw[ky, kx, i, o] = sum over images, y, x of input[y * stride + ky - pad, x * stride + kx - pad, i] * dy[y, x, o]`.
 *
 * There are few weights and many pixels to sum, so the images are cut into slices: a thread sums the pixels of its
 * slice for a tile of weights (columns of the kernel x input channels x output channels, in registers), and a second
 * pass adds the slices' sums in order. The cut depends on the shapes alone, so the sum is always the same.
 *
 * @module
 */
import { lanesOf } from "../../device/subgroups.ts";
import { columnSum, splitColumnSum } from "../products/column_sum.ts";
import { cheapest, MOST_CHANNELS, MOST_SUMS, type ProgramCost, tileSizes } from "../wgsl/cost.ts";
import {
  areFloats,
  MOST_ROUNDS,
  type ProgramKind,
  reshaped,
  runForAllOutputs,
  runProgram,
  type TunedKernel,
} from "../wgsl/program.ts";
import { sharedBlock, sharedLoads } from "../wgsl/shared.ts";
import type { NamedAttrMap, TensorInfo } from "../wgsl/types.ts";
import {
  coordinates,
  element,
  orZero,
  range,
  roundUp,
  tileOf,
  tileStart,
  unroll,
  vector,
  type Width,
  widthOf,
  widthsOf,
} from "../wgsl/writer.ts";
import { type Convolution, convolution, isPaddedHorizontally, isPaddedVertically, WIDEST_KERNEL } from "./geometry.ts";
import { stretchOf } from "./row_tiling.ts";

/** The least number of threads that the slices should keep busy, if there are enough images. */
const ENOUGH_THREADS = 1024;

/** Columns of `dy` in one round. */
const MOST_STEP = 8;

type FilterGradient = Convolution & {
  /**
   * Whether the gradient of a bias per channel is computed, too, the sum of `dy`. It follows the kernel's rows, or is
   * an output of its own if there is only one slice.
   */
  readonly bias: boolean;
  /** Threads of a subgroup, which share the loads of `dy`. */
  readonly lanes: number;
};

/**
 * How the images are cut. The cut decides in which order a sum is taken, and with it the last bits of every weight
 * that was ever trained: it depends on the shape alone, not on what is fast.
 */
function slicesOf(c: Convolution): { imagesPerSlice: number; slices: number } {
  const outWidth = widthOf(c.outChannels);
  const columns = tileOf(c.kernelWidth, 5);
  const outChannels = tileOf(c.outChannels / outWidth, 8 / outWidth) * outWidth;
  const inWidth =
    ([4, 2, 1] as const).find((width) => columns * outChannels * width <= 80 && c.inChannels % width === 0) ?? 1;
  const perSlice = c.inChannels / inWidth * Math.ceil(c.kernelWidth / columns) * c.kernelHeight *
    Math.ceil(c.outChannels / outChannels);
  const roundsPerImage = 1 + c.outHeight * (1 + Math.ceil(c.outWidth / tileOf(c.outWidth, 4)));
  const imagesPerSlice = Math.max(
    1,
    Math.min(
      Math.ceil(c.batch / Math.min(c.batch, Math.ceil(ENOUGH_THREADS / perSlice))),
      Math.floor(MOST_ROUNDS / roundsPerImage),
    ),
  );
  return { imagesPerSlice, slices: Math.ceil(c.batch / imagesPerSlice) };
}

/** What a thread computes. */
interface Tiling {
  /** Input channels and output channels that are loaded at once. */
  readonly inWidth: Width;
  readonly outWidth: Width;
  /** Columns of the kernel, and vectors of output channels. */
  readonly columns: number;
  readonly outGroups: number;
  /** Columns of `dy` that are taken in one round. */
  readonly step: number;
}

function tilings(c: Convolution): Tiling[] {
  const outWidth = widthOf(c.outChannels);
  return widthsOf(c.inChannels).flatMap((inWidth) =>
    tileSizes(c.kernelWidth, WIDEST_KERNEL).flatMap((columns) =>
      tileSizes(c.outChannels / outWidth, Math.min(MOST_CHANNELS, MOST_SUMS / columns / inWidth) / outWidth)
        .flatMap((outGroups) =>
          tileSizes(c.outWidth, MOST_STEP).map((step) => ({ inWidth, outWidth, columns, outGroups, step }))
        )
    )
  );
}

/** How many threads there are along each axis: those of a subgroup share the tile of output channels and the slice. */
function threadsOf({ inWidth, outWidth, columns, outGroups }: Tiling, c: Convolution & { readonly lanes: number }) {
  const inTile = c.inChannels / inWidth;
  const columnTile = Math.ceil(c.kernelWidth / columns);
  const tiles = inTile * columnTile * c.kernelHeight;
  const outTile = Math.ceil(c.outChannels / outWidth / outGroups);
  return { inTile, columnTile, tiles, padded: roundUp(tiles, c.lanes), outTile };
}

function costOf(tiling: Tiling, c: FilterGradient): ProgramCost {
  const { inWidth, outWidth, columns, outGroups, step } = tiling;
  const { padded, outTile } = threadsOf(tiling, c);
  const { imagesPerSlice, slices } = slicesOf(c);
  const sums = columns * inWidth * outGroups * outWidth;
  return {
    threads: padded * outTile * slices,
    rounds: imagesPerSlice * c.outHeight * Math.ceil(c.outWidth / step),
    loads: stretch(tiling, c).length * inWidth + sharedLoads(step * outGroups, { width: outWidth, lanes: c.lanes }),
    broadcasts: c.lanes === 1 ? 0 : step * outGroups * outWidth,
    products: step * sums,
    sums,
  };
}

/** The input columns, counted from the first, that a round reads. */
function stretch({ step, columns: taps }: Tiling, { strideWidth: stride }: Convolution): number[] {
  return stretchOf({ columns: step, taps, stride });
}

const slicesProgram: ProgramKind<FilterGradient> = {
  name: "conv2dBackpropFilter",
  build(c) {
    const tiling = cheapest(tilings(c), (tiling) => costOf(tiling, c));
    const { inWidth, outWidth, columns, outGroups, step } = tiling;
    const { inTile, columnTile, tiles, padded, outTile } = threadsOf(tiling, c);
    const { imagesPerSlice, slices } = slicesOf(c);
    const outChannels = outGroups * outWidth;
    const hasOverhang = c.outWidth % step > 0;
    const [isPadded, isPaddedAbove] = [isPaddedHorizontally(c), isPaddedVertically(c)];
    const [inVectors, outVectors] = [c.inChannels / inWidth, c.outChannels / outWidth];
    const kernelRows = c.kernelHeight * c.kernelWidth * c.inChannels;
    const isSliced = slices > 1;
    const rows = kernelRows + (c.bias && isSliced ? 1 : 0);
    const dy = sharedBlock({
      name: "dy",
      buffer: "dy",
      rows: step,
      columns: outGroups,
      width: outWidth,
      lanes: c.lanes,
      place: (column, group) => `${column} * ${outVectors} + firstGroup + ${group}`,
      ...(hasOverhang && { isThere: (column: string) => `outColumn + ${column} < ${c.outWidth}` }),
    });

    const body = `
  ${coordinates("index", [["thread", padded], ["outTile", outTile], ["slice", slices]])}
  ${
      // Threads past the last tile do the work of the last one, and store the same.
      coordinates(`min(thread, ${tiles - 1})`, [
        ["inTile", inTile],
        ["columnTile", columnTile],
        ["kernelRow", c.kernelHeight],
      ])}
  ${tileStart("firstColumn", { tile: "columnTile", size: columns, of: c.kernelWidth })}
  ${tileStart("firstGroup", { tile: "outTile", size: outGroups, of: outVectors })}
  let endImage = min((slice + 1) * ${imagesPerSlice}, ${c.batch});
  ${dy.offsets}
  ${unroll(columns, (k) => unroll(inWidth, (i) => unroll(outChannels, (o) => `var sum${k}_${i}_${o} = 0.0;`)))}
  ${c.bias ? unroll(outChannels, (o) => `var biasSum${o} = 0.0;`) : ""}
  for (var image = slice * ${imagesPerSlice}; image < endImage; image++) {
    for (var outRow = 0; outRow < ${c.outHeight}; outRow++) {
      let inRow = outRow * ${c.strideHeight} + kernelRow - ${c.padTop};
      let isRow = inRow >= 0 && inRow < ${c.inHeight};
      let xRow = (image * ${c.inHeight} + clamp(inRow, 0, ${c.inHeight - 1})) * ${c.inWidth};
      let dyRow = (image * ${c.outHeight} + outRow) * ${c.outWidth};
      for (var outColumn = 0; outColumn < ${c.outWidth}; outColumn += ${step}) {
        let inColumn = outColumn * ${c.strideWidth} + firstColumn - ${c.padLeft};
        ${dy.loads(`(dyRow + outColumn) * ${outVectors}`)}
        ${
      stretch(tiling, c).map((p) => {
        const column = `inColumn + ${p}`;
        const conditions = [
          ...(isPaddedAbove ? ["isRow"] : []),
          ...(isPadded ? [`${column} >= 0 && ${column} < ${c.inWidth}`] : []),
        ];
        const condition = conditions.length === 0 ? undefined : conditions.join(" && ");
        const load = `x[(xRow + clamp(${column}, 0, ${c.inWidth - 1})) * ${inVectors} + inTile]`;
        return `let x${p} = ${orZero(load, { condition, width: inWidth })};`;
      }).join("\n")
    }
        ${
      unroll(step, (t) =>
        `{
        ${
          unroll(outChannels, (o) => {
            const at = { row: t, column: Math.floor(o / outWidth), at: o % outWidth };
            return `let gradient${o} = ${dy.element(at)};`;
          })
        }
        ${
          unroll(columns, (k) =>
            unroll(inWidth, (i) =>
              unroll(outChannels, (o) => {
                const x = element(`x${t * c.strideWidth + k}`, { at: i, width: inWidth });
                return `sum${k}_${i}_${o} += ${x} * gradient${o};`;
              })))
        }
        ${c.bias ? unroll(outChannels, (o) => `biasSum${o} += gradient${o};`) : ""}
        }`)
    }
      }
    }
  }
  let firstRow = slice * ${rows} + (kernelRow * ${c.kernelWidth} + firstColumn) * ${c.inChannels} + inTile * ${inWidth};
  ${
      unroll(columns, (k) =>
        unroll(inWidth, (i) =>
          unroll(outGroups, (g) => {
            const sums = vector(range(outWidth).map((o) => `sum${k}_${i}_${g * outWidth + o}`));
            return `result[(firstRow + ${k * c.inChannels + i}) * ${outVectors} + firstGroup + ${g}] = ${sums};`;
          })))
    }
  ${
      c.bias
        ? `if (thread == 0) {
    ${
          unroll(outGroups, (g) => {
            const sums = vector(range(outWidth).map((o) => `biasSum${g * outWidth + o}`));
            const row = isSliced ? `result[(slice * ${rows} + ${kernelRows}) * ${outVectors} + ` : "bias[";
            return `${row}firstGroup + ${g}] = ${sums};`;
          })
        }
  }`
        : ""
    }`;
    return {
      outputShape: [slices, rows, c.outChannels],
      outputWidth: outWidth,
      ...(c.bias && !isSliced && { moreOutputs: [{ name: "bias", shape: [c.outChannels], width: outWidth }] }),
      inputs: [{ name: "x", width: inWidth }, { name: "dy", width: outWidth }],
      threads: padded * outTile * slices,
      lanes: c.lanes,
      cost: costOf(tiling, c),
      body,
    };
  },
};

/** Conv2DBackpropFilter of NHWC images. */
export const conv2dBackpropFilter: TunedKernel = {
  replaces: "Conv2DBackpropFilter",
  run: ({ x, dy }, attrs, backend) => {
    const { filterShape } = attrs;
    if (!x || !dy || !Array.isArray(filterShape) || !areFloats(backend, [x, dy])) return;
    // An op's shape attribute is an array of numbers; the registry's type is wider.
    const outputShape = filterShape as number[];
    const geometry = convolution(x.shape, outputShape, attrs);
    if (!geometry) return;
    const slices = runProgram(backend, slicesProgram, {
      specification: { ...geometry, bias: false, lanes: lanesOf(backend) },
      inputs: [x, dy],
    });
    const sum = columnSum(backend, slices, { rows: slicesOf(geometry).slices, outputShape });
    backend.disposeData(slices.dataId);
    return sum;
  },
};

/** The gradients with respect to a kernel of `attrs.filterShape`, and to a bias per channel. */
export const conv2dParameterGradients: TunedKernel<TensorInfo[]> = {
  adds: "Conv2DParameterGradients",
  run: ({ x, dy }, { filterShape, ...attrs }, backend) => {
    if (!x || !dy || !Array.isArray(filterShape) || !areFloats(backend, [x, dy])) return;
    const geometry = convolution(x.shape, filterShape as number[], attrs);
    if (!geometry || !hasWholeKernelRow(geometry)) return;
    const [slices, bias] = runForAllOutputs(backend, slicesProgram, {
      specification: { ...geometry, bias: true, lanes: lanesOf(backend) },
      inputs: [x, dy],
    });
    if (bias) return [reshaped(slices!, filterShape as number[]), bias];
    const sums = splitColumnSum(backend, slices!, [filterShape as number[], [geometry.outChannels]]);
    backend.disposeData(slices!.dataId);
    return sums;
  },
};

/** Whether the tuned kernels cover a convolution and its gradients, the bias's together with the kernel's. */
export function coversConvolution(inputShape: number[], filterShape: number[], attrs: NamedAttrMap): boolean {
  const geometry = convolution(inputShape, filterShape, attrs);
  return geometry !== undefined && hasWholeKernelRow(geometry);
}

/** Whether row `padTop` of the kernel lies on the image for every output. */
function hasWholeKernelRow(c: Convolution): boolean {
  return c.padTop < c.kernelHeight && (c.outHeight - 1) * c.strideHeight < c.inHeight;
}
