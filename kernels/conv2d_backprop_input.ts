/**
 * Gradient of a convolution with respect to its image:
 * `dx[y, x] = sum over ky, kx, o of dy[(y + padTop - ky) / strideHeight, (x + padLeft - kx) / strideWidth, o] * w[ky, kx, o]`
 * over the `ky` and `kx` for which the divisions leave no remainder.
 *
 * Columns that lie a stride apart take the same `kx`, so one thread computes a few such columns times a few input
 * channels in registers, and the stretch of `dy` that they share is contiguous: the loop is that of the forward kernel.
 *
 * @module
 */
import { type Convolution, convolution } from "./convolution.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "./program.ts";
import { coordinates, element, orZero, range, tileOf, unroll, vector, widthOf } from "./wgsl.ts";

const conv2dBackpropInputProgram: ProgramKind<Convolution> = {
  name: "conv2dBackpropInput",
  build(c) {
    const inWidth = widthOf(c.inChannels);
    const outWidth = widthOf(c.outChannels);
    const columnsOfPhase = Math.ceil(c.inWidth / c.strideWidth);
    const tile = tileOf(columnsOfPhase, 8);
    const groups = tileOf(c.inChannels / inWidth, 12 / inWidth);
    const channels = groups * inWidth;
    const tilesInRow = Math.ceil(columnsOfPhase / tile);
    const channelTiles = Math.ceil(c.inChannels / channels);
    // Kernel rows and columns that one position can meet.
    const rowTaps = Math.ceil(c.kernelHeight / c.strideHeight);
    const columnTaps = Math.ceil(c.kernelWidth / c.strideWidth);
    const isRagged = columnTaps * c.strideWidth > c.kernelWidth;
    const lastColumn = c.outWidth - 1;
    const outVectors = c.outChannels / outWidth;

    const body = `
  ${
      coordinates("index", [
        ["tileInRow", tilesInRow],
        ["phase", c.strideWidth],
        ["inRow", c.inHeight],
        ["image", c.batch],
        ["channelTile", channelTiles],
      ])
    }
  let firstKernelRow = (inRow + ${c.padTop}) % ${c.strideHeight};
  let firstKernelColumn = (phase + ${c.padLeft}) % ${c.strideWidth};
  let outColumn = tileInRow * ${tile} + (phase + ${c.padLeft}) / ${c.strideWidth} - ${columnTaps - 1};
  ${
      unroll(tile + columnTaps - 1, (p) => `
  let column${p} = clamp(outColumn + ${p}, 0, ${lastColumn}) * ${outVectors};
  let inside${p} = outColumn + ${p} >= 0 && outColumn + ${p} <= ${lastColumn};`)
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
      unroll(tile + columnTaps - 1, (p) =>
        `let dy${p} = ${orZero(`dy[row + column${p} + channel]`, { condition: `inside${p}`, width: outWidth })};`)
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
            unroll(tile, (t) =>
              unroll(channels, (i) => {
                const dy = element(`dy${t - tap + columnTaps - 1}`, { at: o, width: outWidth });
                return `sum${t}_${i} += ${dy} * ${element(`w${i}`, { at: o, width: outWidth })};`;
              })))
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
          return `if (${column} < ${c.inWidth} && ${group} < ${c.inChannels / inWidth}) {
    result[(row + ${column}) * ${c.inChannels / inWidth} + ${group}] = ${sums};
  }`;
        });
      })
    }`;
    return {
      outputShape: [c.batch, c.inHeight, c.inWidth, c.inChannels],
      outputWidth: inWidth,
      inputs: [{ name: "dy", width: outWidth }, { name: "filter_", width: outWidth }],
      threads: tilesInRow * c.strideWidth * c.inHeight * c.batch * channelTiles,
      body,
    };
  },
};

/** Conv2DBackpropInput of NHWC images. */
export const conv2dBackpropInput: TunedKernel = ({ dy, filter }, attrs, backend) => {
  const { inputShape } = attrs;
  if (!dy || !filter || !Array.isArray(inputShape) || !areFloats(backend, [dy, filter])) return;
  // An op's shape attribute is an array of numbers; the registry's type is wider.
  const specification = convolution(inputShape as number[], filter.shape, attrs);
  return specification && runProgram(backend, conv2dBackpropInputProgram, { specification, inputs: [dy, filter] });
};
