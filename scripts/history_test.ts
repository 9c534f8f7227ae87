import assert from "node:assert/strict";
import { TABLES } from "../results/rows/list.ts";
import { createTable } from "../results/rows/table.ts";
import { fakeTiming } from "../results/testing.ts";
import { runTask, withProjectFolder } from "./command/testing.ts";

/** A run of the kernels' timings at a commit. */
function writeTimings(directory: string, { commit = "0123abc", finished = "2024-01-02T03:04:05Z", ms = 5 } = {}) {
  createTable(TABLES.timings, directory).append(fakeTiming({ rounds: [ms, ms + 1, ms + 2], commit, finished }));
  return directory;
}

Deno.test("history adds runs, reports what became worse, and exports", () =>
  withProjectFolder(async (folder) => {
    const file = `${folder}/history.jsonl`;
    const run = writeTimings(`${folder}/run`);
    const added = await runTask("history", "add", run, "--file", file);
    assert.deepEqual([added.code, added.stdout, added.stderr], [0, `Added 1 metric to ${file}.\n`, ""]);

    const again = await runTask("history", "add", run, "--file", file);
    assert.deepEqual([again.code, again.stdout], [0, `The run in ${run} is in ${file} already.\n`]);

    await Deno.writeTextFile(file, '{"schema":1,', { append: true });
    const second = writeTimings(`${folder}/second`, { commit: "4567def", finished: "2024-01-03T03:04:05Z" });
    const torn = await runTask("history", "add", second, "--file", file);
    assert.deepEqual([torn.code, torn.stdout], [0, `Added 1 metric to ${file}.\n`]);
    assert.match(torn.stderr, /^Note: The last line of ".*" was cut off in the middle/);

    const reported = await runTask("history", "report", "--file", file, "--out", `${folder}/report`);
    assert.deepEqual([reported.code, reported.stderr], [0, ""]);
    assert.match(await Deno.readTextFile(`${folder}/report/report.md`), /\*\*No step can be shown yet\.\*\* 2 commits/);

    const exported = await runTask("history", "export", run, "--format", "bencher", "--out", `${folder}/export`);
    assert.equal(exported.stdout, `Wrote bencher.json to ${folder}/export.\n`);
    const [benchmark] = Object.values(JSON.parse(await Deno.readTextFile(`${folder}/export/bencher.json`)));
    assert.deepEqual(benchmark, { wall_time: { value: 6 } });
  }));

Deno.test("history refuses bad input with one sentence", () =>
  withProjectFolder(async (folder) => {
    const file = `${folder}/history.jsonl`;
    const missing = await runTask("history", "report", "--file", file);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^Error: There is no history ".*history\.jsonl"\. Make one with/);

    const unknown = writeTimings(`${folder}/run`, { commit: "unknown" });
    const refused = await runTask("history", "add", unknown, "--file", file);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^Error: The run's commit is "unknown"/);

    const run = writeTimings(`${folder}/timed`);
    const homeless = await runTask("history", "add", run, "--file", `${folder}/new/h.jsonl`);
    assert.deepEqual([homeless.code, homeless.stderr], [
      1,
      `Error: Cannot write "${folder}/new/h.jsonl": there is no folder "${folder}/new". Make the folder first.\n`,
    ]);

    await Deno.writeTextFile(file, "{}\n");
    const damaged = await runTask("history", "export", "--format", "json", "--file", file);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stderr, /^Error: Cannot read line 1 of "/);

    await Deno.writeTextFile(file, "");
    assert.match((await runTask("history", "report", "--file", file)).stderr, /^Error: The history ".*" is empty/);
    assert.equal((await runTask("history", "export", "--format", "xml")).code, 2);
  }));
