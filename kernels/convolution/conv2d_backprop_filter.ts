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
import { columnSum } from "../products/column_sum.ts";
import { areFloats, MOST_ROUNDS, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import type { NamedAttrMap } from "../wgsl/types.ts";
import { coordinates, element, floats, orZero, range, tileOf, unroll, vector, widthOf } from "../wgsl/writer.ts";
import { type Convolution, convolution, isPaddedHorizontally, isPaddedVertically } from "./geometry.ts";

/** Sums in one thread's registers. */
const MOST_SUMS = 80;

/** The least number of threads that the slices should keep busy, if there are enough images. */
const ENOUGH_THREADS = 1024;

/** How weights are divided: what a thread computes, and how many threads there are along each axis. */
function tiling(c: Convolution) {
  const outWidth = widthOf(c.outChannels);
  const columns = tileOf(c.kernelWidth, 5);
  const outGroups = tileOf(c.outChannels / outWidth, 8 / outWidth);
  const outChannels = outGroups * outWidth;
  const fits = ([4, 2, 1] as const).filter((width) => columns * outChannels * width <= MOST_SUMS);
  const inWidth = fits.find((width) => c.inChannels % width === 0) ?? 1;
  const threads = {
    inTile: c.inChannels / inWidth,
    columnTile: Math.ceil(c.kernelWidth / columns),
    kernelRow: c.kernelHeight,
    outTile: Math.ceil(c.outChannels / outChannels),
  };
  const perSlice = threads.inTile * threads.columnTile * threads.kernelRow * threads.outTile;
  const roundsPerImage = 1 + c.outHeight * (1 + Math.ceil(c.outWidth / stepOf(c)));
  const imagesPerSlice = Math.max(
    1,
    Math.min(
      Math.ceil(c.batch / Math.min(c.batch, Math.ceil(ENOUGH_THREADS / perSlice))),
      Math.floor(MOST_ROUNDS / roundsPerImage),
    ),
  );
  const slices = Math.ceil(c.batch / imagesPerSlice);
  return { inWidth, outWidth, columns, outGroups, outChannels, threads, perSlice, imagesPerSlice, slices };
}

/** Output columns that a thread takes in one round. */
function stepOf({ outWidth }: Convolution): number {
  return tileOf(outWidth, 4);
}

type FilterGradient = Convolution & {
  /** Whether the kernel's rows are followed by one for the gradient of a bias per channel, the sum of `dy`. */
  readonly bias: boolean;
};

const slicesProgram: ProgramKind<FilterGradient> = {
  name: "conv2dBackpropFilter",
  build(c) {
    const { inWidth, outWidth, columns, outGroups, outChannels, threads, perSlice, imagesPerSlice, slices } = tiling(c);
    const step = stepOf(c);
    const hasOverhang = c.outWidth % step > 0;
    const isPadded = isPaddedHorizontally(c);
    const stretch = [...new Set(range(step).flatMap((t) => range(columns).map((k) => t * c.strideWidth + k)))];
    const [inVectors, outVectors] = [c.inChannels / inWidth, c.outChannels / outWidth];
    const kernelRows = c.kernelHeight * c.kernelWidth * c.inChannels;
    const rows = kernelRows + (c.bias ? 1 : 0);

    const body = `
  ${coordinates("index", [...Object.entries(threads), ["slice", slices]])}
  let firstColumn = columnTile * ${columns};
  let endImage = min((slice + 1) * ${imagesPerSlice}, ${c.batch});
  ${unroll(outGroups, (g) => `let group${g} = min(outTile * ${outGroups} + ${g}, ${outVectors - 1});`)}
  ${unroll(columns, (k) => unroll(inWidth, (i) => unroll(outChannels, (o) => `var sum${k}_${i}_${o} = 0.0;`)))}
  ${c.bias ? unroll(outGroups, (g) => `var biasSum${g} = ${floats(outWidth)}(0.0);`) : ""}
  for (var image = slice * ${imagesPerSlice}; image < endImage; image++) {
    for (var outRow = 0; outRow < ${c.outHeight}; outRow++) {
      let inRow = outRow * ${c.strideHeight} + kernelRow - ${c.padTop};
      ${isPaddedVertically(c) ? `if (inRow < 0 || inRow >= ${c.inHeight}) { continue; }` : ""}
      let xRow = (image * ${c.inHeight} + inRow) * ${c.inWidth};
      let dyRow = (image * ${c.outHeight} + outRow) * ${c.outWidth};
      for (var outColumn = 0; outColumn < ${c.outWidth}; outColumn += ${step}) {
        let inColumn = outColumn * ${c.strideWidth} + firstColumn - ${c.padLeft};
        ${
      unroll(step, (t) => {
        const condition = hasOverhang && t > 0 ? `outColumn + ${t} < ${c.outWidth}` : undefined;
        const column = condition ? `min(outColumn + ${t}, ${c.outWidth - 1})` : `outColumn + ${t}`;
        return unroll(outGroups, (g) => {
          const load = `dy[(dyRow + ${column}) * ${outVectors} + group${g}]`;
          return `let dy${t}_${g} = ${orZero(load, { condition, width: outWidth })};`;
        });
      })
    }
        ${
      stretch.map((p) => {
        const column = `inColumn + ${p}`;
        const condition = isPadded ? `${column} >= 0 && ${column} < ${c.inWidth}` : undefined;
        const load = `x[(xRow + clamp(${column}, 0, ${c.inWidth - 1})) * ${inVectors} + inTile]`;
        return `let x${p} = ${orZero(load, { condition, width: inWidth })};`;
      }).join("\n")
    }
        ${
      unroll(step, (t) =>
        unroll(columns, (k) =>
          unroll(inWidth, (i) =>
            unroll(outChannels, (o) => {
              const dy = element(`dy${t}_${Math.floor(o / outWidth)}`, { at: o % outWidth, width: outWidth });
              return `sum${k}_${i}_${o} += ${element(`x${t * c.strideWidth + k}`, { at: i, width: inWidth })} * ${dy};`;
            }))))
    }
        ${c.bias ? unroll(step, (t) => unroll(outGroups, (g) => `biasSum${g} += dy${t}_${g};`)) : ""}
      }
    }
  }
  let firstRow = slice * ${rows} + (kernelRow * ${c.kernelWidth} + firstColumn) * ${c.inChannels} + inTile * ${inWidth};
  ${
      unroll(columns, (k) =>
        unroll(inWidth, (i) =>
          unroll(outGroups, (g) => {
            const sums = vector(range(outWidth).map((o) => `sum${k}_${i}_${g * outWidth + o}`));
            return `if (firstColumn + ${k} < ${c.kernelWidth} && outTile * ${outGroups} + ${g} < ${outVectors}) {
    result[(firstRow + ${k * c.inChannels + i}) * ${outVectors} + group${g}] = ${sums};
  }`;
          })))
    }
  ${
      // Only the kernel's row that lies on the image for every output has seen all of `dy`.
      c.bias
        ? `if (kernelRow == ${c.padTop} && columnTile == 0 && inTile == 0) {
    ${
          unroll(outGroups, (g) =>
            `if (outTile * ${outGroups} + ${g} < ${outVectors}) {
      result[(slice * ${rows} + ${kernelRows}) * ${outVectors} + group${g}] = biasSum${g};
    }`)
        }
  }`
        : ""}`;
    return {
      outputShape: [slices, rows, c.outChannels],
      outputWidth: outWidth,
      inputs: [{ name: "x", width: inWidth }, { name: "dy", width: outWidth }],
      threads: perSlice * slices,
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
      specification: { ...geometry, bias: false },
      inputs: [x, dy],
    });
    const sum = columnSum(backend, slices, { rows: tiling(geometry).slices, outputShape });
    backend.disposeData(slices.dataId);
    return sum;
  },
};

/**
 * The slices of the gradients with respect to a kernel of `attrs.filterShape` and to a bias per channel:
 * [slices, kernel height x kernel width x input channels + 1, output channels], the bias last.
 */
export const conv2dBackpropFilterAndBiasSlices: TunedKernel = {
  adds: "Conv2DBackpropFilterAndBiasSlices",
  run: ({ x, dy }, attrs, backend) => {
    if (!x || !dy || !areFloats(backend, [x, dy])) return;
    const geometry = convolution(x.shape, attrs.filterShape as number[], attrs);
    if (!geometry || !hasWholeKernelRow(geometry)) return;
    return runProgram(backend, slicesProgram, { specification: { ...geometry, bias: true }, inputs: [x, dy] });
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
