/**
 * The locally connected layer: a convolution with a separate kernel for every output position,
 * `y[n, p, o] = bias[p, o] + sum over taps k of x[n, place(p, k)] * weights[p, k, o]`.
 *
 * Only images share weights: one thread computes several images' outputs at one position in registers. Neighbouring
 * threads take other images at the same position, so that they skip the same taps at the border.
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeActivated } from "../wgsl/activation.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { coordinates, element, range, tileOf, unroll, vector, widthOf } from "../wgsl/writer.ts";
import type { Convolution } from "./geometry.ts";
import { localGeometry } from "./local_geometry.ts";

type ActivatedLocal = Convolution & { readonly activation: Activation };

/** Sums in one thread's registers. */
const MOST_SUMS = 96;

const localProgram: ProgramKind<ActivatedLocal> = {
  name: "local",
  build(c) {
    const [inWidth, outWidth] = [widthOf(c.inChannels), widthOf(c.outChannels)];
    const [inVectors, outVectors] = [c.inChannels / inWidth, c.outChannels / outWidth];
    const groups = tileOf(outVectors, 8 / outWidth);
    const channels = groups * outWidth;
    const images = tileOf(c.batch, Math.floor(MOST_SUMS / channels));
    const imageTiles = Math.ceil(c.batch / images);
    const channelTiles = Math.ceil(outVectors / groups);
    return {
      outputShape: [c.batch, c.outHeight, c.outWidth, c.outChannels],
      outputWidth: outWidth,
      inputs: [
        { name: "x", width: inWidth },
        { name: "weights", width: outWidth },
        { name: "bias", width: outWidth },
      ],
      threads: imageTiles * c.outHeight * c.outWidth * channelTiles,
      body: `
  ${
        coordinates("index", [
          ["imageTile", imageTiles],
          ["position", c.outHeight * c.outWidth],
          ["channelTile", channelTiles],
        ])
      }
  let cornerRow = position / ${c.outWidth} * ${c.strideHeight} - ${c.padTop};
  let cornerColumn = position % ${c.outWidth} * ${c.strideWidth} - ${c.padLeft};
  ${unroll(images, (n) => `let image${n} = min(imageTile * ${images} + ${n}, ${c.batch - 1});`)}
  ${unroll(groups, (g) => `let group${g} = min(channelTile * ${groups} + ${g}, ${outVectors - 1});`)}
  ${unroll(images, (n) => unroll(channels, (o) => `var sum${n}_${o} = 0.0;`))}
  for (var kernelRow = 0; kernelRow < ${c.kernelHeight}; kernelRow++) {
    let inRow = cornerRow + kernelRow;
    if (inRow < 0 || inRow >= ${c.inHeight}) { continue; }
    for (var kernelColumn = 0; kernelColumn < ${c.kernelWidth}; kernelColumn++) {
      let inColumn = cornerColumn + kernelColumn;
      if (inColumn < 0 || inColumn >= ${c.inWidth}) { continue; }
      let tap = (position * ${c.kernelHeight} + kernelRow) * ${c.kernelWidth} + kernelColumn;
      for (var channel = 0; channel < ${inVectors}; channel++) {
        let place = (inRow * ${c.inWidth} + inColumn) * ${inVectors} + channel;
        ${unroll(images, (n) => `let x${n} = x[image${n} * ${c.inHeight * c.inWidth * inVectors} + place];`)}
        ${
        unroll(inWidth, (i) =>
          `{
          let row = (tap * ${c.inChannels} + channel * ${inWidth} + ${i}) * ${outVectors};
          ${unroll(groups, (g) => `let w${g} = weights[row + group${g}];`)}
          ${
            unroll(images, (n) =>
              unroll(channels, (o) => {
                const weight = element(`w${Math.floor(o / outWidth)}`, { at: o % outWidth, width: outWidth });
                return `sum${n}_${o} += ${element(`x${n}`, { at: i, width: inWidth })} * ${weight};`;
              }))
          }
        }`)
      }
      }
    }
  }
  ${unroll(groups, (g) => `let bias${g} = bias[position * ${outVectors} + group${g}];`)}
  ${
        unroll(images, (n) =>
          unroll(groups, (g) => {
            const sums = vector(range(outWidth).map((o) => `sum${n}_${g * outWidth + o}`));
            const store = storeActivated(`${sums} + bias${g}`, {
              at: `(image${n} * ${c.outHeight * c.outWidth} + position) * ${outVectors} + group${g}`,
              activation: c.activation,
              width: outWidth,
            });
            return `if (imageTile * ${images} + ${n} < ${c.batch} && channelTile * ${groups} + ${g} < ${outVectors}) ${store}`;
          }))
      }`,
    };
  },
};

/**
 * A locally connected layer of images `inputs.x` with `inputs.weights` [positions, taps x maps in, maps out], plus
 * `inputs.bias` [positions, maps out], then `attrs.activation`.
 */
export const local: TunedKernel = {
  adds: "Local",
  run: ({ x, weights, bias }, { activation, ...attrs }, backend) => {
    if (!x || !weights || !bias || !isActivation(activation) || !areFloats(backend, [x, weights, bias])) return;
    const geometry = localGeometry(x.shape, weights.shape, attrs);
    return geometry &&
      runProgram(backend, localProgram, { specification: { ...geometry, activation }, inputs: [x, weights, bias] });
  },
};
