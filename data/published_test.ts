import assert from "node:assert/strict";
import { encodeHeader, encodeRows } from "../base/csv/csv.ts";
import { publishedById, publishedRow, readPublished } from "./published.ts";

/** Values of all rows whose id starts with `prefix` and whose metric is `metric`. */
function values(prefix: string, metric: string): number[] {
  return readPublished().filter((row) => row.id.startsWith(prefix) && row.metric === metric).map(({ value }) => value);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Weights and biases of fully connected layers. */
function dense(...sizes: number[]): number {
  return sum(sizes.slice(1).map((units, i) => units * (sizes[i]! + 1)));
}

/** Weights and biases of a convolution whose output maps all read every input map. */
function conv(maps: number, { kernel, from }: { kernel: number; from: number }): number {
  return maps * (kernel * kernel * from + 1);
}

Deno.test("published.csv is what encodeRows() writes of its rows", () => {
  const text = Deno.readTextFileSync(new URL("./published.csv", import.meta.url));
  assert.equal(text, encodeHeader(publishedRow) + encodeRows(publishedRow, readPublished()));
});

Deno.test("published.csv has unique ids", () => {
  const ids = readPublished().map(({ id }) => id);
  assert.deepEqual(ids.filter((id, i) => ids.indexOf(id) !== i), []);
});

Deno.test("published.csv names the data and the size of the test set for each test error", () => {
  const errors = readPublished().filter(({ metric }) => /^test_error_pct/.test(metric));
  assert.ok(errors.length > 100);
  for (const { id, dataset, test_images, unit, value } of errors) {
    assert.ok(dataset !== "" && test_images !== null && unit === "%" && value > 0 && value < 100, id);
  }
});

Deno.test("published.csv has the table of the LeNet300 slides and of LeCun 1998, figure 9", () => {
  const table = { linear: 12, mlp300: 4.7, mlp300_100: 3.05, lenet1: 1.7, lenet5: 0.95 };
  for (const [name, value] of Object.entries(table)) {
    const row = publishedById(`lecun98.${name}`);
    assert.deepEqual(
      [row.value, row.metric, row.dataset, row.train_images, row.test_images],
      [value, "test_error_pct", "mnist", 60000, 10000],
    );
  }
  assert.throws(() => publishedById("lecun98.lenet6"), RangeError);
});

Deno.test("published.csv has parameter counts that follow from the layers", () => {
  const counts = {
    "computed.params.linear": dense(784, 10),
    "computed.params.mlp300": dense(784, 300, 10),
    "computed.params.mlp1000": dense(784, 1000, 10),
    "computed.params.mlp300_100": dense(784, 300, 100, 10),
    "computed.params.mlp500_150": dense(784, 500, 150, 10),
    "computed.params.mlp1000_150": dense(784, 1000, 150, 10),
    "computed.params.mlp300_20x20": dense(400, 300, 10),
    "computed.params.mlp800": dense(784, 800, 10),
    "lecun89.fc40.params": dense(256, 40, 10),
    "lecun90.params": 4 * 26 + 4 * 2 + (20 * 25 + 12) + 12 * 2 + dense(192, 10),
    "lecun98.lenet5.params": sum(values("lecun98.lenet5.", "param_count").slice(0, 7)),
    "lecun98.lenet5.connections": sum(values("lecun98.lenet5.", "connection_count").slice(0, 7)),
  };
  for (const [id, count] of Object.entries(counts)) assert.equal(publishedById(id).value, count, id);
});

Deno.test("published.csv has the exact counts next to those that the slides round", () => {
  const conv6 = conv(6, { kernel: 5, from: 1 });
  const exact = {
    fc_total: dense(784, 300, 100, 10),
    total_nopool: conv6 + dense(6 * 28 * 28, 100, 10),
    total_onepool: conv6 + dense(6 * 14 * 14, 100, 10),
    total_twopool: conv6 + conv(16, { kernel: 5, from: 6 }) + dense(16 * 7 * 7, 100, 10),
  };
  assert.deepEqual(Object.values(exact), [266610, 471666, 118866, 82082]);
  for (const [name, count] of Object.entries(exact)) {
    assert.match(publishedById(`slides-lathuiliere.params.${name}`).protocol, new RegExp(`\\bexact=${count}\\b`));
  }
});

Deno.test("published.csv has 82 errors in the pairs of figure 8, and 21 passes in the curve of figure 5", () => {
  const pairs = readPublished().filter(({ id }) => id.startsWith("lecun98.fig8.pair"));
  assert.equal(sum(pairs.map(({ value }) => value)), publishedById("lecun98.fig8.total").value);
  assert.ok(pairs.every(({ metric }) => /^misclassified_count_(\d)->(?!\1)\d$/.test(metric)));
  assert.equal(readPublished().filter(({ id }) => id.startsWith("lecun98.fig5.test.")).length, 21);
});

Deno.test("published.csv has gains from distortions that are differences of the rows they name", () => {
  for (const net of ["mlp300", "mlp1000", "mlp300_100", "mlp500_150", "lenet5"]) {
    const gain = publishedById(`lecun98.${net}_dist`).value - publishedById(`lecun98.${net}`).value;
    assert.equal(publishedById(`aug_gain.paper.${net}`).value, Number(gain.toFixed(2)), net);
  }
});
