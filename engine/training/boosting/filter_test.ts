import assert from "node:assert/strict";
import { numberedImages } from "../../testing.ts";
import { disagreement, type Filter, FilteredImages, halfWrong } from "./filter.ts";

/** The numbers of the patterns that `filter` takes, when all are of class 0. */
function taken(filter: Filter, answers: readonly (readonly number[])[]): number[] {
  return answers.flatMap((answer, i) => filter(0, answer) ? [i] : []);
}

Deno.test("halfWrong() takes a pattern that the first network gets wrong, then one that it gets right, alternately", () => {
  const answers = [0, 0, 5, 6, 0, 0, 7, 8, 0, 9];
  assert.deepEqual(taken(halfWrong(), answers.map((first) => [first])), [2, 4, 6, 8, 9]);
});

Deno.test("halfWrong() takes as many wrong as right ones, whatever the error rate", () => {
  for (const every of [2, 3, 50]) {
    const answers = Array.from({ length: 1000 }, (_, i) => [i % every === 0 ? 1 : 0]);
    const wrong = taken(halfWrong(), answers).map((i) => i % every === 0);
    assert.ok(wrong.length >= 2 * Math.floor(999 / every), `${wrong.length}`);
    assert.ok(wrong.every((isWrong, k) => isWrong === (k % 2 === 0)));
  }
  assert.deepEqual(taken(halfWrong(), Array(10).fill([0])), []);
});

Deno.test("disagreement() takes the patterns that the two networks answer differently, right or wrong", () => {
  assert.deepEqual(taken(disagreement(), [[0, 0], [0, 1], [1, 1], [1, 2], [1, 0]]), [1, 3, 4]);
});

Deno.test("FilteredImages collects images with their labels up to a number, and repeats what it has to reach it", () => {
  const candidates = numberedImages(20);
  const { pixels: all } = candidates;
  const kept = new FilteredImages((label) => label >= 7, { most: 8, size: 784 });
  kept.add(candidates, []);
  assert.deepEqual([kept.taken, kept.isFull], [6, false]);
  const { pixels, labels } = kept.repeated();
  assert.deepEqual([...labels], [7, 8, 9, 7, 8, 9, 7, 8]);
  const numbers = Array.from(labels, (_, i) => pixels[i * 784 + 783]);
  assert.deepEqual(numbers, [7, 8, 9, 17, 18, 19, 7, 8].map((i) => all[i * 784]));

  const few = new FilteredImages((label, [answer]) => label === answer, { most: 3, size: 784 });
  few.add(candidates, [candidates.labels]);
  assert.deepEqual([few.taken, few.isFull, [...few.repeated().labels]], [3, true, [0, 1, 2]]);
});
