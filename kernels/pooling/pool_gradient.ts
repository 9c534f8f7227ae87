/**
 * Gradients of max, average and L2 pooling, whether windows overlap or not.
 *
 * The input is cut into cells of stride x stride positions: the windows that contain a position start in its own cell
 * or in the few before it. One thread owns one cell for a vector of channels. It loads what the windows that reach
 * into the cell need, adds up each position's shares in registers in the order of the windows, and stores them: no
 * position belongs to two threads. (Threads of two by two cells load less, but were no faster on llvmpipe.)
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeTimesDerivative } from "../wgsl/activation.ts";
import {
  areFloats,
  isGiven,
  type KernelFunction,
  type ProgramKind,
  runProgram,
  type TunedKernel,
} from "../wgsl/program.ts";
import type { NamedAttrMap } from "../wgsl/types.ts";
import { coordinates, floats, isNaNMagnitude, magnitude, orZero, widthOf } from "../wgsl/writer.ts";
import { type Pooling, pooling, type Position } from "./geometry.ts";
import { type Axes, axesOf, coordinatesAlong, heldBy, named, ownedBy, windowsOf } from "./pool_cell.ts";
import { LOWEST } from "./pooled.ts";

type PoolingGradient = Pooling & {
  /**
   * The gradient is multiplied by this activation's derivative, whose values are the input; not at all for `linear`.
   */
  readonly derivativeOf: Activation;
};

/** The most places in windows that a thread looks at: its program is unrolled. */
const MOST_PLACES = 1024;

const poolGradientProgram: ProgramKind<PoolingGradient> = {
  name: "poolGradient",
  build(p) {
    const width = widthOf(p.channels);
    const vectors = p.channels / width;
    const axes = axesOf(p);
    const { rows, columns } = axes;
    // Max pooling has compared them by then; every load takes long on a software adapter.
    const loaded = new Set(p.kind === "max" ? placesRead(axes).keys() : []);
    return {
      outputShape: [p.batch, p.inHeight, p.inWidth, p.channels],
      outputWidth: width,
      inputs: [
        { name: "dy", width },
        ...(readsInput(p) ? [{ name: "x", width }] : []),
        ...(p.kind === "l2" ? [{ name: "pooled", width }] : []),
      ],
      threads: p.batch * rows.threads * columns.threads * vectors,
      body: `
  ${
        coordinates("index", [
          ["channel", vectors],
          ["threadColumn", columns.threads],
          ["threadRow", rows.threads],
          ["image", p.batch],
        ])
      }
  ${coordinatesAlong("Row", rows)}
  ${coordinatesAlong("Column", columns)}
  ${windowsOf(axes).map((window) => loadGradient(window, p, axes)).join("\n")}
  ${p.kind === "max" ? sharesOfMaxima(p, axes) : evenShares(p, axes)}
  ${
        ownedBy(axes).map((position) => {
          const at = inputIndex(position, p);
          const share = named("share", position);
          const x = loaded.has(named("x", position)) ? named("x", position) : `x[${at}]`;
          return `if (${isInside(position)}) {
    ${readsInput(p) ? `let own = ${x};` : ""}
    ${
            storeTimesDerivative(p.kind === "l2" ? `${share} * own` : share, {
              at,
              of: p.derivativeOf,
              activated: "own",
              width,
            })
          }
  }`;
        }).join("\n")
      }`,
    };
  },
};

function inputIndex({ row, column }: Position, { inHeight, inWidth, channels }: Pooling): string {
  return `((image * ${inHeight} + inRow${row}) * ${inWidth} + inColumn${column}) * ${
    channels / widthOf(channels)
  } + channel`;
}

function isInside({ row, column }: Position): string {
  return `has_inRow${row} && has_inColumn${column}`;
}

/** `dy` of a window, 0 where there is none; except for max pooling, divided among its positions. */
function loadGradient(window: Position, p: Pooling, { rows, columns }: Axes): string {
  const width = widthOf(p.channels);
  const { row, column } = window;
  const at = `((image * ${p.outHeight} + outRow${row}) * ${p.outWidth} + outColumn${column}) * ${
    p.channels / width
  } + channel`;
  const isThere = [rows, columns].every(({ before, threads, outSize }) => before === 0 && threads <= outSize);
  const condition = isThere ? undefined : `has_outRow${row} && has_outColumn${column}`;
  const dy = `let ${named("dy", window)} = ${orZero(`dy[${at}]`, { condition, width })}`;
  const size = p.windowHeight * p.windowWidth;
  switch (p.kind) {
    case "max":
      return `${dy};`;
    case "average":
      // Divided by the size of the window even at the edge, as every TensorFlow.js backend does.
      return `${dy} * ${1 / size};`;
    case "l2": {
      const zero = `${floats(width)}(0.0)`;
      const root = named("root", window);
      return `let ${root} = ${orZero(`pooled[${at}]`, { condition, width })};
  ${dy} * select(1.0 / (${size}.0 * ${root}), ${zero}, ${root} == ${zero});`;
    }
  }
}

