import assert from "node:assert/strict";
import { fakeRun } from "../testing.ts";
import { decodeTable, encodeTable } from "./table.ts";
import { type TrialRow, TRIALS } from "./trials.ts";

const [ROW, FAILED] = fakeRun({
  arms: [{ testErrors: [123, null] }],
  trial: { validation_images: 640, validation_errors: 17 },
}).trials as [TrialRow, TrialRow];

/** The row's line of a file with some cells replaced. */
function withCells(row: TrialRow, cells: Readonly<Partial<Record<keyof TrialRow, string>>>): string {
  const [header, line] = encodeTable(TRIALS, [row]).split("\n");
  const found = line!.match(/"[^"]*"|[^,"]+|(?<=^|,)(?=,|$)/g)!;
  const names = header!.split(",");
  for (const [column, cell] of Object.entries(cells)) found[names.indexOf(column)] = cell;
  return `${header}\n${found.join()}\n`;
}

const read = (text: string) => decodeTable(TRIALS, { name: "trials.csv", text }).rows;

Deno.test("TRIALS reads numbers that agree except in their last bits", () => {
  assert.deepEqual(read(withCells(ROW, {})), [ROW]);
  assert.equal(read(withCells(ROW, { validation_error_pct: "2.6562500000001" })).length, 1);
  assert.equal(read(withCells(FAILED, {})).length, 1);
  assert.equal(read(withCells(ROW, { train_seconds: "0", images_per_second: "" })).length, 1, "a coarse clock");
});

Deno.test("TRIALS refuses a row whose cells contradict each other, and names the column", () => {
  const cases: readonly [keyof TrialRow, string, string][] = [
    ["test_errors", "124", 'column "test_error_pct" holds "1.23": not test_errors in per cent of test_images'],
    ["test_error_pct", "1.2", 'column "test_error_pct" holds "1.2": not test_errors in per cent of test_images'],
    ["test_error_pct", "", 'column "test_error_pct" holds "": not a number'],
    ["validation_error_pct", "2.66", 'column "validation_error_pct" holds "2.66": not validation_errors in per cent'],
    ["validation_errors", "641", 'column "validation_errors" holds "641": more than validation_images'],
    ["test_images", "0", 'column "test_errors" holds "123": more than test_images, or of no images'],
    [
      "train_seconds",
      "180.05",
      'column "images_per_second" holds "1000": not whole passes over train_images divided by',
    ],
    ["images_per_second", "", 'column "images_per_second" holds ""'],
    ["weights_sha256", "", 'column "weights_sha256" holds "": empty, though the trial is done'],
  ];
  for (const [column, cell, expected] of cases) {
    assert.throws(() => read(withCells(ROW, { [column]: cell })), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot read "trials.csv": line 2, ${expected}`), error.message);
      return error.name === "UserError";
    });
  }
  assert.throws(() => read(withCells(ROW, { test_errors: "", test_error_pct: "" })), /column "test_errors" holds ""/);
});
