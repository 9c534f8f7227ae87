import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { ENVIRONMENT_FILE } from "../folder/environment.ts";
import { readEnvironment } from "../folder/store.ts";
import { DETAIL_TABLES, FOLDER_TABLES, RUN_TABLES, TABLES } from "./list.ts";
import { readTable, type Table } from "./table.ts";

const REFERENCE = new URL("../reference", import.meta.url).pathname;

Deno.test("TABLES reads every committed file of results", () => {
  const byFile = new Map<string, Table>(Object.values(TABLES).map((table) => [table.file, table]));
  const read = new Set<string>();
  for (const path of filesUnder(REFERENCE)) {
    const [file, folder] = [basename(path), dirname(path)];
    if (file === ENVIRONMENT_FILE) readEnvironment(folder);
    if (!file.endsWith(".csv")) continue;
    const table = byFile.get(file);
    assert.ok(table, `no table is called "${path}"`);
    assert.deepEqual(readTable(table, folder).notices, []);
    read.add(file);
  }
  // Slices are a comparison's own; a calibration keeps what it made of them.
  assert.deepEqual(read, new Set(byFile.keys()).difference(new Set(["slices.csv"])));
});

Deno.test("TABLES has each version in its rows, and the trials' rows last in a run's folder", () => {
  for (const { version, row } of Object.values(TABLES)) assert.equal(row.shape.schema.parse(version), version);
  assert.equal(RUN_TABLES.at(-1), "trials");
  assert.deepEqual(DETAIL_TABLES, ["epochs", "errors", "sweeps", "gradients"]);
  assert.deepEqual(FOLDER_TABLES.map(({ file }) => file), [
    "timings.csv",
    "gpu_timings.csv",
    "step_comparisons.csv",
    "step_kernels.csv",
    "slices.csv",
    "memory.csv",
    "calibration.csv",
  ]);
});

Deno.test("TABLES.variants reads joined departures of version 2 as a list", () => {
  const folder = `${REFERENCE}/lenet300/llvmpipe/fully-connected`;
  const rows = readTable(TABLES.variants, folder).rows;
  assert.ok(rows.some(({ departures }) => departures.length > 1));
  assert.ok(rows.every(({ departures }) => departures.every((text) => text !== "" && !text.includes(" | "))));
});

Deno.test("TABLES reads files without the newest columns: no margin, no test error by epoch, one network, no first losses", () => {
  const folder = `${REFERENCE}/lenet300/llvmpipe/fully-connected`;
  const [errors, epochs] = [readTable(TABLES.errors, folder).rows, readTable(TABLES.epochs, folder).rows];
  assert.ok(errors.length > 0 && errors.every(({ schema, margin }) => schema === 3 && margin === null));
  assert.ok(epochs.length > 0);
  for (const { schema, test_error_pct, network, filtered_patterns, first_losses } of epochs) {
    assert.deepEqual([schema, test_error_pct, network, filtered_patterns, first_losses], [5, null, 1, null, ""]);
  }
});

function filesUnder(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesUnder(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}
