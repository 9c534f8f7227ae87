import assert from "node:assert/strict";
import { TABLES } from "../results/rows/list.ts";
import { readTable } from "../results/rows/table.ts";
import { MEMORY } from "../suites/memory.ts";
import { runTask, withProjectFolder } from "./command/testing.ts";

Deno.test("bench:memory writes its rows and a report on them", () =>
  withProjectFolder(async (folder) => {
    const { code, stdout, stderr } = await runTask("bench:memory", "--cycles", "2", "--out", folder);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /trial 8: \d+ tensors, GPU [\d.]+ MiB, process [\d.]+ MiB\n/);
    assert.equal(readTable(TABLES.memory, folder).rows.length, 2 * MEMORY.variants.length);
    assert.match(
      await Deno.readTextFile(`${folder}/report.md`),
      /^# Memory over many trials\n[^]*8 trials in one process/,
    );
    assert.ok((await Deno.stat(`${folder}/trials/trials.csv`)).isFile);
  }));

Deno.test("bench:memory refuses fewer than two cycles, which could not be compared", async () => {
  const { code, stderr } = await runTask("bench:memory", "--cycles", "1");
  assert.equal(code, 2);
  assert.match(stderr, /2/);
});
