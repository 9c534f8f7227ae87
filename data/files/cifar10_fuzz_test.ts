import assert from "node:assert/strict";
import { fuzzBytes } from "../../base/fuzz.ts";
import { parseRecords } from "./cifar10.ts";

const RECORD = 3073;
const TWO = new Uint8Array(2 * RECORD).fill(5);

Deno.test("parseRecords() reads or refuses damaged records, and allocates no more than they contain", () =>
  fuzzBytes({
    name: "batch",
    valid: [TWO, TWO.subarray(0, RECORD)],
    examples: [TWO.with(RECORD, 10)],
    parse: (bytes) => {
      const { labels, pixels } = parseRecords([{ name: "batch", format: "CIFAR-10", bytes }]);
      assert.equal(labels.length + pixels.length, bytes.length);
      assert.ok(labels.every((label) => label < 10));
    },
    reaches: [/its 0 bytes/, /not one or more whole records/, /label 0 is/, /label 1 is/],
  }));
