import assert from "node:assert/strict";
import { H2_CONNECTIONS } from "../lecun1989.ts";
import { H3_CONNECTIONS } from "../lenet1.ts";
import { C3_CONNECTIONS } from "../lenet5.ts";
import { MODELS, PAPER_MODELS } from "../list.ts";
import { placedLayers } from "./count.ts";
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

Deno.test("H2_CONNECTIONS read eight of H1's twelve maps each, and every map as often as the others", () => {
  assert.deepEqual(printed(H2_CONNECTIONS, 12), [
    ...Array(4).fill("XXXX....XXXX"),
    ...Array(4).fill("XXXXXXXX...."),
    ...Array(4).fill("....XXXXXXXX"),
  ]);
});

Deno.test("MODELS and PAPER_MODELS have connection tables that read every map, and none twice for one output", () => {
  for (const spec of [...MODELS, ...PAPER_MODELS]) {
    for (const { layer, input } of placedLayers(spec)) {
      if (layer.kind !== "conv" || !layer.connections) continue;
      const what = `${spec.id}, ${layer.name}`;
      for (const read of layer.connections) assert.equal(new Set(read).size, read.length, what);
      const inputs = Array.from({ length: input[2] }, (_, i) => i);
      assert.deepEqual([...new Set(layer.connections.flat())].toSorted((a, b) => a - b), inputs, what);
      assert.equal(layer.connections.length, layer.maps, what);
    }
  }
});
