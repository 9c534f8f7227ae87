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
import type { Activation } from "../../models/network/spec.ts";
import { matMulTimesDerivative } from "../products/matmul.ts";
import { isActivation, storeTimesDerivative } from "../wgsl/activation.ts";
import { areFloats, isGiven, type ProgramKind, reshaped, runProgram, type TunedKernel } from "../wgsl/program.ts";
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "../wgsl/types.ts";
import { coordinates, element, orZero, range, tileOf, unroll, vector, widthOf } from "../wgsl/writer.ts";
import { type Convolution, convolution, filterMatrix, imageMatrix, isProduct } from "./geometry.ts";

type InputGradient = Convolution & {
  /** The gradient is multiplied by this activation's derivative, whose values are given; not at all for `linear`. */
  readonly derivativeOf: Activation;
};

/** Sums in one thread's registers. A wide tile shares the weights, whose loads cost more than the products. */
const MOST_SUMS = 96;

const conv2dBackpropInputProgram: ProgramKind<InputGradient> = {
  name: "conv2dBackpropInput",
  build(c) {
    const inWidth = widthOf(c.inChannels);
    const outWidth = widthOf(c.outChannels);
    const columnsOfPhase = Math.ceil(c.inWidth / c.strideWidth);
    const groups = tileOf(c.inChannels / inWidth, 12 / inWidth);
    const channels = groups * inWidth;
    const tile = tileOf(columnsOfPhase, Math.max(1, Math.floor(MOST_SUMS / channels)));
    const tilesInRow = Math.ceil(columnsOfPhase / tile);
    const channelTiles = Math.ceil(c.inChannels / channels);
    // Kernel rows and columns that one position can meet.
    const rowTaps = Math.ceil(c.kernelHeight / c.strideHeight);
    const columnTaps = Math.ceil(c.kernelWidth / c.strideWidth);
    const isRagged = columnTaps * c.strideWidth > c.kernelWidth;
    const lastColumn = c.outWidth - 1;
    // Where a thread has a whole row, it is known here which of its columns meet the border.
    const firstColumn = tilesInRow * c.strideWidth === 1 ? c.padLeft - (columnTaps - 1) : undefined;
    const isOutside = (p: number) => firstColumn !== undefined && (firstColumn + p < 0 || firstColumn + p > lastColumn);
    const stretch = range(tile + columnTaps - 1).filter((p) => !isOutside(p));
    const outVectors = c.outChannels / outWidth;

    const body = `
  ${
      coordinates("index", [
        // First, so that threads that run together skip the same rows of the kernel at the image's border.
        ["image", c.batch],
        ["tileInRow", tilesInRow],
        ["phase", c.strideWidth],
        ["inRow", c.inHeight],
        ["channelTile", channelTiles],
      ])
    }
  let firstKernelRow = (inRow + ${c.padTop}) % ${c.strideHeight};
  let firstKernelColumn = (phase + ${c.padLeft}) % ${c.strideWidth};
  let outColumn = tileInRow * ${tile} + (phase + ${c.padLeft}) / ${c.strideWidth} - ${columnTaps - 1};
  ${
      stretch.map((p) => `
  let column${p} = clamp(outColumn + ${p}, 0, ${lastColumn}) * ${outVectors};
  let inside${p} = outColumn + ${p} >= 0 && outColumn + ${p} <= ${lastColumn};`).join("")
    }
  ${unroll(channels, (i) => `let in${i} = min(channelTile * ${channels} + ${i}, ${c.inChannels - 1}) * ${outVectors};`)}
  ${unroll(tile, (t) => unroll(channels, (i) => `var sum${t}_${i} = 0.0;`))}
  for (var rowTap = 0; rowTap < ${rowTaps}; rowTap++) {
    let kernelRow = firstKernelRow + rowTap * ${c.strideHeight};
    let outRow = (inRow + ${c.padTop}) / ${c.strideHeight} - rowTap;
    if (kernelRow >= ${c.kernelHeight} || outRow < 0 || outRow >= ${c.outHeight}) { continue; }
    let row = (image * ${c.outHeight} + outRow) * ${c.outWidth * outVectors};
    for (var channel = 0; channel < ${outVectors}; channel++) {
      ${
      stretch.map((p) => {
        const condition = firstColumn === undefined ? `inside${p}` : undefined;
        return `let dy${p} = ${orZero(`dy[row + column${p} + channel]`, { condition, width: outWidth })};`;
      }).join("\n")
    }
      ${
      unroll(columnTaps, (tap) => {
        const kernelColumn = `firstKernelColumn + ${tap * c.strideWidth}`;
        return `{
        let kernelColumn = ${isRagged ? `min(${kernelColumn}, ${c.kernelWidth - 1})` : kernelColumn};
        let weights = (kernelRow * ${c.kernelWidth} + kernelColumn) * ${c.inChannels * outVectors} + channel;
        ${
          unroll(channels, (i) => {
            const condition = isRagged ? `${kernelColumn} < ${c.kernelWidth}` : undefined;
            return `let w${i} = ${orZero(`filter_[weights + in${i}]`, { condition, width: outWidth })};`;
          })
        }
        ${
          unroll(outWidth, (o) =>
            range(tile).filter((t) => !isOutside(t - tap + columnTaps - 1)).map((t) =>
              unroll(channels, (i) => {
                const dy = element(`dy${t - tap + columnTaps - 1}`, { at: o, width: outWidth });
                return `sum${t}_${i} += ${dy} * ${element(`w${i}`, { at: o, width: outWidth })};`;
              })
            ).join("\n"))
        }
      }`;
      })
    }
    }
  }
  let row = (image * ${c.inHeight} + inRow) * ${c.inWidth};
  ${
      unroll(tile, (t) => {
        const column = `phase + (tileInRow * ${tile} + ${t}) * ${c.strideWidth}`;
        return unroll(groups, (g) => {
          const group = `channelTile * ${groups} + ${g}`;
          const sums = vector(range(inWidth).map((i) => `sum${t}_${g * inWidth + i}`));
          const at = `(row + ${column}) * ${c.inChannels / inWidth} + ${group}`;
          return `if (${column} < ${c.inWidth} && ${group} < ${c.inChannels / inWidth}) {
    ${storeTimesDerivative(sums, { at, of: c.derivativeOf, width: inWidth })}
  }`;
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
      threads: tilesInRow * c.strideWidth * c.inHeight * c.batch * channelTiles,
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
    specification: { ...geometry, derivativeOf },
    inputs: [dy, filter, values].filter(isGiven),
  });
}
