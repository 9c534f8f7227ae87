import assert from "node:assert/strict";
import { join } from "node:path";
import { UserError } from "../base/errors.ts";
import { writeRun } from "../results/folder/write_run.ts";
import { FOLDER_TABLES, TABLES } from "../results/rows/list.ts";
import { createTable } from "../results/rows/table.ts";
import { fakeRun } from "../results/testing.ts";
import { renderFolders, RUN_KINDS } from "./kinds.ts";

Deno.test("RUN_KINDS has a kind for every folder with a table of its own", () => {
  const marks = RUN_KINDS.map(({ file }) => file);
  // Slices are one part of what a comparison judges; its page, compare.md, is written where all of it is known.
  assert.deepEqual(FOLDER_TABLES.map(({ file }) => file).filter((file) => !marks.includes(file)), ["slices.csv"]);
  assert.equal(new Set(marks).size, marks.length);
});

Deno.test("renderFolders() refuses folders of different kinds and names one of each", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const [run, timings, memory] = ["run", "timings", "memory"].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    writeRun(run, fakeRun());
    createTable(TABLES.timings, timings);
    createTable(TABLES.memory, memory);
    const refusal = (first: string, second: string) => (error: unknown) => {
      assert(error instanceof UserError);
      assert.equal(error.message, `Cannot report on ${first} and ${second} together. Make a report for each.`);
      return true;
    };
    const ofKernels = `"${timings}", which contains timings of kernels,`;
    const ofSuite = `"${run}", which contains trials of a suite,`;
    const ofMemory = `"${memory}", which contains measurements of memory,`;
    await assert.rejects(renderFolders([timings, run]), refusal(ofKernels, ofSuite));
    await assert.rejects(renderFolders([run, memory]), refusal(ofSuite, ofMemory));
    assert((await renderFolders([run])).has("report.md"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
