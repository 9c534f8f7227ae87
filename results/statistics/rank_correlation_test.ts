import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { kendallTauB, rankCorrelation, type Tally } from "./rank_correlation.ts";

const CELLS = 90;

Deno.test("kendallTauB() is 1 for the same order, -1 for the opposite one, and undefined without any order", () => {
  assert.equal(kendallTauB([1, 2, 3], [10, 20, 90]), 1);
  assert.equal(kendallTauB([1, 2, 3], [3, 2, 1]), -1);
  assert.equal(kendallTauB([1, 2, 3], [5, 5, 5]), undefined);
  assert.equal(kendallTauB([], []), undefined);
});

Deno.test("kendallTauB() corrects for ties on either side", () => {
  // Of 10 pairs, 4 are in the same order and 3 in the opposite one; 2 are tied in x and 1 is in y.
  assert.equal(kendallTauB([1, 2, 2, 3, 3], [1, 2, 3, 3, 0.5]), (4 - 3) / Math.sqrt(8 * 9));
  assert.equal(kendallTauB([0, 0, 1], [0, 0, 1]), 1);
});

Deno.test("rankCorrelation() is 1 for a tally and itself, with an interval that ends there, and undefined without events", () => {
  const tally: Tally = [[0], [1], [1], [2], [2], [2]];
  const { value, interval } = rankCorrelation(tally, tally, { cells: 3 })!;
  assert.equal(value, 1);
  assert.equal(interval.high, 1);
  assert.ok(interval.low < 1);
  assert.deepEqual(rankCorrelation(tally, tally, { cells: 3 })!.interval, interval);
  assert.equal(rankCorrelation(tally, [], { cells: 3 }), undefined);
  // Counts 1, 2, 1, 0 and 2, 1, 1, 0: of 6 pairs, 3 in the same order, 1 in the opposite one, 1 tied on each side.
  assert.equal(rankCorrelation([[0], [1], [1], [2]], [[0], [0], [1], [2]], { cells: 4 })?.value, (3 - 1) / 5);
});

Deno.test("rankCorrelation() has a wider interval if the same events come in groups", () => {
  const events = Array.from({ length: 120 }, (_, i) => [Math.floor(CELLS * (i / 120) ** 3)]);
  const inGroups = events.map((event) => [...event, ...event, ...event]);
  const widthOf = (tally: Tally) => {
    const { low, high } = rankCorrelation(tally, events, { cells: CELLS })!.interval;
    return high - low;
  };
  assert.ok(widthOf(inGroups) > 1.02 * widthOf([...events, ...events, ...events]));
});

Deno.test("rankCorrelation() has an interval that contains the mean correlation of such tallies in about 95% of cases", () => {
  const random = stream(1, "tallies");
  // Rates that are partly the same, of 90 pairs of digits; 82 errors against 116, as LeNet-5 makes.
  const logs = Array.from({ length: CELLS }, () => [random.normal(), random.normal(), random.normal()] as const);
  const rates = ([1, 2] as const).map((own) => logs.map((log) => Math.exp(1.1 * log[0] + 0.5 * log[own])));
  const draw = (rates: readonly number[], events: number): Tally => {
    const total = rates.reduce((sum, rate) => sum + rate, 0);
    return Array.from({ length: events }, () => {
      let left = total * random.uniform();
      return [Math.max(0, rates.findIndex((rate) => (left -= rate) < 0))];
    });
  };
  const countsOf = (tally: Tally) =>
    Array.from({ length: CELLS }, (_, i) => tally.filter(([cell]) => cell === i).length);
  const pairs = (length: number) => Array.from({ length }, () => [draw(rates[0]!, 82), draw(rates[1]!, 116)] as const);
  const mean = pairs(400).reduce((sum, [a, b]) => sum + kendallTauB(countsOf(a), countsOf(b))! / 400, 0);
  const held = pairs(100).filter(([a, b]) => {
    const { low, high } = rankCorrelation(a, b, { cells: CELLS })!.interval;
    return low <= mean && mean <= high;
  }).length;
  // Two and a half standard deviations of 95 in 100 downwards.
  assert.ok(held >= 90, `${held} of 100`);
  assert.ok(mean > 0.2, `${mean}`);
});
