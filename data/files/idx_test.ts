import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { UserError } from "../../base/errors.ts";
import { idxHeader, parseImageSet } from "./idx.ts";
import { type NamedFile, uncompress } from "./named_file.ts";

const SEED = { seed: 1998 };

const concat = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const named = (name: string, bytes: Uint8Array): NamedFile => ({ name, format: "IDX", bytes });

/** Valid files of a few small images. */
const files = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([count, height, width]) =>
    fc.record({
      shape: fc.constant({ count, height, width }),
      pixels: fc.uint8Array({ minLength: count * height * width, maxLength: count * height * width }),
      labels: fc.uint8Array({ minLength: count, maxLength: count, max: 9 }),
    })
  ).map(({ shape, pixels, labels }) => ({
    shape,
    pixels,
    labels,
    imageFile: named("img", concat(idxHeader([shape.count, shape.height, shape.width]), pixels)),
    labelFile: named("lab", concat(idxHeader([shape.count]), labels)),
  }));

/** Asserts that `act` refuses with one message for the user that names `file`. */
function assertRefuses(act: () => unknown, file: string, why = /./): void {
  assert.throws(act, (error) => {
    assert(error instanceof UserError, `not a UserError: ${error}`);
    assert.match(error.message, new RegExp(`"${file}"`));
    assert.match(error.message, why);
    return true;
  });
}

/** What `act` returns, or `refused` where it throws a UserError; any other error gets through and fails the test. */
function attempt<T>(act: () => T): T | "refused" {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) return "refused";
    throw error;
  }
}

Deno.test("parseImageSet() returns what a file contains", () => {
  fc.assert(
    fc.property(files, fc.boolean(), ({ shape, pixels, labels, imageFile, labelFile }, zipped) => {
      const pack = (file: NamedFile) => uncompress(zipped ? named(file.name, gzipSync(file.bytes)) : file);
      const set = parseImageSet(pack(imageFile), pack(labelFile));
      assert.deepEqual({ count: set.count, height: set.height, width: set.width }, shape);
      assert.deepEqual([...set.pixels], [...pixels]);
      assert.deepEqual([...set.labels], [...labels]);
    }),
    SEED,
  );
});

Deno.test("parseImageSet() refuses a file cut off anywhere, and one with bytes left over", () => {
  fc.assert(
    fc.property(files, fc.nat(), fc.uint8Array({ minLength: 1 }), ({ imageFile, labelFile }, cut, extra) => {
      const cutOff = (file: typeof imageFile) => named(file.name, file.bytes.subarray(0, cut % file.bytes.length));
      const longer = (file: typeof imageFile) => named(file.name, concat(file.bytes, extra));
      assertRefuses(() => parseImageSet(cutOff(imageFile), labelFile), "img");
      assertRefuses(() => parseImageSet(imageFile, cutOff(labelFile)), "lab");
      assertRefuses(() => parseImageSet(longer(imageFile), labelFile), "img");
      assertRefuses(() => parseImageSet(imageFile, longer(labelFile)), "lab");
    }),
    SEED,
  );
});

Deno.test("parseImageSet() trusts no header: it refuses any sizes over a few bytes", () => {
  const size = fc.oneof(fc.nat({ max: 0xffffffff }), fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff));
  const labelFile = named("lab", concat(idxHeader([1]), new Uint8Array(1)));
  fc.assert(
    fc.property(fc.tuple(size, size, size), fc.uint8Array({ maxLength: 20 }), (sizes, data) => {
      fc.pre(data.length === 0 || sizes[0] * sizes[1] * sizes[2] !== data.length);
      assertRefuses(() => parseImageSet(named("img", concat(idxHeader(sizes), data)), labelFile), "img");
    }),
    SEED,
  );
});

Deno.test("parseImageSet() reads or refuses random bytes and flipped bits", () => {
  const random = fc.uint8Array({ maxLength: 64 });
  const withMagic = random.map((bytes) => concat(Uint8Array.of(0, 0, 8, 3), bytes));
  const withGzip = random.map((bytes) => concat(Uint8Array.of(0x1f, 0x8b, 8), bytes));
  fc.assert(
    fc.property(fc.oneof(random, withMagic, withGzip), files, fc.nat(), (bytes, { imageFile, labelFile }, bit) => {
      attempt(() => parseImageSet(uncompress(named("img", bytes)), labelFile));
      const flipped = imageFile.bytes.slice();
      flipped[(bit >> 3) % flipped.length]! ^= 1 << (bit & 7);
      attempt(() => parseImageSet(named("img", flipped), labelFile));
    }),
    SEED,
  );
});

