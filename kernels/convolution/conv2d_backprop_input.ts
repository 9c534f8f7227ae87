/**
 * Gradient of a convolution with respect to its image:
 * `dx[y, x] = sum over ky, kx, o of dy[v, u, o] * w[ky, kx, o]` with `v = (y + padTop - ky) / strideHeight` and
 * `u = (x + padLeft - kx) / strideWidth`, over the `ky` and `kx` for which the divisions leave no remainder.
 *
 * Columns that lie a stride apart take the same `kx`, so one thread computes a few such columns times a few input
 * channels in registers, and the stretch of `dy` that they share is contiguous: the loop is that of the forward kernel.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { lanesOf } from "../../device/subgroups.ts";
import type { Activation } from "../../models/network/spec.ts";
import { matMulTimesDerivative } from "../products/matmul.ts";
import { isActivation, storeTimesDerivative } from "../wgsl/activation.ts";
import { cheapest, type ProgramCost } from "../wgsl/cost.ts";
import { areFloats, isGiven, type ProgramKind, reshaped, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { sharedBlock, sharedLoads } from "../wgsl/shared.ts";
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "../wgsl/types.ts";
import { coordinates, element, orZero, range, tileStart, unroll, vector } from "../wgsl/writer.ts";
import { type Convolution, convolution, filterMatrix, imageMatrix, isProduct } from "./geometry.ts";
import { type RowTiling, rowTilings } from "./row_tiling.ts";

type InputGradient = Convolution & {
  /** The gradient is multiplied by this activation's derivative, whose values are given; not at all for `linear`. */
  readonly derivativeOf: Activation;
  /** Threads of a subgroup, which share the loads of the kernel. */
  readonly lanes: number;
};

function tilings(c: InputGradient): RowTiling[] {
  return rowTilings({
    rows: c.batch * Math.ceil(c.inHeight / c.strideHeight),
    // Of one phase: they lie a stride apart.
    columns: Math.ceil(c.inWidth / c.strideWidth),
    loaded: c.outChannels,
    stored: c.inChannels,
    lanes: c.lanes,
  });
}

/** The kernel rows and columns that one position can meet. */
function taps(c: Convolution): { rowTaps: number; columnTaps: number } {
  return {
    rowTaps: Math.ceil(c.kernelHeight / c.strideHeight),
    columnTaps: Math.ceil(c.kernelWidth / c.strideWidth),
  };
}

/**
 * Whether column `p` of the stretch of `dy` that a thread reads lies outside for all threads. Known only when a thread
 * has a whole row.
 */
function isOutside(p: number, { tilesInRow }: RowTiling, c: Convolution): boolean {
  if (tilesInRow * c.strideWidth > 1) return false;
  const column = c.padLeft - (taps(c).columnTaps - 1) + p;
  return column < 0 || column >= c.outWidth;
}

/** The products of columns and taps that a thread takes: `p` is the column of the stretch. */
function pairs(tiling: RowTiling, c: Convolution): { tap: number; column: number; p: number }[] {
  const { columnTaps } = taps(c);
  return range(columnTaps).flatMap((tap) =>
    range(tiling.columns).map((column) => ({ tap, column, p: column - tap + columnTaps - 1 }))
  ).filter(({ p }) => !isOutside(p, tiling, c));
}

function costOf(tiling: RowTiling, c: InputGradient): ProgramCost {
  const { storeWidth: inWidth, loadWidth: outWidth, columns, groups, positions, channelTiles } = tiling;
  const { rowTaps, columnTaps } = taps(c);
  const channels = groups * inWidth;
  const used = pairs(tiling, c);
  const weights = columnTaps * channels;
  return {
    threads: positions * c.strideWidth * c.strideHeight * channelTiles,
    rounds: rowTaps * c.outChannels / outWidth,
    loads: new Set(used.map(({ p }) => p)).size * outWidth + sharedLoads(weights, { width: outWidth, lanes: c.lanes }),
    broadcasts: c.lanes === 1 ? 0 : weights * outWidth,
    products: used.length * channels * outWidth,
    sums: columns * channels,
  };
}

