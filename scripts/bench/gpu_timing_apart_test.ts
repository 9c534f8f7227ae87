import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { TABLES } from "../../results/rows/list.ts";
import { createTable, readTable } from "../../results/rows/table.ts";
import { fakeGpuTiming } from "../../results/testing.ts";
import { INTERRUPTED } from "../command/cli.ts";
import { SHADER_CACHE_VARIABLE } from "../command/shader_cache.ts";
import { withProjectFolder } from "../command/testing.ts";
import { benchGpuTimingApart } from "./gpu_timing_apart.ts";

const DISABLE = "MESA_SHADER_CACHE_DISABLE";

// Left to the benchmark, it would be off for all tests of this process from then on.
Deno.env.set(DISABLE, "false");

/** Tells it to stop while it starts: it has tested the device by then, and timed nothing. */
async function stopAtOnce(out: string): Promise<void> {
  const controller = new AbortController();
  const run = benchGpuTimingApart({ profile: "smoke", out }, controller.signal);
  controller.abort();
  assert.equal(await run, INTERRUPTED);
}

Deno.test("benchGpuTimingApart() stops when it is told to, and leaves a report on what has been timed", () =>
  withProjectFolder(async (folder) => {
    await stopAtOnce(folder);
    assert.deepEqual(readTable(TABLES.gpuTimings, folder).rows, []);
    assert.match(await Deno.readTextFile(`${folder}/report.md`), /^# /);
  }));

Deno.test("benchGpuTimingApart() throws what is wrong for the user", () =>
  withProjectFolder(async (folder) => {
    createTable(TABLES.gpuTimings, folder).append(fakeGpuTiming({ rounds: [1] }));
    const run = benchGpuTimingApart({ profile: "smoke", out: folder }, new AbortController().signal);
    await assert.rejects(run, (error) => error instanceof UserError && /^Cannot start a run in /.test(error.message));
  }));

Deno.test("benchGpuTimingApart() runs without Mesa's cache of shaders", () =>
  withProjectFolder(async (folder) => {
    const before = Deno.env.get(SHADER_CACHE_VARIABLE);
    const caches = async (disable: string) => {
      const cache = await Deno.makeTempDir({ dir: folder });
      Deno.env.set(SHADER_CACHE_VARIABLE, cache);
      Deno.env.set(DISABLE, disable);
      await stopAtOnce(`${cache}-run`);
      return [...Deno.readDirSync(cache)].length > 0;
    };
    try {
      // What is there only when the user wants it was left out by the program; other drivers write nothing either way.
      if (await caches("false")) assert.ok(!await caches(""));
    } finally {
      Deno.env.set(DISABLE, "false");
      if (before === undefined) Deno.env.delete(SHADER_CACHE_VARIABLE);
      else Deno.env.set(SHADER_CACHE_VARIABLE, before);
    }
  }));
