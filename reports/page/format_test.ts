import assert from "node:assert/strict";
import {
  counted,
  integer,
  interval,
  listed,
  measure,
  names,
  percent,
  probability,
  scientific,
  signed,
  signedInterval,
} from "./format.ts";

Deno.test("integer() separates thousands", () => {
  assert.deepEqual([0, 999, 1000, 60000, 1234567].map(integer), ["0", "999", "1,000", "60,000", "1,234,567"]);
});

Deno.test("percent() and interval() show one image of 10,000", () => {
  assert.equal(percent(0.95), "0.95");
  assert.equal(interval({ low: 0.777, high: 1.16 }), "0.78 to 1.16");
});

Deno.test("signed() gives a difference its sign", () => {
  assert.deepEqual([0.5, -0.5, 0].map(signed), ["+0.50", "-0.50", "0.00"]);
});

Deno.test("signed() gives no sign to a difference that rounds to nothing", () => {
  assert.deepEqual([0.001, -0.001].map(signed), ["0.00", "0.00"]);
});

Deno.test("signedInterval() has a sign at both ends", () => {
  assert.equal(signedInterval({ low: -0.404, high: 0.1 }), "-0.40 to +0.10");
});

Deno.test("probability() has three decimals, and never reads as zero", () => {
  assert.deepEqual([1, 0.0434, 0.001, 0.0009, 0].map(probability), [
    "1.000",
    "0.043",
    "0.001",
    "below 0.001",
    "below 0.001",
  ]);
});

Deno.test("scientific() keeps two digits of numbers of any size", () => {
  assert.deepEqual([0, 0.432, 12.3, 0.00031, 4321].map(scientific), ["0", "0.43", "12", "3.1e-4", "4.3e+3"]);
});

Deno.test("measure() keeps three digits", () => {
  assert.deepEqual([0.01234, 1.5, 99.94, 12345.6].map(measure), ["0.0123", "1.50", "99.9", "12,346"]);
});

Deno.test("counted() and listed() read like sentences", () => {
  assert.deepEqual([counted(1, "seed"), counted(3, "seed")], ["1 seed", "3 seeds"]);
  assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed), ["", "a", "a and b", "a, b and c"]);
});

Deno.test("names() keeps apart names with commas", () => {
  assert.equal(names(["LeNet-5, rate 0.1", "conv 6"]), "LeNet-5, rate 0.1; conv 6");
});
