import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { changePoints, LEAST_SERIES } from "./change_points.ts";

/** Normal noise around the given levels, each held for `length` values. */
function levels(means: readonly number[], { length, seed }: { length: number; seed: number }): number[] {
  const random = stream(seed, "series");
  return means.flatMap((mean) => Array.from({ length }, () => mean + random.normal()));
}

function indices(values: readonly number[]): number[] {
  return changePoints(values).map(({ index }) => index);
}

Deno.test("changePoints() finds a change in noise about as often as the level says", () => {
  const found = (level: number, series: number) =>
    Array.from({ length: series }, (_, seed) => changePoints(levels([0], { length: 16, seed }), { level }))
      .filter((points) => points.length > 0).length;
  // 10 expected, standard deviation 3; and 4 expected, standard deviation 2.
  const often = found(0.1, 100);
  assert.ok(often >= 4 && often <= 17, `${often} of 100`);
  const seldom = found(0.01, 400);
  assert.ok(seldom <= 10, `${seldom} of 400`);
});

/**
 * The share of series of 60 values that show a step. Each value inherits `inherited` of its deviation, whose standard
 * deviation is 1, from the one before; the second half is higher by `step`.
 */
function shown({ inherited, step, series }: { inherited: number; step: number; series: number }): number {
  const found = Array.from({ length: series }, (_, seed) => {
    const random = stream(seed, "dependent series");
    let deviation = random.normal();
    return Array.from({ length: 60 }, (_, i) => {
      deviation = inherited * deviation + Math.sqrt(1 - inherited ** 2) * random.normal();
      return deviation + (i < 30 ? 0 : step);
    });
  }).filter((values) => changePoints(values).length > 0);
  return found.length / series;
}

Deno.test("changePoints() finds few steps in values that depend on the ones before, unless there is one", () => {
  // Measured with 200 series: 0, 1.5 and 5%; with 50: 100, 90 and 74%. Standard deviations of up to 2 and 9%.
  for (const [inherited, alarms, found] of [[0, 0.03, 0.9], [0.3, 0.05, 0.7], [0.5, 0.09, 0.5]] as const) {
    const without = shown({ inherited, step: 0, series: 100 });
    assert.ok(without <= alarms, `${without} at ${inherited}`);
    const withStep = shown({ inherited, step: 2, series: 20 });
    assert.ok(withStep >= found, `${withStep} at ${inherited}`);
  }
});

Deno.test("changePoints() raises no more false alarms with a heavy tail", () => {
  const random = stream(7, "spikes");
  const series = Array.from(
    { length: 100 },
    () => Array.from({ length: 16 }, () => random.uniform() < 0.1 ? 20 * random.uniform() : random.normal()),
  );
  assert.ok(series.filter((values) => changePoints(values).length > 0).length <= 5);
});

Deno.test("changePoints() finds one step at its place, up or down", () => {
  for (const height of [5, -5]) {
    const places = Array.from({ length: 10 }, (_, seed) => indices(levels([10, 10 + height], { length: 12, seed })));
    assert.ok(places.filter((found) => found.includes(12)).length >= 9, JSON.stringify(places));
  }
});

Deno.test("changePoints() finds most small steps within two places", () => {
  const near = Array.from({ length: 20 }, (_, seed) => indices(levels([0, 2.5], { length: 15, seed })))
    .filter((found) => found.some((index) => Math.abs(index - 15) <= 2));
  assert.ok(near.length >= 16, `${near.length} of 20`);
});

Deno.test("changePoints() finds two steps in order, a hump as well as stairs", () => {
  for (const means of [[0, 6, 0], [0, 6, 12]]) {
    assert.deepEqual(indices(levels(means, { length: 12, seed: 3 })), [12, 24]);
  }
});

Deno.test("changePoints() gives a clear step a small p, no more exact than the orders drawn", () => {
  const [point] = changePoints(levels([0, 20], { length: 15, seed: 1 }));
  assert.equal(point?.p, 0.001);
});

Deno.test("changePoints() finds a step in exact numbers, without noise", () => {
  assert.deepEqual(indices([...Array(9).fill(4096), ...Array(9).fill(8192)]), [9]);
});

Deno.test("changePoints() takes one wild value for no new level, nor two that are not at an end", () => {
  const flat = Array.from({ length: 20 }, (_, i) => 100 + i % 3);
  for (const place of [0, 10, 19]) assert.deepEqual(indices(flat.with(place, 900)), []);
  assert.deepEqual(indices(flat.with(10, 900).with(11, 900)), []);
});

Deno.test("changePoints() finds nothing in a constant or short series", () => {
  assert.deepEqual(changePoints(Array(50).fill(0.1)), []);
  assert.deepEqual(changePoints([]), []);
  const short = [0, 0.1, 0.2, 0, 0.1, 100, 100.1, 100.2, 100];
  assert.equal(short.length, LEAST_SERIES - 1);
  assert.deepEqual(changePoints(short), []);
});

Deno.test("changePoints() finds the same points in the same values, on any scale", () => {
  const values = levels([0, 4, 1], { length: 10, seed: 5 });
  const points = changePoints(values);
  assert.ok(points.length > 0);
  assert.deepEqual(changePoints(values), points);
  assert.deepEqual(changePoints(values.map((value) => 1024 * value)), points);
});
