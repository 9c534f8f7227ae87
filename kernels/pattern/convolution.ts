/**
 * A convolution of a {@linkcode patternProgram}.
 *
 * A connection table is in the numbers: weights that don't exist are 0 and have steps of 0, so they stay 0.
 *
 * @module
 */
import { cheapest, MOST_SUMS, tileSizes } from "../wgsl/cost.ts";
import { sharedLoads } from "../wgsl/shared.ts";
import { element, range, unroll, vector } from "../wgsl/writer.ts";
import {
  divisorOf,
  forItems,
  ifOwn,
  type LayerPlaces,
  numberAt,
  numbersAt,
  type PatternLayer,
  sharedNumbers,
  storeDelta,
  storeValue,
  type Threads,
  update,
  widthFor,
} from "./layer.ts";
import { countIn, placeIn, placeOf, type Plane } from "./plane.ts";

/** A convolution's own numbers. `input.margin` is its padding. */
export interface ConvolutionPlaces extends LayerPlaces {
  readonly kernel: number;
  readonly stride: number;
  /** `per_unit`: a bias [rows, columns, maps] for every output; else one per map. */
  readonly biases: "per_map" | "per_unit";
}

/** Most products in the text of one loop: what is longer compiles slowly. */
const MOST_PRODUCTS = 256;

/**
 * The gradients with respect to what the convolution activates, in a plane from which the gradients of its inputs are
 * another convolution with stride 1: its rows and columns are `stride` apart, with zeros between and around them.
 */
export function deltaPlane(
  { height, width, maps }: Plane,
  { offset, input, kernel, stride }: { offset: number; input: Plane; kernel: number; stride: number },
): Plane {
  const [rows, columns] = [input.rows + kernel - 1, input.columns + kernel - 1];
  return { offset, rows, columns, height, width, maps, margin: kernel - 1, spread: stride, around: 0 };
}

/** Weights [kernel, kernel, maps in, maps out], then biases. */
export function convolutionLayer(places: ConvolutionPlaces, threads: Threads): PatternLayer {
  const { inputDeltas } = places;
  return {
    forward: [forward(places, threads)],
    backward: [
      ...inputDeltas ? [inputGradient({ ...places, inputDeltas }, threads)] : [],
      weightUpdate(places, threads) + (places.biases === "per_unit" ? unitBiases(places, threads) : ""),
    ],
  };
}

/** Index of the weights for input map 0 and output map 0 of a row of the kernel. */
function weightRow({ kernel, input, output, parameters }: ConvolutionPlaces, row: string): string {
  return `parametersAt + ${parameters} + ${row} * ${kernel * input.maps * output.maps}`;
}

/** A thread adds up all maps of some adjacent outputs of a row. */
function forward(places: ConvolutionPlaces, threads: Threads): string {
  const { input, output, kernel, stride, activation, parameters, biases } = places;
  const { maps } = output;
  const weights = kernel * maps;
  const tile = cheapest(tileSizes(output.width, tileLimit(maps, weights)), (tile) => {
    const rounds = kernel * input.maps * rows(tile);
    const loads = (tile - 1) * stride + kernel + sharedLoads(weights, { width: 1, lanes: threads.lanes });
    return { threads: threads.count, rounds, loads, broadcasts: weights, products: tile * weights, sums: tile * maps };
  });
  const perRow = Math.ceil(output.width / tile);
  const tiles = output.height * perRow;
  const width = widthFor([maps, parameters], threads);
  const block = sharedNumbers({
    name: "w",
    buffer: "parameters",
    rows: kernel,
    columns: maps,
    width,
    threads,
    place: (row, column) => `${row} * ${input.maps * maps} + ${column}`,
  });
  const span = (tile - 1) * stride + kernel;
  const outputs = range(tile).flatMap((t) => range(maps).map((m) => ({ t, m })));
  const firstBias = parameters + kernel ** 2 * input.maps * maps;
  const bias = ({ t, m }: { t: number; m: number }) => {
    const place = biases === "per_map"
      ? `${firstBias + m}`
      : `${firstBias} + (row * ${output.width} + column + ${t}) * ${maps} + ${m}`;
    return numberAt("parameters", { index: `parametersAt + ${place}`, threads });
  };
  return `${block.offsets}
${
    forItems(tiles, {
      threads,
      body: `let row = item / ${perRow};
  let column = min(item % ${perRow} * ${tile}, ${output.width - tile});
  ${outputs.map((output) => `var sum${output.t}_${output.m} = ${bias(output)};`).join("\n")}
  for (var ky = 0; ky < ${kernel}; ky++) {
    ${
        mapLoop(
          input.maps,
          `
    ${block.loads(`${weightRow(places, "ky")} + map * ${maps}`)}
    let start = ${
            placeIn(input, {
              row: `row * ${stride} + ky - ${input.margin}`,
              column: `column * ${stride} - ${input.margin}`,
              map: "map",
            })
          };
    ${unroll(span, (i) => `let x${i} = ${numberAt("scratch", { index: `start + ${i * input.maps}`, threads })};`)}
    ${
            range(kernel).map((kx) =>
              range(maps).map((m) =>
                `{ let w = ${block.at(kx, m)}; ${unroll(tile, (t) => `sum${t}_${m} += x${t * stride + kx} * w;`)} }`
              ).join("\n")
            ).join("\n")
          }`,
        )
      }
  }
  ${
        ifOwn(
          outputs.filter(({ m }) => m % width === 0).map(({ t, m }) =>
            storeValue(vector(range(width).map((i) => `sum${t}_${m + i}`)), {
              at: placeIn(output, { row: "row", column: `column + ${t}`, map: `${m}` }),
              activation,
              width,
              threads,
            })
          ).join("\n"),
          { count: tiles, threads },
        )
      }`,
    })
  }`;

  function rows(tile: number): number {
    return Math.ceil(output.height * Math.ceil(output.width / tile) / threads.count);
  }
}

