import assert from "node:assert/strict";
import { fuzzBytes } from "../../base/fuzz.ts";
import { idxHeader, parseImageSet } from "./idx.ts";
import type { NamedFile } from "./named_file.ts";

const named = (name: string, bytes: Uint8Array): NamedFile => ({ name, format: "IDX", bytes });

const IMAGES = Uint8Array.of(...idxHeader([2, 3, 4]), ...Array(24).keys());
const ONE_IMAGE = Uint8Array.of(...idxHeader([1, 3, 4]), ...Array(12).keys());
const LABELS = Uint8Array.of(...idxHeader([2]), 7, 1);

Deno.test("parseImageSet() reads or refuses damaged images, and allocates nothing on the header's word", () =>
  fuzzBytes({
    name: "images",
    valid: [IMAGES],
    examples: [ONE_IMAGE],
    parse: (bytes) => {
      const { count, height, width, pixels } = parseImageSet(named("images", bytes), named("labels", LABELS));
      assert.equal(pixels.length, count * height * width);
      assert.equal(pixels.buffer, bytes.buffer, "a view of the file");
    },
    reaches: [
      /too few for an IDX header/,
      /magic number/,
      /gives the size ".*", but/,
      /gives the size "0x/,
      /2 labels/,
    ],
  }, { header: 4 }));

Deno.test("parseImageSet() reads or refuses damaged labels", () =>
  fuzzBytes({
    name: "labels",
    valid: [LABELS],
    parse: (bytes) => {
      const { labels } = parseImageSet(named("images", IMAGES), named("labels", bytes));
      assert.ok(labels.length === 2 && labels.every((label) => label < 10));
    },
    reaches: [/too few/, /magic number/, /gives the size/, /label 1 is "\d+", not a digit/, /[^2] labels for the 2/],
  }, { header: 8 }));