Deno.test("uncompress() refuses a flipped bit in gzip data, or returns the right bytes", () => {
  fc.assert(
    fc.property(files, fc.nat(), ({ imageFile, labelFile, pixels }, bit) => {
      const flipped = Uint8Array.from(gzipSync(imageFile.bytes));
      flipped[(bit >> 3) % flipped.length]! ^= 1 << (bit & 7);
      const set = attempt(() => parseImageSet(uncompress(named("img", flipped)), labelFile));
      if (set !== "refused") assert.deepEqual([...set.pixels], [...pixels]);
    }),
    SEED,
  );
});

Deno.test("parseImageSet() says what is wrong", () => {
  const images = named("img", concat(idxHeader([2, 1, 1]), new Uint8Array(2)));
  const labels = (...values: number[]) => named("lab", concat(idxHeader([values.length]), Uint8Array.from(values)));
  assertRefuses(
    () => parseImageSet(images, labels(1, 10)),
    "lab",
    /label 1 is "10", not a digit\. Choose a data set with the labels 0 to 9/,
  );
  assertRefuses(() => parseImageSet(images, labels(1)), "lab", /1 labels for the 2 images of "img"/);
  const [html, floats] = ["<!DOCTYPE html><html>", "\0\0\x0d\x03"].map((text) =>
    Uint8Array.from(text, (letter) => letter.charCodeAt(0))
  );
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [labels(1, 2).bytes, /: it holds labels, not images\. Give the files/],
    [html!, /: it is a web page\. Get the file again/],
    [gzipSync(images.bytes), /: it is still compressed by gzip\. Unpack it with "gunzip"/],
    [floats!, /: its elements are 32-bit floats, not bytes\. Convert it, as docs\/data\.md shows/],
    [idxHeader([2, 1]), /: it has 2 dimensions, and images have 3\./],
    [idxHeader([2, 1, 1, 1]), /: it has 4 dimensions, and images have 3\./],
    [Uint8Array.of(3, 8, 0, 0, 2, 0, 0, 0), /: its bytes are in the other order/],
    [Uint8Array.of(5, 6, 7, 8), /: its magic number is "84281096", not "2051" \(images\)\. Put a good/],
  ];
  for (const [bytes, why] of cases) assertRefuses(() => parseImageSet(named("img", bytes), labels(1, 2)), "img", why);
  assertRefuses(() => parseImageSet(images, images), "img", /: it holds images, not labels\./);
  assertRefuses(() => parseImageSet(named("img", idxHeader([0, 28, 28])), labels(1)), "img", /size "0x28x28"/);
  assertRefuses(() => parseImageSet(named("img", new Uint8Array(3)), labels(1)), "img", /3 bytes are too few/);
});

Deno.test("parseImageSet() takes the class from QMNIST's labels, the first of eight integers", () => {
  const images = named("img", concat(idxHeader([2, 1, 1]), new Uint8Array(2)));
  const integers = (...values: number[]) => {
    const header = Uint8Array.of(0, 0, 12, 2, 0, 0, 0, values.length / 8, 0, 0, 0, 8);
    return named("lab", concat(header, ...values.map((value) => Uint8Array.of(0, 0, value >> 8, value & 255))));
  };
  const { labels } = parseImageSet(images, integers(7, 1, 2, 3, 4, 5, 6, 9, 2, 0, 0, 0, 0, 1, 0, 0));
  assert.deepEqual([...labels], [7, 2]);
  assertRefuses(
    () => parseImageSet(images, integers(263, ...Array(15).fill(0))),
    "lab",
    /label 0 is "263", not a digit\. Choose/,
  );
  const cut = integers(...Array(16).fill(0));
  assertRefuses(() => parseImageSet(images, named("lab", cut.bytes.subarray(0, 40))), "lab", /but 28 bytes follow/);
});

Deno.test("parseImageSet() reads bytes that lie inside a larger buffer", () => {
  const inside = (bytes: Uint8Array) => concat(new Uint8Array(3), bytes).subarray(3);
  const images = named("img", inside(concat(idxHeader([1, 1, 2]), Uint8Array.of(5, 6))));
  const labels = named("lab", inside(concat(idxHeader([1]), Uint8Array.of(4))));
  assert.deepEqual([...parseImageSet(images, labels).pixels], [5, 6]);
});