/** A thread adds up the gradients of all maps of some adjacent inputs of a row. */
function inputGradient(
  places: ConvolutionPlaces & Required<Pick<LayerPlaces, "inputDeltas">>,
  threads: Threads,
): string {
  const { input, output, inputDeltas, outputDeltas, inputActivation, kernel, parameters } = places;
  const { maps } = output;
  // Output maps in one round. Whatever their number, a sum goes through the maps of a row of the kernel one by one.
  const depth = divisorOf(maps, Math.max(1, Math.floor(MOST_PRODUCTS / (kernel * input.maps))));
  const width = widthFor([maps, parameters, depth], threads);
  const depths = range(depth).map((i) => i + 1).filter((size) => maps % size === 0 && size % width === 0);
  const choices = depths.flatMap((depth) =>
    tileSizes(input.width, tileLimit(input.maps, kernel * input.maps * depth)).map((tile) => ({ depth, tile }))
  );
  const { depth: taken, tile } = cheapest(choices, ({ depth, tile }) => {
    const weights = kernel * input.maps * depth;
    const rounds = kernel * (maps / depth) *
      Math.ceil(input.height * Math.ceil(input.width / tile) / threads.count);
    const loads = (tile + kernel - 1) * depth + sharedLoads(weights, { width: 1, lanes: threads.lanes });
    return {
      threads: threads.count,
      rounds,
      loads,
      broadcasts: weights,
      products: tile * weights,
      sums: tile * input.maps,
    };
  });
  const perRow = Math.ceil(input.width / tile);
  const tiles = input.height * perRow;
  const block = sharedNumbers({
    name: "w",
    buffer: "parameters",
    rows: kernel * input.maps,
    columns: taken,
    width,
    threads,
    place: (row, column) => `${row} * ${maps} + ${column}`,
  });
  const inputs = range(tile).flatMap((t) => range(input.maps).map((c) => ({ t, c })));
  const d = (i: number, m: number) => element(`d${i}_${Math.floor(m / width)}`, { at: m % width, width });
  const { columns } = outputDeltas;
  const pad = input.margin;
  return `${block.offsets}
${
    forItems(tiles, {
      threads,
      body: `let row = item / ${perRow};
  let column = min(item % ${perRow} * ${tile}, ${input.width - tile});
  ${inputs.map(({ t, c }) => `var sum${t}_${c} = 0.0;`).join("\n")}
  for (var ky = 0; ky < ${kernel}; ky++) {
    let startRow = scratchAt + ${outputDeltas.offset} + ((row + ${
        pad + kernel - 1
      } - ky) * ${columns} + column + ${pad}) * ${maps};
    for (var m = 0; m < ${maps}; m += ${taken}) {
      ${block.loads(`${weightRow(places, "ky")} + m`)}
      let start = startRow + m;
      ${
        range(tile + kernel - 1).map((i) =>
          unroll(
            taken / width,
            (v) =>
              `let d${i}_${v} = ${numbersAt("scratch", { index: `start + ${i * maps + v * width}`, width, threads })};`,
          )
        )
          .join("\n")
      }
      ${
        range(taken).flatMap((m) =>
          range(kernel).flatMap((kx) =>
            range(input.maps).map((c) =>
              `{ let w = ${block.at(kx * input.maps + c, m)}; ${
                unroll(tile, (t) => `sum${t}_${c} += ${d(t + kernel - 1 - kx, m)} * w;`)
              } }`
            )
          )
        ).join("\n")
      }
    }
  }
  ${
        ifOwn(
          inputs.map(({ t, c }) => {
            const position = { row: "row", column: `column + ${t}`, map: `${c}` };
            return storeDelta(`sum${t}_${c}`, {
              at: placeIn(inputDeltas, position),
              of: inputActivation,
              activated: numberAt("scratch", { index: placeIn(input, position), threads }),
              threads,
            });
          }).join("\n"),
          { count: tiles, threads },
        )
      }`,
    })
  }`;
}

