import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { fakeTiming } from "../testing.ts";
import { TABLES } from "./list.ts";
import { createTable, holdsTable, readTable } from "./table.ts";
import { roundColumns, roundsOf } from "./timings.ts";

/** Rows that were measured, one that was not, and one with everything that may be empty. */
const ROWS = [
  fakeTiming({ contender: "tuned", rounds: [1.5, 2.5, 2] }),
  fakeTiming({ contender: "stock", rounds: [20, 30], gpu_ms: 12.25, first_ms: 600, difference: 1e-7 }),
  fakeTiming({ contender: "pytorch", rounds: [], note: 'Not there: "python3", 3.11.' }),
];

Deno.test("readTable() reads timings.csv as it was written", () =>
  withFolder((folder) => {
    const directory = join(folder, "new", "run");
    assert.equal(holdsTable(TABLES.timings, directory), false);
    const store = createTable(TABLES.timings, directory);
    assert.equal(holdsTable(TABLES.timings, directory), true);
    assert.deepEqual(readTable(TABLES.timings, directory), { rows: [], notices: [] });
    ROWS.forEach((row) => store.append(row));
    assert.deepEqual(readTable(TABLES.timings, directory), { rows: ROWS, notices: [] });
  }));

Deno.test("createTable() refuses to write one timings.csv over another", () =>
  withFolder((folder) => {
    createTable(TABLES.timings, folder).append(ROWS[0]!);
    assert.throws(() => createTable(TABLES.timings, folder), (error: Error) => {
      assert.ok(error instanceof UserError);
      return /already holds "timings.csv".*--out/.test(error.message);
    });
    assert.equal(readTable(TABLES.timings, folder).rows.length, 1);
  }));

Deno.test("readTable() refuses a damaged timings.csv and says where", () =>
  withFolder((folder) => {
    const path = join(folder, TABLES.timings.file);
    createTable(TABLES.timings, folder).append(ROWS[0]!);
    const text = Deno.readTextFileSync(path);
    const refused = (damaged: string, expected: RegExp) => {
      Deno.writeTextFileSync(path, damaged);
      assert.throws(() => readTable(TABLES.timings, folder), (error: Error) =>
        error instanceof UserError && expected.test(error.message));
    };
    refused(text.replace("\n3,", "\n99,"), /line 2, column "schema" holds "99"/);
    refused(text.replace(",wall_ms,", ",wall_s,"), /column "wall_ms" is missing/);
    refused(text.replace("1.5 2.5 2", "1.5 2.5 fast"), /column "rounds_ms" holds "1.5 2.5 fast"/);
    refused(text.replace("1.5 2.5 2", "1.5  2"), /column "rounds_ms"/);
    refused(text.replace("1.5 2.5 2", "0 2.5 2"), /column "rounds_ms" holds "0 2.5 2"/);
    refused(text.replace("1.5 2.5 2", ""), /wall_ms and rounds_ms are given together/);
    refused(text.replace(",step,", ",stop,"), /column "kind" holds "stop"/);
    Deno.removeSync(path);
    assert.throws(() =>
      readTable(TABLES.timings, folder), /Name the folder that contains "timings.csv"/);
  }));

Deno.test("roundColumns() keeps six digits of each round, and their median as the wall time", () => {
  const { wall_ms, rounds_ms } = roundColumns([3.00000049, 1.23456789, 200]);
  assert.deepEqual([wall_ms, rounds_ms], [3, "3 1.23457 200"]);
  const times = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(times, (rounds) => {
      const read = roundsOf(roundColumns(rounds));
      assert.equal(read.length, rounds.length);
      read.forEach((ms, i) => assert.ok(Math.abs(ms / rounds[i]! - 1) < 1e-5));
      // A whole row takes them all.
      assert.deepEqual(roundsOf(fakeTiming({ contender: "tuned", rounds })), read);
    }),
    { seed: 1 },
  );
});