const conv2dBackpropInputProgram: ProgramKind<InputGradient> = {
  name: "conv2dBackpropInput",
  build(c) {
    const tiling = cheapest(tilings(c), (tiling) => costOf(tiling, c));
    const { storeWidth: inWidth, loadWidth: outWidth, columns, groups, tilesInRow, positions, channelTiles } = tiling;
    const { rowTaps, columnTaps } = taps(c);
    const channels = groups * inWidth;
    const isRagged = columnTaps * c.strideWidth > c.kernelWidth;
    // Some phases have a row or a column less than others.
    const isRaggedImage = c.inHeight % c.strideHeight > 0 || c.inWidth % c.strideWidth > 0;
    const isWholeRow = tilesInRow * c.strideWidth === 1;
    const used = pairs(tiling, c);
    const stretch = [...new Set(used.map(({ p }) => p))].toSorted((a, b) => a - b);
    const [inVectors, outVectors] = [c.inChannels / inWidth, c.outChannels / outWidth];
    const rowBlocks = Math.ceil(c.inHeight / c.strideHeight);
    const weights = sharedBlock({
      name: "w",
      buffer: "filter_",
      rows: columnTaps,
      columns: channels,
      width: outWidth,
      lanes: c.lanes,
      // Of a tap past the kernel, some other column of it; its products are not added.
      place: (tap, i) =>
        `min(firstKernelColumn + ${tap} * ${c.strideWidth}, ${c.kernelWidth - 1}) * ${c.inChannels * outVectors} + ` +
        `(firstChannel + ${i}) * ${outVectors}`,
      ...(isRagged && {
        isThere: (tap: string) => `firstKernelColumn + ${tap} * ${c.strideWidth} < ${c.kernelWidth}`,
      }),
    });

    const body = `
  ${
      coordinates("index", [
        ["thread", positions],
        ["phase", c.strideWidth],
        ["rowPhase", c.strideHeight],
        ["channelTile", channelTiles],
      ])
    }
  ${
      // Threads past the last position do the work of the last one, and store the same.
      coordinates(`min(thread, ${c.batch * tilesInRow * rowBlocks - 1})`, [
        ["image", c.batch],
        ["tileInRow", tilesInRow],
        ["rowBlock", rowBlocks],
      ])}
  ${tileStart("firstOfPhase", { tile: "tileInRow", size: columns, of: Math.ceil(c.inWidth / c.strideWidth) })}
  ${tileStart("firstChannel", { tile: "channelTile", size: channels, of: c.inChannels })}
  let inRow = rowBlock * ${c.strideHeight} + rowPhase;
  let firstKernelRow = (rowPhase + ${c.padTop}) % ${c.strideHeight};
  let firstKernelColumn = (phase + ${c.padLeft}) % ${c.strideWidth};
  let outColumn = firstOfPhase + (phase + ${c.padLeft}) / ${c.strideWidth} - ${columnTaps - 1};
  ${
      stretch.map((p) => `
  let column${p} = clamp(outColumn + ${p}, 0, ${c.outWidth - 1}) * ${outVectors};
  let inside${p} = outColumn + ${p} >= 0 && outColumn + ${p} < ${c.outWidth};`).join("")
    }
  ${weights.offsets}
  ${unroll(columns, (t) => unroll(channels, (i) => `var sum${t}_${i} = 0.0;`))}
  for (var rowTap = 0; rowTap < ${rowTaps}; rowTap++) {
    let kernelRow = firstKernelRow + rowTap * ${c.strideHeight};
    if (kernelRow >= ${c.kernelHeight}) { continue; }
    let outRow = (inRow + ${c.padTop}) / ${c.strideHeight} - rowTap;
    let isRow = outRow >= 0 && outRow < ${c.outHeight};
    let row = (image * ${c.outHeight} + clamp(outRow, 0, ${c.outHeight - 1})) * ${c.outWidth * outVectors};
    for (var channel = 0; channel < ${outVectors}; channel++) {
      ${
      stretch.map((p) => {
        const condition = isWholeRow ? "isRow" : `isRow && inside${p}`;
        return `let dy${p} = ${orZero(`dy[row + column${p} + channel]`, { condition, width: outWidth })};`;
      }).join("\n")
    }
      ${weights.loads(`kernelRow * ${c.kernelWidth * c.inChannels * outVectors} + channel`)}
      ${
      unroll(outWidth, (o) =>
        unroll(columnTaps, (tap) =>
          `{
        ${unroll(channels, (i) => `let weight${i} = ${weights.element({ row: tap, column: i, at: o })};`)}
        ${
            used.filter((pair) => pair.tap === tap).map(({ column, p }) =>
              unroll(channels, (i) =>
                `sum${column}_${i} += ${element(`dy${p}`, { at: o, width: outWidth })} * weight${i};`)
            ).join("\n")
          }
      }`))
    }
    }
  }
  let row = (image * ${c.inHeight} + inRow) * ${c.inWidth};
  ${
      unroll(columns, (t) => {
        const column = `phase + (firstOfPhase + ${t}) * ${c.strideWidth}`;
        return unroll(groups, (g) => {
          const sums = vector(range(inWidth).map((i) => `sum${t}_${g * inWidth + i}`));
          const at = `(row + ${column}) * ${inVectors} + firstChannel / ${inWidth} + ${g}`;
          const store = storeTimesDerivative(sums, { at, of: c.derivativeOf, width: inWidth });
          return isRaggedImage ? `if (inRow < ${c.inHeight} && ${column} < ${c.inWidth}) { ${store} }` : store;
        });
      })
    }`;
    return {
      outputShape: [c.batch, c.inHeight, c.inWidth, c.inChannels],
      outputWidth: inWidth,
      inputs: [
        { name: "dy", width: outWidth },
        { name: "filter_", width: outWidth },
        ...(c.derivativeOf === "linear" ? [] : [{ name: "activated", width: inWidth }]),
      ],
      threads: positions * c.strideWidth * c.strideHeight * channelTiles,
      lanes: c.lanes,
      cost: costOf(tiling, c),
      body,
    };
  },
};

