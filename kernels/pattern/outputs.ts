/**
 * The end of a {@linkcode patternProgram}: the error of a pattern, its gradient, and whether the class is wrong.
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { float, unroll } from "../wgsl/writer.ts";
import { forItems, ifOwn, numberAt, storeDelta, type Threads } from "./layer.ts";
import { countIn, type Plane } from "./plane.ts";

/** The values that are judged, and where their gradients go. */
export interface OutputPlaces {
  readonly values: Plane;
  readonly deltas: Plane;
  readonly activation: Activation;
  /** What E is multiplied by. */
  readonly factor: number;
}

/** `E = factor * sum (y - t)^2` with targets of +1 for the class and -1 elsewhere. */
export function squaredError({ values, deltas, activation, factor }: OutputPlaces, threads: Threads): string[] {
  const units = countIn(values);
  const y = (index: string) => numberAt("scratch", { index: `scratchAt + ${values.offset} + ${index}`, threads });
  return [
    forItems(units, {
      threads,
      body: `let y = ${y("item")};
  let difference = y - select(-1.0, 1.0, item == label);
  ${
        ifOwn(
          storeDelta(`${float(2 * factor)} * difference`, {
            at: `scratchAt + ${deltas.offset} + item`,
            of: activation,
            activated: "y",
            threads,
          }),
          { count: units, threads },
        )
      }`,
    }) + byOneThread(`var error = 0.0;
  var best = 0;
  for (var i = 0; i < ${units}; i++) {
    let y = ${y("i")};
    let difference = y - select(-1.0, 1.0, i == label);
    error += difference * difference;
    if (y > ${y("best")}) { best = i; }
  }
  metrics[metricsAt] = vec2<f32>(${float(factor)} * error, select(0.0, 1.0, best != label));`),
  ];
}

/** Fixed centres, and which of the paper's two errors of their distances is descended. */
export interface RbfOutputs extends OutputPlaces {
  readonly classes: number;
  /** The centres [classes, units] in the scratch buffer. */
  readonly centres: number;
  /** Room for one distance per class. */
  readonly distances: number;
  /**
   * j of `E = factor * (y_D + log(exp(-j) + sum_i exp(-y_i)))` (LeCun 1998, eq. 9); left out: `E = factor * y_D`
   * (eq. 8).
   */
  readonly j?: number;
}

/** Squared distances `y_i` to the centres of all classes D (LeCun 1998, eq. 7). */
export function rbfError(
  { values, deltas, activation, factor, classes, centres, distances, j }: RbfOutputs,
  threads: Threads,
): string[] {
  const units = countIn(values);
  const at = (index: string) => numberAt("scratch", { index: `scratchAt + ${index}`, threads });
  const x = (index: string) => at(`${values.offset} + ${index}`);
  const distance = (index: string | number) => at(`${distances} + ${index}`);
  const weight = (i: string) => `select(0.0, 1.0, ${i} == label)`;
  // Scaled by the largest term of the sum, so that it is neither 0 nor infinite.
  const competition = j === undefined ? "" : `
  var least = ${float(j)};
  ${unroll(classes, (i) => `least = min(least, ${distance(i)});`)}
  var total = exp(least - ${float(j)});
  ${unroll(classes, (i) => `let p${i} = exp(least - ${distance(i)}); total += p${i};`)}`;
  return [
    forItems(classes, {
      threads,
      body: `var sum = 0.0;
  for (var i = 0; i < ${units}; i++) {
    let difference = ${x("i")} - ${at(`${centres} + item * ${units} + i`)};
    sum += difference * difference;
  }
  ${ifOwn(`${distance("item")} = sum;`, { count: classes, threads })}`,
    }),
    `${competition}
${
      forItems(units, {
        threads,
        body: `let x = ${x("item")};
  var sum = 0.0;
  ${
          unroll(classes, (i) => {
            const slope = j === undefined ? weight(`${i}`) : `(${weight(`${i}`)} - p${i} / total)`;
            return `sum += ${slope} * (x - ${at(`${centres + i * units} + item`)});`;
          })
        }
  ${
          ifOwn(
            storeDelta(`${float(2 * factor)} * sum`, {
              at: `scratchAt + ${deltas.offset} + item`,
              of: activation,
              activated: "x",
              threads,
            }),
            { count: units, threads },
          )
        }`,
      })
    }
${
      byOneThread(`var best = 0;
  for (var i = 1; i < ${classes}; i++) { if (${distance("i")} < ${distance("best")}) { best = i; } }
  let error = ${distance("label")}${j === undefined ? "" : " + log(total) - least"};
  metrics[metricsAt] = vec2<f32>(${float(factor)} * error, select(0.0, 1.0, best != label));`)
    }`,
  ];
}

function byOneThread(statements: string): string {
  return `
if (thread == 0) {
  ${statements}
}`;
}
