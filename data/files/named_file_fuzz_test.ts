import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { fuzzBytes } from "../../base/fuzz.ts";
import { uncompress } from "./named_file.ts";

const LIMIT = 4096;
const SMALL = Uint8Array.from({ length: 64 }, (_, i) => i * i);
/** A few bytes that hold as much as is allowed: many a change makes them hold more. */
const FULL = new Uint8Array(LIMIT);

Deno.test("uncompress() reads or refuses damaged gzip data, and returns no more bytes than the limit", () =>
  fuzzBytes({
    name: "data.gz",
    valid: [SMALL, FULL].map((bytes) => Uint8Array.from(gzipSync(bytes))),
    parse: (bytes) => {
      const held = uncompress({ name: "data.gz", format: "IDX", bytes }, LIMIT).bytes;
      // What does not begin as gzip does is handed on as it is.
      assert.ok(held === bytes || held.length <= LIMIT);
    },
    reaches: [/cut off or damaged/, /holds more than 4096 bytes uncompressed/],
  }, { header: 10 }));
