import assert from "node:assert/strict";
import { patternThreads } from "./threads.ts";

Deno.test("patternThreads() needs no barrier for the lanes of a software adapter only", () => {
  assert.deepEqual(patternThreads({ lanes: 8, adapter: { kind: "software" } }), { count: 8, lanes: 8, inStep: true });
  assert.deepEqual(patternThreads({ lanes: 1, adapter: { kind: "software" } }), { count: 8, lanes: 1, inStep: false });
  assert.deepEqual(patternThreads({ lanes: 32, adapter: { kind: "hardware" } }), {
    count: 256,
    lanes: 32,
    inStep: false,
  });
});
