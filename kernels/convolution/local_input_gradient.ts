/**
 * Gradient of a locally connected layer with respect to its image:
 * `dx[n, q, i] = sum over the output positions p that read q, and o, of dy[n, p, o] * weights[p, tap(p, q), i, o]`.
 *
 * As in the forward kernel, one thread computes several images at one position, here of the input, and neighbouring
 * threads take other images at the same position.
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeTimesDerivative } from "../wgsl/activation.ts";
import { areFloats, isGiven, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { coordinates, element, range, tileOf, unroll, vector, widthOf } from "../wgsl/writer.ts";
import type { Convolution } from "./geometry.ts";
import { localGeometry } from "./local_geometry.ts";

type InputGradient = Convolution & {
  /**
   * The gradient is multiplied by this activation's derivative, whose values are the input; not at all for `linear`.
   */
  readonly derivativeOf: Activation;
};

/** Sums in one thread's registers. */
const MOST_SUMS = 96;

const inputGradientProgram: ProgramKind<InputGradient> = {
  name: "localInputGradient",
  build(c) {
    const [inWidth, outWidth] = [widthOf(c.inChannels), widthOf(c.outChannels)];
    const [inVectors, outVectors] = [c.inChannels / inWidth, c.outChannels / outWidth];
    const groups = tileOf(inVectors, 8 / inWidth);
    const channels = groups * inWidth;
    const images = tileOf(c.batch, Math.floor(MOST_SUMS / channels));
    const imageTiles = Math.ceil(c.batch / images);
    const channelTiles = Math.ceil(inVectors / groups);
    return {
      outputShape: [c.batch, c.inHeight, c.inWidth, c.inChannels],
      outputWidth: inWidth,
      inputs: [
        { name: "dy", width: outWidth },
        { name: "weights", width: outWidth },
        ...(c.derivativeOf === "linear" ? [] : [{ name: "activated", width: inWidth }]),
      ],
      threads: imageTiles * c.inHeight * c.inWidth * channelTiles,
      body: `
  ${
        coordinates("index", [
          ["imageTile", imageTiles],
          ["inColumn", c.inWidth],
          ["inRow", c.inHeight],
          ["channelTile", channelTiles],
        ])
      }
  ${unroll(images, (n) => `let image${n} = min(imageTile * ${images} + ${n}, ${c.batch - 1});`)}
  ${
        unroll(
          channels,
          (i) => `let in${i} = min(channelTile * ${channels} + ${i}, ${c.inChannels - 1}) * ${outVectors};`,
        )
      }
  ${unroll(images, (n) => unroll(channels, (i) => `var sum${n}_${i} = 0.0;`))}
  for (var kernelRow = 0; kernelRow < ${c.kernelHeight}; kernelRow++) {
    let top = inRow + ${c.padTop} - kernelRow;
    let outRow = top / ${c.strideHeight};
    if (top < 0 || top % ${c.strideHeight} != 0 || outRow >= ${c.outHeight}) { continue; }
    for (var kernelColumn = 0; kernelColumn < ${c.kernelWidth}; kernelColumn++) {
      let left = inColumn + ${c.padLeft} - kernelColumn;
      let outColumn = left / ${c.strideWidth};
      if (left < 0 || left % ${c.strideWidth} != 0 || outColumn >= ${c.outWidth}) { continue; }
      let position = outRow * ${c.outWidth} + outColumn;
      let tap = (position * ${c.kernelHeight} + kernelRow) * ${c.kernelWidth} + kernelColumn;
      for (var channel = 0; channel < ${outVectors}; channel++) {
        let place = position * ${outVectors} + channel;
        let weight = tap * ${c.inChannels * outVectors} + channel;
        ${unroll(images, (n) => `let dy${n} = dy[image${n} * ${c.outHeight * c.outWidth * outVectors} + place];`)}
        ${
        unroll(channels, (i) =>
          `{
          let w = weights[weight + in${i}];
          ${
            unroll(
              outWidth,
              (o) =>
                unroll(images, (n) => {
                  const dy = element(`dy${n}`, { at: o, width: outWidth });
                  return `sum${n}_${i} += ${dy} * ${element("w", { at: o, width: outWidth })};`;
                }),
            )
          }
        }`)
      }
      }
    }
  }
  ${
        unroll(images, (n) =>
          unroll(groups, (g) => {
            const group = `channelTile * ${groups} + ${g}`;
            const at = `((image${n} * ${c.inHeight} + inRow) * ${c.inWidth} + inColumn) * ${inVectors} + ${group}`;
            const sums = vector(range(inWidth).map((i) => `sum${n}_${g * inWidth + i}`));
            return `if (imageTile * ${images} + ${n} < ${c.batch} && ${group} < ${inVectors}) {
    ${storeTimesDerivative(sums, { at, of: c.derivativeOf, width: inWidth })}
  }`;
          }))
      }`,
    };
  },
};

/**
 * The gradient with respect to images of the shape of `inputs.activated`, times the derivative of `attrs.activation`
 * where its values are those, for `inputs.weights` and the gradient `inputs.dy`.
 */
export const localInputGradient: TunedKernel = {
  adds: "LocalInputGradient",
  run: ({ dy, weights, activated }, { activation, ...attrs }, backend) => {
    if (!dy || !weights || !activated || !isActivation(activation)) return;
    if (!areFloats(backend, [dy, weights, activated])) return;
    const geometry = localGeometry(activated.shape, weights.shape, attrs);
    return geometry && runProgram(backend, inputGradientProgram, {
      specification: { ...geometry, derivativeOf: activation },
      inputs: [dy, weights, activation === "linear" ? undefined : activated].filter(isGiven),
    });
  },
};
