import assert from "node:assert/strict";
import { fuzzBytes } from "../../base/fuzz.ts";
import { parseUsps, type UspsFormat } from "./usps.ts";

const PIXELS = 256;

const encode = (text: string) => new TextEncoder().encode(text);

const DENSE = encode(`6.0000 ${Array(PIXELS).fill("-1.0000").join(" ")} \n3 ${Array(PIXELS).fill("0.5").join(" ")}\n`);
const SPARSE = encode("7 1:-1 8:-0.631 256:0.862\n10 2:1\n1\n");

function parse(format: UspsFormat): (bytes: Uint8Array) => void {
  return (bytes) => {
    const { count, pixels, labels } = parseUsps({ name: "zip", format: "USPS", bytes }, format);
    assert.deepEqual([pixels.length, labels.length], [count * PIXELS, count]);
    assert.ok(count <= bytes.filter((byte) => byte === 0x0a).length + 1, "no more images than lines");
    assert.ok(labels.every((label) => label < 10));
  };
}

Deno.test("parseUsps() reads or refuses damaged lines of 256 values", () =>
  fuzzBytes({
    name: "zip",
    valid: [DENSE],
    examples: [encode("12 1"), DENSE.subarray(0, 8)],
    parse: parse("dense"),
    reaches: [/contains no images/, /contains more than numbers/, /has the label/, /values, not 256/, /has the value/],
  }));

Deno.test("parseUsps() reads or refuses damaged lines of indices and values", () =>
  fuzzBytes({
    name: "zip",
    valid: [SPARSE],
    examples: [encode("0 1:1")],
    parse: parse("sparse"),
    reaches: [
      /contains no images/,
      /contains more than numbers/,
      /has the label/,
      /one of the indices/,
      /has the value/,
    ],
  }));

Deno.test("parseUsps() refuses files of which a small one would fill the memory", () => {
  const refuses = (text: string, message: RegExp) =>
    assert.throws(() => parse("sparse")(encode(text)), { name: "UserError", message });
  refuses("1\n".repeat(100_001), /^Cannot read USPS file "zip": it has more than 100000 lines\./);
  refuses(`1\n${" ".repeat(10_000)}`, /^Cannot read USPS file "zip": line 2 has more than 8192 characters\./);
});
