/**
 * Direct convolution, without unfolding the image into a matrix.
 *
 * One thread computes a few neighbouring outputs of one row times a few output channels in registers. For one row of
 * the kernel it loads the stretch of image that its outputs share once, and uses each value up to
 * kernelWidth x channels times. The sum runs over kernel rows, input channels and kernel columns in that order.
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { fusedMatMul } from "../products/matmul.ts";
import { isActivation, storeActivated } from "../wgsl/activation.ts";
import { areFloats, type ProgramKind, reshaped, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { coordinates, element, orZero, range, tileOf, unroll, vector, widthOf } from "../wgsl/writer.ts";
import {
  type Convolution,
  convolution,
  filterMatrix,
  imageMatrix,
  isPaddedHorizontally,
  isPaddedVertically,
  isProduct,
} from "./geometry.ts";

type FusedConvolution = Convolution & { readonly bias: boolean; readonly activation: Activation };

/** Sums in one thread's registers. A wide tile shares the weights, whose loads cost more than the products. */
const MOST_SUMS = 96;

const conv2dProgram: ProgramKind<FusedConvolution> = {
  name: "conv2d",
  build(c) {
    const inWidth = widthOf(c.inChannels);
    const outWidth = widthOf(c.outChannels);
    const groups = tileOf(c.outChannels / outWidth, 12 / outWidth);
    const channels = groups * outWidth;
    const tile = tileOf(c.outWidth, Math.max(1, Math.floor(MOST_SUMS / channels)));
    const tilesInRow = Math.ceil(c.outWidth / tile);
    const channelTiles = Math.ceil(c.outChannels / channels);

    const lastColumn = c.inWidth - 1;
    const hasOverhang = tilesInRow * tile > c.outWidth;
    const isPadded = isPaddedHorizontally(c);
    // With a stride above the kernel's width some columns of the stretch are read by no output.
    const stretch = [...new Set(range(tile).flatMap((t) => range(c.kernelWidth).map((k) => t * c.strideWidth + k)))];

    const body = `
  ${
      coordinates("index", [
        ["tileInRow", tilesInRow],
        ["outRow", c.outHeight],
        ["image", c.batch],
        ["channelTile", channelTiles],
      ])
    }
  let outColumn = tileInRow * ${tile};
  let inColumn = outColumn * ${c.strideWidth} - ${c.padLeft};
  ${
      stretch.map((p) => `
  let column${p} = clamp(inColumn + ${p}, 0, ${lastColumn}) * ${c.inChannels / inWidth};
  let inside${p} = inColumn + ${p} >= 0 && inColumn + ${p} <= ${lastColumn};`).join("")
    }
  ${unroll(groups, (g) => `let group${g} = min(channelTile * ${groups} + ${g}, ${c.outChannels / outWidth - 1});`)}
  ${unroll(tile, (t) => unroll(channels, (o) => `var sum${t}_${o} = 0.0;`))}
  for (var kernelRow = 0; kernelRow < ${c.kernelHeight}; kernelRow++) {
    let inRow = outRow * ${c.strideHeight} + kernelRow - ${c.padTop};
    ${isPaddedVertically(c) ? `if (inRow < 0 || inRow >= ${c.inHeight}) { continue; }` : ""}
    let row = (image * ${c.inHeight} + inRow) * ${c.inWidth * c.inChannels / inWidth};
    for (var channel = 0; channel < ${c.inChannels / inWidth}; channel++) {
      ${
      stretch.map((p) => {
        const condition = isPadded ? `inside${p}` : undefined;
        return `let x${p} = ${orZero(`x[row + column${p} + channel]`, { condition, width: inWidth })};`;
      }).join("\n")
    }
      let weights = (kernelRow * ${c.kernelWidth * c.inChannels} + channel * ${inWidth}) * ${c.outChannels / outWidth};
      ${
      unroll(c.kernelWidth, (k) =>
        unroll(inWidth, (i) =>
          `{
        ${
            unroll(
              groups,
              (g) => `let w${g} = filter_[weights + ${(k * c.inChannels + i) * c.outChannels / outWidth} + group${g}];`,
            )
          }
        ${
            unroll(tile, (t) => {
              const x = element(`x${t * c.strideWidth + k}`, { at: i, width: inWidth });
              return unroll(
                channels,
                (o) =>
                  `sum${t}_${o} += ${x} * ${
                    element(`w${Math.floor(o / outWidth)}`, { at: o % outWidth, width: outWidth })
                  };`,
              );
            })
          }
      }`))
    }
    }
  }
  let pixel = (image * ${c.outHeight} + outRow) * ${c.outWidth} + outColumn;
  ${
      unroll(tile, (t) =>
        unroll(groups, (g) => {
          const sums = vector(range(outWidth).map((o) => `sum${t}_${g * outWidth + o}`));
          const store = storeActivated(c.bias ? `${sums} + bias[group${g}]` : sums, {
            at: `(pixel + ${t}) * ${c.outChannels / outWidth} + group${g}`,
            activation: c.activation,
            width: outWidth,
          });
          const isInside = [
            ...(hasOverhang ? [`outColumn + ${t} < ${c.outWidth}`] : []),
            `channelTile * ${groups} + ${g} < ${c.outChannels / outWidth}`,
          ].join(" && ");
          return `if (${isInside}) ${store}`;
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
      threads: tilesInRow * c.outHeight * c.batch * channelTiles,
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
    const specification = { ...geometry, bias: bias !== undefined, activation };
    return runProgram(backend, conv2dProgram, { specification, inputs: bias ? [x, filter, bias] : [x, filter] });
  },
};
