/**
 * A dense layer of a {@linkcode patternProgram}, and a convolution whose kernel covers all its input, which is the
 * same.
 *
 * @module
 */
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
  unitsOfThread,
  update,
  vectorsOfThread,
  widthFor,
} from "./layer.ts";
import { countIn, placeOf } from "./plane.ts";

/** Numbers that one round of a loop loads together. */
const MOST_SHARED = 16;

/** After another layer; `ink.ts` has those that read the image. */
type DensePlaces = LayerPlaces & Required<Pick<LayerPlaces, "inputDeltas">>;

/** Weights [inputs, units], then biases [units]. */
export function denseLayer(places: DensePlaces, threads: Threads): PatternLayer {
  return {
    forward: [forward(places, threads)],
    backward: [backward(places, threads) + updateBiases(places, threads)],
  };
}

/** A thread adds up some vectors of units; the inputs are shared. */
function forward({ input, output, activation, parameters }: LayerPlaces, threads: Threads): string {
  const [inputs, units] = [countIn(input), countIn(output)];
  const width = widthFor([units, parameters], threads);
  const own = vectorsOfThread(units / width, threads);
  const block = divisorOf(inputs, MOST_SHARED);
  const x = sharedScratch("x", { count: block, threads });
  const weights = (index: string) => numbersAt("parameters", { index, width, threads });
  return `${x.offsets}
for (var first = 0; first < ${units}; first += ${threads.count * own * width}) {
  ${unitsOfThread({ own, units, width, threads })}
  ${unroll(own, (u) => `var sum${u} = ${weights(`parametersAt + ${parameters + inputs * units} + unit${u}`)};`)}
  for (var i = 0; i < ${inputs}; i += ${block}) {
    ${x.loads(`scratchAt + ${input.offset} + i`)}
    let row = parametersAt + ${parameters} + i * ${units};
    ${
    unroll(block, (b) =>
      `{ let x = ${x.at(0, b)}; ${
        unroll(own, (u) => `sum${u} += x * ${weights(`row + ${b * units} + unit${u}`)};`)
      } }`)
  }
  }
  ${
    unroll(own, (u) =>
      `if (isOwn${u}) { ${storeValue(`sum${u}`, { at: placeOf(output, `unit${u}`), activation, width, threads })} }`)
  }
}`;
}

/** A thread has an input: it adds up the input's gradient and changes the input's weights; the deltas are shared. */
function backward(
  { input, output, inputDeltas, outputDeltas, inputActivation, parameters }:
    & LayerPlaces
    & Required<Pick<LayerPlaces, "inputDeltas">>,
  threads: Threads,
): string {
  const [inputs, units] = [countIn(input), countIn(output)];
  const width = widthFor([units, parameters], threads);
  const block = width * divisorOf(units / width, MOST_SHARED / width);
  const delta = sharedScratch("d", { count: block, threads });
  const items = { count: inputs, threads };
  const weights = numbersAt("parameters", { index: "at", width, threads });
  const steps = numbersAt("steps", { index: "at", width, threads });
  return `${delta.offsets}
${
    forItems(inputs, {
      threads,
      body: `let x = ${numberAt("scratch", { index: `scratchAt + ${input.offset} + item`, threads })};
  var sum = 0.0;
  for (var j = 0; j < ${units}; j += ${block}) {
    ${delta.loads(`scratchAt + ${outputDeltas.offset} + j`)}
    let row = parametersAt + ${parameters} + item * ${units} + j;
    ${
        unroll(block / width, (b) =>
          `{ let d = ${vector(range(width).map((i) => delta.at(0, b * width + i)))};
      let at = row + ${b * width};
      let w = ${weights};
      ${unroll(width, (at) => `sum += ${element("w", { at, width })} * ${element("d", { at, width })};`)}
      ${ifOwn(`${weights} = w - ${steps} * (x * d);`, items)} }`)
      }
  }
  ${
        ifOwn(
          storeDelta("sum", { at: placeOf(inputDeltas, "item"), of: inputActivation, activated: "x", threads }),
          items,
        )
      }`,
    })
  }`;
}

/** The next `count` numbers of a layer in the scratch buffer. */
function sharedScratch(name: string, { count, threads }: { count: number; threads: Threads }) {
  const width = widthFor([count], threads);
  const numbers = { buffer: "scratch", rows: 1, columns: count, width, threads } as const;
  return sharedNumbers({ name, ...numbers, place: (_, column) => column });
}

function updateBiases({ input, output, outputDeltas, parameters }: LayerPlaces, threads: Threads): string {
  const [inputs, units] = [countIn(input), countIn(output)];
  const gradient = numberAt("scratch", { index: `scratchAt + ${outputDeltas.offset} + item`, threads });
  const step = update(`${parameters + inputs * units} + item`, gradient, { threads });
  return `
${forItems(units, { threads, body: ifOwn(step, { count: units, threads }) })}`;
}
