import assert from "node:assert/strict";
import fc from "fast-check";
import { mean, sampleCorrelation, sampleKurtosis, sampleSkewness, variance } from "simple-statistics";
import { type RandomStream, stream, streamFrom } from "./random.ts";

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

function pinned(use: (random: RandomStream) => unknown): unknown {
  return use(stream(1, "init"));
}

Deno.test("stream() has pinned first values, which no version of a library may change", () => {
  assert.deepEqual(pinned((random) => draw(3, random.uniform)), [
    0.9141348258511841,
    0.45430740596693875,
    0.8232293747269576,
  ]);
  assert.deepEqual(pinned((random) => draw(3, random.normal)), [
    0.8489365364817905,
    0.8004840268203345,
    0.17529613799566632,
  ]);
  assert.deepEqual(pinned((random) => draw(8, () => random.integer(10))), [1, 2, 5, 8, 4, 9, 9, 5]);
  assert.deepEqual(pinned((random) => draw(3, random.word)), [1470632693, 2779073460, 3721475573]);
  assert.deepEqual([...stream(1, "shuffle/1").shuffle(10)], [2, 6, 5, 4, 7, 1, 3, 8, 9, 0]);
});

Deno.test("stream() is the same for the same seed and name, whatever was drawn from others", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.string(), fc.nat(20), (seed, name, others) => {
      const expected = draw(5, stream(seed, name).uniform);
      draw(others, stream(seed, `${name}.`).uniform);
      assert.deepEqual(draw(5, stream(seed, name).uniform), expected);
    }),
    { seed: 1 },
  );
});

Deno.test("streamFrom() continues from a state, through JSON too, as if the stream had never stopped", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.nat(200), (seed, drawn) => {
      const random = stream(seed, "dropout");
      draw(drawn, random.word);
      const state = JSON.parse(JSON.stringify(random.state()));
      const expected = [draw(5, random.word), draw(3, random.normal), [...random.shuffle(6)]];
      const restored = streamFrom(state);
      assert.deepEqual([draw(5, restored.word), draw(3, restored.normal), [...restored.shuffle(6)]], expected);
    }),
    { seed: 1 },
  );
  assert.throws(() => streamFrom([1, 2, 3]), /state/);
});

Deno.test("stream() differs for another seed or another name", () => {
  const first = (seed: number, name: string) => stream(seed, name).uniform();
  const values = [first(1, "init"), first(2, "init"), first(1, "shuffle"), first(1, "init/C1"), first(11, "nit")];
  assert.equal(new Set(values).size, values.length);
});

Deno.test("stream() has no correlation between neighbouring seeds or its first two values", () => {
  const seeds = draw(4000, () => 0).map((_, seed) => seed);
  const first = seeds.map((seed) => stream(seed, "init").uniform());
  const next = seeds.map((seed) => stream(seed + 1, "init").uniform());
  const second = seeds.map((seed) => {
    const random = stream(seed, "init");
    random.uniform();
    return random.uniform();
  });
  // Four standard errors of a correlation that is 0.
  assert.ok(Math.abs(sampleCorrelation(first, next)) < 4 / Math.sqrt(4000));
  assert.ok(Math.abs(sampleCorrelation(first, second)) < 4 / Math.sqrt(4000));
});

Deno.test("uniform() is in [0, 1), each tenth equally often", () => {
  const values = draw(20_000, stream(1, "uniform").uniform);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  assertEven(values.map((value) => Math.floor(value * 10)), 10);
});

Deno.test("integer() draws every value equally often, and nothing else", () => {
  const random = stream(1, "integer");
  assertEven(draw(14_000, () => random.integer(7)), 7);
  assert.equal(random.integer(1), 0);
});

Deno.test("normal() has mean 0, variance 1, skewness 0, kurtosis 0", () => {
  const n = 20_000;
  const values = draw(n, stream(1, "normal").normal);
  // Four standard errors each.
  assert.ok(Math.abs(mean(values)) < 4 / Math.sqrt(n));
  assert.ok(Math.abs(variance(values) - 1) < 4 * Math.sqrt(2 / n));
  assert.ok(Math.abs(sampleSkewness(values)) < 4 * Math.sqrt(6 / n));
  assert.ok(Math.abs(sampleKurtosis(values)) < 4 * Math.sqrt(24 / n));
});

Deno.test("shuffle() keeps every number once", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(1000), (n, seed) => {
      const order = stream(seed, "shuffle").shuffle(n);
      assert.deepEqual([...order].sort((a, b) => a - b), draw(n, () => 0).map((_, i) => i));
    }),
    { seed: 1 },
  );
});

Deno.test("shuffle() draws all six orders of three equally often", () => {
  const random = stream(1, "shuffle");
  const orders = ["012", "021", "102", "120", "201", "210"];
  assertEven(draw(12_000, () => orders.indexOf([...random.shuffle(3)].join(""))), 6);
});

Deno.test("stream() refuses a seed that is not a 32-bit whole number", () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 32]) assert.throws(() => stream(seed, "init"), RangeError);
  assert.doesNotThrow(() => stream(2 ** 32 - 1, "init"));
});

/** Every one of `kinds` equally often: chi-squared within four standard deviations of its mean (it has kinds - 1). */
function assertEven(values: readonly number[], kinds: number): void {
  const counts = Array<number>(kinds).fill(0);
  for (const value of values) {
    assert.ok(value in counts, `${value} is none of 0 to ${kinds - 1}`);
    counts[value]!++;
  }
  const expected = values.length / kinds;
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  assert.ok(chiSquared < kinds - 1 + 4 * Math.sqrt(2 * (kinds - 1)), `counts ${counts}, chi-squared ${chiSquared}`);
}

Deno.test("word() is a whole number below 2^32, each bit set half the time", () => {
  const random = stream(1, "dropout");
  const words = draw(10_000, random.word);
  assert.ok(words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32));
  for (let bit = 0; bit < 32; bit++) {
    const set = words.filter((word) => (word >>> bit) % 2 === 1).length;
    // Four standard errors.
    assert.ok(Math.abs(set - 5_000) < 4 * 50, `bit ${bit}: ${set} of 10000`);
  }
});