/** Each position's share is the sum over the windows that contain it. */
function evenShares(p: Pooling, axes: Axes): string {
  const holders = new Map<string, string[]>(ownedBy(axes).map((position) => [named("share", position), []]));
  for (const window of windowsOf(axes)) {
    for (const position of heldBy(window, axes)) holders.get(named("share", position))?.push(named("dy", window));
  }
  const zero = `${floats(widthOf(p.channels))}(0.0)`;
  return [...holders].map(([share, windows]) => `let ${share} = ${windows.join(" + ") || zero};`).join("\n");
}

/** The positions of all windows, by the names of their values. */
function placesRead(axes: Axes): Map<string, Position> {
  return new Map(
    windowsOf(axes).flatMap((window) => heldBy(window, axes).map((position) => [named("x", position), position])),
  );
}

/**
 * A window's gradient goes to its first maximum, as on TensorFlow's CPU. What is not a number counts as infinite, since
 * it is what the window passed on.
 */
function sharesOfMaxima(p: Pooling, axes: Axes): string {
  const width = widthOf(p.channels);
  const type = floats(width);
  const owned = new Set(ownedBy(axes).map((position) => named("share", position)));
  const read = placesRead(axes);
  const isPadded = [axes.rows, axes.columns].some(({ pad, outSize, stride, window, inSize }) =>
    pad > 0 || (outSize - 1) * stride + window > inSize
  );
  const loads = [...read].map(([x, position]) => {
    const rank = named("rank", position);
    const ranked = `select(${x}, -lowest, ${isNaNMagnitude(magnitude(x, width), width)})`;
    // No place inside the image is below the lowest, and what goes to a place outside is not stored.
    return `let ${x} = x[${inputIndex(position, p)}];
  let ${rank} = ${isPadded ? `select(lowest, ${ranked}, ${isInside(position)})` : ranked};`;
  });
  const shares = windowsOf(axes).map((window) => {
    const held = heldBy(window, axes);
    const highest = held.map((position) => named("rank", position)).reduce((a, b) => `max(${a}, ${b})`);
    const steps = held.map((position) => {
      const share = named("share", position);
      return `{
      let isHighest = ${named("rank", position)} == highest;
      let first = select(${type}(0.0), rest, isHighest);
      rest = select(rest, ${type}(0.0), isHighest);
      ${owned.has(share) ? `${share} += first;` : ""}
    }`;
    });
    return `{
    let highest = ${highest};
    var rest = ${named("dy", window)};
    ${steps.join("\n")}
  }`;
  });
  return [
    `let lowest = ${type}(${LOWEST});`,
    ...loads,
    ...[...owned].map((share) => `var ${share} = ${type}(0.0);`),
    ...shares,
  ].join("\n");
}

function gradient(kind: Pooling["kind"]): KernelFunction {
  return ({ dy, input, output }, { activation, ...attrs }, backend) => {
    const derivativeOf = activation ?? "linear";
    if (!dy || !input || !isActivation(derivativeOf) || !areFloats(backend, [dy, input, output])) return;
    const geometry = coveredPooling(kind, input.shape, attrs);
    if (!geometry || (kind === "l2" && !output)) return;
    const specification = { ...geometry, derivativeOf };
    const inputs = [dy, readsInput(specification) ? input : undefined, kind === "l2" ? output : undefined];
    return runProgram(backend, poolGradientProgram, { specification, inputs: inputs.filter(isGiven) });
  };
}

function readsInput({ kind, derivativeOf }: PoolingGradient): boolean {
  return kind !== "average" || derivativeOf !== "linear";
}

/** Places in all windows that a thread looks at. */
function places(axes: Axes): number {
  return windowsOf(axes).length * axes.rows.window * axes.columns.window;
}

function coveredPooling(kind: Pooling["kind"], shape: number[], attrs: NamedAttrMap): Pooling | undefined {
  const geometry = pooling(kind, shape, attrs);
  return geometry && places(axesOf(geometry)) <= MOST_PLACES ? geometry : undefined;
}

/** Whether the tuned kernels cover pooling of images of `shape` and its gradient. */
export function coversPooling(shape: number[], attrs: NamedAttrMap): boolean {
  return coveredPooling("max", shape, attrs) !== undefined;
}

/** With `attrs.activation`, times its derivative for the values `inputs.input`, like the other two. */
export const maxPoolGrad: TunedKernel = { replaces: "MaxPoolGrad", run: gradient("max") };

export const avgPoolGrad: TunedKernel = { replaces: "AvgPoolGrad", run: gradient("average") };

/** 0 where `inputs.output` is 0. */
export const l2PoolGrad: TunedKernel = { adds: "L2PoolGrad", run: gradient("l2") };
