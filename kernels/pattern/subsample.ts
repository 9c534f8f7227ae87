/**
 * Trainable subsampling of a {@linkcode patternProgram}: the sum of a window, times a coefficient, plus a bias.
 *
 * @module
 */
import { range, unroll } from "../wgsl/writer.ts";
import {
  forItems,
  ifOwn,
  type LayerPlaces,
  numberAt,
  type PatternLayer,
  storeDelta,
  storeValue,
  type Threads,
  update,
} from "./layer.ts";
import { countIn, placeIn, placeOf, type Plane } from "./plane.ts";

/**
 * Coefficients [maps], then biases [maps]; windows of `size` x `size`, of which incomplete ones are dropped. There may
 * be several times as many output maps as input maps: each reads the input map of its number, counted round.
 */
export function subsampleLayer(
  { size, ...places }: LayerPlaces & { readonly size: number },
  threads: Threads,
): PatternLayer {
  const { input, output, inputDeltas, outputDeltas, inputActivation, activation, parameters } = places;
  const { maps, width, height } = output;
  const bias = parameters + maps;
  const window = sumOfWindow(input, { size, threads });
  const parameter = (index: string) => numberAt("parameters", { index: `parametersAt + ${index}`, threads });
  const copies = maps / input.maps;
  const outputs = countIn(output);
  const forward = forItems(outputs, {
    threads,
    body: `${coordinatesIn(output)}
  let sum = ${window};
  let value = ${parameter(`${bias} + map`)} + ${parameter(`${parameters} + map`)} * sum;
  ${ifOwn(storeValue("value", { at: placeOf(output, "item"), activation, threads }), { count: outputs, threads })}`,
  });
  const inputs = countIn(input);
  const backward = inputDeltas && forItems(inputs, {
    threads,
    body: `${coordinatesIn(input)}
  let isRead = row < ${height * size} && column < ${width * size};
  var sum = 0.0;
  ${
      unroll(copies, (copy) => {
        const map = `map + ${copy * input.maps}`;
        const d = placeIn(outputDeltas, { row: `row / ${size}`, column: `column / ${size}`, map });
        return `sum += ${numberAt("scratch", { index: d, threads })} * ${parameter(`${parameters} + ${map}`)};`;
      })
    }
  let gradient = select(0.0, sum, isRead);
  ${
      ifOwn(
        storeDelta("gradient", {
          at: placeOf(inputDeltas, "item"),
          of: inputActivation,
          activated: numberAt("scratch", { index: placeOf(input, "item"), threads }),
          threads,
        }),
        { count: inputs, threads },
      )
    }`,
  });
  const delta = placeIn(outputDeltas, { row: "row", column: "column", map: "map" });
  const change = forItems(maps, {
    threads,
    body: `let map = item;
  var coefficientSum = 0.0;
  var biasSum = 0.0;
  for (var row = 0; row < ${height}; row++) {
    for (var column = 0; column < ${width}; column++) {
      let d = ${numberAt("scratch", { index: delta, threads })};
      coefficientSum += d * ${window};
      biasSum += d;
    }
  }
  ${
      ifOwn(
        update(`${parameters} + map`, "coefficientSum", { threads }) + update(`${bias} + map`, "biasSum", { threads }),
        { count: maps, threads },
      )
    }`,
  });
  return { forward: [forward], backward: backward ? [backward, change] : [change] };
}

function coordinatesIn({ width, maps }: Plane): string {
  return `let row = item / ${width * maps};
  let column = item / ${maps} % ${width};
  let map = item % ${maps};`;
}

/** WGSL of the sum of the window that belongs to output `row`, `column` of `map`. */
function sumOfWindow(input: Plane, { size, threads }: { size: number; threads: Threads }): string {
  const terms = range(size * size).map((i) => {
    const [row, column] = [`row * ${size} + ${Math.floor(i / size)}`, `column * ${size} + ${i % size}`];
    return numberAt("scratch", { index: placeIn(input, { row, column, map: `map % ${input.maps}` }), threads });
  });
  return `(${terms.join(" + ")})`;
}