/** Conv2DBackpropInput of NHWC images. */
export const conv2dBackpropInput: TunedKernel = {
  replaces: "Conv2DBackpropInput",
  run: (inputs, attrs, backend) => inputGradient(inputs, attrs, backend),
};

/**
 * Conv2DBackpropInput times the derivative of `attrs.activation` where its values are `inputs.activated`, of the
 * input's shape: the gradient with respect to the value before the input's activation.
 */
export const conv2dBackpropInputTimesDerivative: TunedKernel = {
  adds: "Conv2DBackpropInputTimesDerivative",
  run: (inputs, { activation, ...attrs }, backend) => inputGradient(inputs, attrs, backend, activation),
};

function inputGradient(
  { dy, filter, activated }: NamedTensorInfoMap,
  attrs: NamedAttrMap,
  backend: WebGPUBackend,
  derivativeOf: unknown = "linear",
): TensorInfo | undefined {
  const { inputShape } = attrs;
  if (!dy || !filter || !Array.isArray(inputShape) || !isActivation(derivativeOf)) return;
  if (!areFloats(backend, [dy, filter, activated])) return;
  // An op's shape attribute is an array of numbers; the registry's type is wider.
  const geometry = convolution(inputShape as number[], filter.shape, attrs);
  if (!geometry) return;
  if (isProduct(geometry)) {
    const image = imageMatrix(geometry);
    const product = matMulTimesDerivative.run(
      {
        a: reshaped(dy, [geometry.batch, geometry.outChannels]),
        b: reshaped(filter, filterMatrix(geometry)),
        activated: activated && reshaped(activated, image),
      },
      { transposeB: true, activation: derivativeOf },
      backend,
    );
    return product && reshaped(product, inputShape as number[]);
  }
  const values = derivativeOf === "linear" ? undefined : activated;
  return runProgram(backend, conv2dBackpropInputProgram, {
    specification: { ...geometry, derivativeOf, lanes: lanesOf(backend) },
    inputs: [dy, filter, values].filter(isGiven),
  });
}
