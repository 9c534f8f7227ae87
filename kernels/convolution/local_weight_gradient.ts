/**
 * Gradient of a locally connected layer with respect to its weights:
 * `dw[p, k, o] = sum over images n of x[n, place(p, k)] * dy[n, p, o]`.
 *
 * There are enough weights to keep every core busy, and a sum has only as many terms as the batch has images: one
 * thread sums all images, in order, for a tile of taps x output channels at one position, in registers.
 *
 * @module
 */
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { coordinates, element, floats, range, tileOf, unroll, vector, widthOf } from "../wgsl/writer.ts";
import type { Convolution } from "./geometry.ts";
import { localGeometry } from "./local_geometry.ts";

/** Sums in one thread's registers. */
const MOST_SUMS = 96;

const weightGradientProgram: ProgramKind<Convolution> = {
  name: "localWeightGradient",
  build(c) {
    const [inWidth, outWidth] = [widthOf(c.inChannels), widthOf(c.outChannels)];
    const [inVectors, outVectors] = [c.inChannels / inWidth, c.outChannels / outWidth];
    const groups = tileOf(outVectors, 8 / outWidth);
    const channels = groups * outWidth;
    // Vectors of input channels, tap by tap, as they lie in the weights.
    const inputs = c.kernelHeight * c.kernelWidth * inVectors;
    const tile = tileOf(inputs, Math.floor(MOST_SUMS / channels / inWidth));
    const inputTiles = Math.ceil(inputs / tile);
    const channelTiles = Math.ceil(outVectors / groups);
    const positions = c.outHeight * c.outWidth;
    return {
      outputShape: [positions, inputs * inWidth, c.outChannels],
      outputWidth: outWidth,
      inputs: [{ name: "x", width: inWidth }, { name: "dy", width: outWidth }],
      threads: positions * inputTiles * channelTiles,
      body: `
  ${coordinates("index", [["position", positions], ["inputTile", inputTiles], ["channelTile", channelTiles]])}
  let cornerRow = position / ${c.outWidth} * ${c.strideHeight} - ${c.padTop};
  let cornerColumn = position % ${c.outWidth} * ${c.strideWidth} - ${c.padLeft};
  ${
        unroll(tile, (t) =>
          `let input${t} = min(inputTile * ${tile} + ${t}, ${inputs - 1});
  let inRow${t} = cornerRow + input${t} / ${c.kernelWidth * inVectors};
  let inColumn${t} = cornerColumn + input${t} / ${inVectors} % ${c.kernelWidth};
  let isInside${t} = inRow${t} >= 0 && inRow${t} < ${c.inHeight} && inColumn${t} >= 0 && inColumn${t} < ${c.inWidth};
  let place${t} = select(0, (inRow${t} * ${c.inWidth} + inColumn${t}) * ${inVectors} + input${t} % ${inVectors}, isInside${t});`)
      }
  ${unroll(groups, (g) => `let group${g} = min(channelTile * ${groups} + ${g}, ${outVectors - 1});`)}
  ${unroll(tile, (t) => unroll(inWidth, (i) => unroll(channels, (o) => `var sum${t}_${i}_${o} = 0.0;`)))}
  for (var image = 0; image < ${c.batch}; image++) {
    let first = image * ${c.inHeight * c.inWidth * inVectors};
    let row = (image * ${positions} + position) * ${outVectors};
    ${unroll(groups, (g) => `let dy${g} = dy[row + group${g}];`)}
    ${
        unroll(tile, (t) =>
          `{
      let x = x[first + place${t}];
      ${
            unroll(inWidth, (i) =>
              unroll(channels, (o) => {
                const dy = element(`dy${Math.floor(o / outWidth)}`, { at: o % outWidth, width: outWidth });
                return `sum${t}_${i}_${o} += ${element("x", { at: i, width: inWidth })} * ${dy};`;
              }))
          }
    }`)
      }
  }
  ${
        unroll(tile, (t) =>
          unroll(inWidth, (i) =>
            unroll(groups, (g) => {
              const sums = vector(range(outWidth).map((o) => `sum${t}_${i}_${g * outWidth + o}`));
              const at = `(position * ${inputs * inWidth} + input${t} * ${inWidth} + ${i}) * ${outVectors} + group${g}`;
              // Weights of taps outside the image change nothing.
              return `if (inputTile * ${tile} + ${t} < ${inputs} && channelTile * ${groups} + ${g} < ${outVectors}) {
    result[${at}] = select(${floats(outWidth)}(0.0), ${sums}, isInside${t});
  }`;
            })))
      }`,
    };
  },
};

/** The gradient with respect to weights of `attrs.weightsShape`, for images `inputs.x` and the gradient `inputs.dy`. */
export const localWeightGradient: TunedKernel = {
  adds: "LocalWeightGradient",
  run: ({ x, dy }, { weightsShape, ...attrs }, backend) => {
    if (!x || !dy || !areFloats(backend, [x, dy])) return;
    const geometry = localGeometry(x.shape, weightsShape as number[], attrs);
    return geometry && runProgram(backend, weightGradientProgram, { specification: geometry, inputs: [x, dy] });
  },
};
