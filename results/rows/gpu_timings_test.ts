import assert from "node:assert/strict";
import { join } from "node:path";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { fakeGpuTiming } from "../testing.ts";
import { TABLES } from "./list.ts";
import { createTable, holdsTable, readTable } from "./table.ts";

/** A row that was measured, one that was not, and a layer with everything that it may hold. */
const ROWS = [
  fakeGpuTiming({ phase: "step", rounds: [1.5, 2.5, 2], peak_bytes: 4096 }),
  fakeGpuTiming({ phase: "forward", rounds: [], note: 'Needs "much" memory, more than there is' }),
  fakeGpuTiming({
    kind: "layer",
    layer: "conv1",
    layer_kind: "conv",
    times: 3,
    phase: "forward",
    rounds: [20, 30],
    gpu_ms: 12.25,
    flops: 10,
    bytes: 20,
    parameters: 30,
    macs: 5,
    activation_bytes: 16,
  }),
];

Deno.test("readTable() reads gpu_timings.csv as it was written", () =>
  withFolder((folder) => {
    const directory = join(folder, "new", "run");
    assert.equal(holdsTable(TABLES.gpuTimings, directory), false);
    const store = createTable(TABLES.gpuTimings, directory);
    assert.equal(holdsTable(TABLES.gpuTimings, directory), true);
    ROWS.forEach((row) => store.append(row));
    assert.deepEqual(readTable(TABLES.gpuTimings, directory), { rows: ROWS, notices: [] });
    assert.throws(() => createTable(TABLES.gpuTimings, directory), /already holds "gpu_timings.csv".*--out/);
  }));

Deno.test("readTable() leaves out a last line of gpu_timings.csv that was cut off, with a notice", () =>
  withFolder((folder) => {
    const store = createTable(TABLES.gpuTimings, folder);
    ROWS.forEach((row) => store.append(row));
    const path = join(folder, TABLES.gpuTimings.file);
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).slice(0, -20));
    const { rows, notices } = readTable(TABLES.gpuTimings, folder);
    assert.deepEqual(rows, ROWS.slice(0, -1));
    assert.equal(notices.length, 1);
  }));

Deno.test("readTable() reads a gpu_timings.csv without the graphics API", () =>
  withFolder((folder) => {
    createTable(TABLES.gpuTimings, folder).append(ROWS[0]!);
    const path = join(folder, TABLES.gpuTimings.file);
    Deno.writeTextFileSync(
      path,
      Deno.readTextFileSync(path).replace(",api\n", "\n").replace("\n2,", "\n1,").replace(/,\n$/, "\n"),
    );
    assert.deepEqual(readTable(TABLES.gpuTimings, folder).rows, [ROWS[0]]);
  }));

Deno.test("readTable() refuses a damaged row of gpu_timings.csv and says where", () =>
  withFolder((folder) => {
    const path = join(folder, TABLES.gpuTimings.file);
    createTable(TABLES.gpuTimings, folder).append(ROWS[0]!);
    const text = Deno.readTextFileSync(path);
    const refused = (damaged: string, expected: RegExp) => {
      assert.notEqual(damaged, text);
      Deno.writeTextFileSync(path, damaged);
      assert.throws(() => readTable(TABLES.gpuTimings, folder), (error: Error) =>
        error instanceof UserError && expected.test(error.message));
    };
    refused(text.replace("\n2,", "\n99,"), /line 2, column "schema" holds "99"/);
    refused(text.replace(",phase,fc", ",face,fc"), /column "kind" holds "face"/);
    refused(text.replace(",step,", ",stop,"), /column "phase" holds "stop"/);
    refused(text.replace("1.5 2.5 2", "1.5 -2.5 2"), /column "rounds_ms"/);
    refused(text.replace(",2,1.5 2.5 2,", ",0,1.5 2.5 2,"), /column "wall_ms" holds "0"/);
    refused(text.replace(",2,1.5 2.5 2,", ",2,,"), /wall_ms and rounds_ms are given together/);
    refused(text.replace(",2,1.5 2.5 2,", ",,,"), /what was not measured has a reason/);
  }));
