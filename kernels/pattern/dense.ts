/**
 * A dense layer of a {@linkcode patternProgram}, and a convolution whose kernel covers all its input, which is the
 * same.
 *
 * @module
 */
import { unroll } from "../wgsl/writer.ts";
import {
  divisorOf,
  forItems,
  ifOwn,
  type LayerPlaces,
  type PatternLayer,
  sharedRow,
  storeDelta,
  storeValue,
  type Threads,
  update,
} from "./layer.ts";
import { countIn, placeOf } from "./plane.ts";

/** Numbers that one round of a loop loads together. */
const MOST_SHARED = 16;

/** Units of one thread, which share its loads of the inputs. */
const MOST_UNITS = 2;

/** After another layer; `ink.ts` has those that read the image. */
type DensePlaces = LayerPlaces & Required<Pick<LayerPlaces, "inputDeltas">>;

/** Weights [inputs, units], then biases [units]. */
export function denseLayer(places: DensePlaces, threads: Threads): PatternLayer {
  return {
    forward: [forward(places, threads)],
    backward: [backward(places, threads) + updateBiases(places, threads)],
  };
}

/** A thread adds up some units; the inputs are shared. */
function forward({ input, output, activation, parameters }: LayerPlaces, threads: Threads): string {
  const [inputs, units] = [countIn(input), countIn(output)];
  const own = Math.min(MOST_UNITS, Math.ceil(units / threads.count));
  const block = divisorOf(inputs, MOST_SHARED);
  const x = sharedRow("x", { buffer: "scratch", count: block, threads });
  return `${x.offsets}
for (var first = 0; first < ${units}; first += ${threads.count * own}) {
  ${unroll(own, (u) => `let unit${u} = min(first + ${u * threads.count} + thread, ${units - 1});`)}
  ${unroll(own, (u) => `var sum${u} = parameters[parametersAt + ${parameters + inputs * units} + unit${u}];`)}
  for (var i = 0; i < ${inputs}; i += ${block}) {
    ${x.loads(`scratchAt + ${input.offset} + i`)}
    let row = parametersAt + ${parameters} + i * ${units};
    ${
    unroll(block, (b) =>
      `{ let x = ${x.at(b)}; ${
        unroll(own, (u) => `sum${u} += x * parameters[row + ${b * units} + unit${u}];`)
      } }`)
  }
  }
  ${
    unroll(own, (u) =>
      `if (first + ${u * threads.count} + thread < ${units}) { ${
        storeValue(`sum${u}`, { at: placeOf(output, `unit${u}`), activation })
      } }`)
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
  const block = divisorOf(units, MOST_SHARED);
  const delta = sharedRow("d", { buffer: "scratch", count: block, threads });
  const items = { count: inputs, threads };
  return `${delta.offsets}
${
    forItems(inputs, {
      threads,
      body: `let x = scratch[scratchAt + ${input.offset} + item];
  var sum = 0.0;
  for (var j = 0; j < ${units}; j += ${block}) {
    ${delta.loads(`scratchAt + ${outputDeltas.offset} + j`)}
    let row = parametersAt + ${parameters} + item * ${units} + j;
    ${
        unroll(block, (b) =>
          `{ let d = ${delta.at(b)}; let at = row + ${b}; let w = parameters[at]; sum += w * d; ${
            ifOwn("parameters[at] = w - steps[at] * (x * d);", items)
          } }`)
      }
  }
  ${ifOwn(storeDelta("sum", { at: placeOf(inputDeltas, "item"), of: inputActivation, activated: "x" }), items)}`,
    })
  }`;
}

function updateBiases({ input, output, outputDeltas, parameters }: LayerPlaces, threads: Threads): string {
  const [inputs, units] = [countIn(input), countIn(output)];
  const step = update(`${parameters + inputs * units} + item`, `scratch[scratchAt + ${outputDeltas.offset} + item]`);
  return `
${forItems(units, { threads, body: ifOwn(step, { count: units, threads }) })}`;
}