/**
 * A thread adds up, over all positions, the gradients of the weights from one input to all output maps, and changes
 * them. The biases of maps are weights whose input is always 1.
 */
function weightUpdate(
  { input, output, outputDeltas, kernel, stride, parameters, biases }: ConvolutionPlaces,
  threads: Threads,
): string {
  const { maps } = output;
  const inputs = kernel ** 2 * input.maps;
  const items = biases === "per_map" ? inputs + 1 : inputs;
  const tile = divisorOf(output.width, Math.max(1, Math.floor(MOST_PRODUCTS / maps)));
  const width = widthFor([maps, parameters], threads);
  const block = sharedNumbers({
    name: "d",
    buffer: "scratch",
    rows: tile,
    columns: maps,
    width,
    threads,
    place: (row, column) => `${row} * ${outputDeltas.spread * maps} + ${column}`,
  });
  const { columns } = input;
  const read = (t: number) => {
    const x = numberAt("scratch", { index: `start + ${t * stride * input.maps}`, threads });
    return biases === "per_map" ? `select(${x}, 1.0, isBias)` : x;
  };
  return `${block.offsets}
${
    forItems(items, {
      threads,
      body: `let isBias = item == ${inputs};
  let tap = item / ${input.maps};
  let origin = scratchAt + ${input.offset} + (tap / ${kernel} * ${columns} + tap % ${kernel}) * ${input.maps} + item % ${input.maps};
  ${unroll(maps, (m) => `var sum${m} = 0.0;`)}
  for (var row = 0; row < ${output.height}; row++) {
    for (var column = 0; column < ${output.width}; column += ${tile}) {
      ${block.loads(placeIn(outputDeltas, { row: "row", column: "column", map: "0" }))}
      let start = origin + (row * ${columns} + column) * ${stride * input.maps};
      ${
        range(tile).map((t) =>
          `{ let x = ${read(t)};
      ${unroll(maps, (m) => `sum${m} += x * ${block.at(t, m)};`)} }`
        ).join("\n")
      }
    }
  }
  ${
        ifOwn(
          unroll(maps / width, (v) => {
            const sums = vector(range(width).map((i) => `sum${v * width + i}`));
            return update(`${parameters} + item * ${maps} + ${v * width}`, sums, { width, threads });
          }),
          { count: items, threads },
        )
      }`,
    })
  }`;
}

function unitBiases({ input, output, outputDeltas, kernel, parameters }: ConvolutionPlaces, threads: Threads): string {
  const units = countIn(output);
  const first = parameters + kernel ** 2 * input.maps * output.maps;
  const gradient = numberAt("scratch", { index: placeOf(outputDeltas, "item"), threads });
  const step = update(`${first} + item`, gradient, { threads });
  return `
${forItems(units, { threads, body: ifOwn(step, { count: units, threads }) })}`;
}

/** The loop over input maps, without one if there is a single map. */
function mapLoop(maps: number, body: string): string {
  return maps === 1 ? `let map = 0;${body}` : `for (var map = 0; map < ${maps}; map++) {${body}}`;
}

/** The most positions of one thread, with `maps` sums and `products` for each. */
function tileLimit(maps: number, products: number): number {
  return Math.max(1, Math.min(Math.floor(MOST_SUMS / maps), Math.floor(MOST_PRODUCTS / products)));
}
