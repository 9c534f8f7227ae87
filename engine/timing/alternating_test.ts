import assert from "node:assert/strict";
import { timePairs } from "./alternating.ts";

Deno.test("timePairs() times both sides in every round, the head first in every other", async () => {
  const log: string[] = [];
  const side = (name: string, ms: number) => ({
    name,
    time(runs: number) {
      log.push(name);
      return Promise.resolve({ wallMs: ms * runs, cpuMs: 2 * ms * runs });
    },
  });
  const pairs = await timePairs({ base: side("b", 30), head: side("h", 10) }, { rounds: 3, roundMs: 1 });
  const pair = { base: { wallMs: 30, cpuMs: 60 }, head: { wallMs: 10, cpuMs: 20 } };
  assert.deepEqual(pairs, [pair, pair, pair]);
  // Each value takes two calls.
  assert.equal(log.slice(-12).filter((_, i) => i % 2 === 0).join(""), "bh" + "hb" + "bh");
});
