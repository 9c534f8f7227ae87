import assert from "node:assert/strict";
import { H3_CONNECTIONS } from "../lenet1.ts";
import { C3_CONNECTIONS } from "../lenet5.ts";
import type { ConnectionTable } from "./spec.ts";

/** As the papers print it: a row an input map, a column an output map, `X` where connected. */
function printed(table: ConnectionTable, inputs: number): string[] {
  return Array.from({ length: inputs }, (_, i) => table.map((read) => (read.includes(i) ? "X" : ".")).join(""));
}

Deno.test("H3_CONNECTIONS is table 1 of LeCun 1990, 20 of 48 pairs", () => {
  assert.deepEqual(printed(H3_CONNECTIONS, 4), [
    "XXX.XX......",
    ".XXXXX......",
    "......XXX.XX",
    ".......XXXXX",
  ]);
  assert.equal(H3_CONNECTIONS.flat().length, 20);
});

Deno.test("C3_CONNECTIONS is table I of LeCun 1998, 60 of 96 pairs", () => {
  assert.deepEqual(printed(C3_CONNECTIONS, 6), [
    "X...XXX..XXXX.XX",
    "XX...XXX..XXXX.X",
    "XXX...XXX..X.XXX",
    ".XXX..XXXX..X.XX",
    "..XXX..XXXX.XX.X",
    "...XXX..XXXX.XXX",
  ]);
  assert.deepEqual(C3_CONNECTIONS.map((read) => read.length), [3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 6]);
});

Deno.test("H3_CONNECTIONS and C3_CONNECTIONS name no map twice for one output", () => {
  for (const read of [...H3_CONNECTIONS, ...C3_CONNECTIONS]) assert.equal(new Set(read).size, read.length);
});
