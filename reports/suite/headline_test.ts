import assert from "node:assert/strict";
import { fakePublished, fakeRun } from "../../results/testing.ts";
import { headlineTable } from "./headline.ts";
import { collect, type ReportRow } from "./rows.ts";

const PUBLISHED = [fakePublished({ id: "paper.net", value: 1.2 }), fakePublished({ id: "paper.new", value: 3 })];

function rowsOf(...runs: Parameters<typeof fakeRun>[0][]): readonly ReportRow[] {
  return collect(runs.map((run) => fakeRun(run)), PUBLISHED).rows;
}

Deno.test("headlineTable() joins both procedures by the published rate, failed and missing ones included", () => {
  const published = { published: "paper.net" };
  const modern = rowsOf({
    arms: [
      { variant: published, testErrors: [100, 110] },
      { variant: { variant: "other", model: "other", model_title: "Other" }, testErrors: [90] },
      { variant: { variant: "new", model: "new", model_title: "New", published: "paper.new" }, testErrors: [300] },
    ],
  });
  const paper = rowsOf({ arms: [{ variant: { ...published, model_title: "As in the paper" }, testErrors: [null] }] });
  const lines = headlineTable({ paper, modern }).split("\n");
  assert.equal(lines.length, 4);
  assert.match(lines[2]!, /^\| As in the paper \| 1\.20 \| none \| failed \| 1\.05 \(.* to .*, n = 2\) \| \w.* \|$/);
  assert.match(lines[3]!, /^\| New \| 3\.00 \| not run yet \| +\| 3\.00 \(.*n = 1\) \| \w.* \|$/);
});

Deno.test("headlineTable() shows every learning rate of a procedure", () => {
  const arms = [{ variant: { published: "paper.net" }, testErrors: [100] }];
  const slow = [{ variant: { published: "paper.net", learning_rate: 0.05 }, testErrors: [null] }];
  const modern = rowsOf({ arms }, { arms: slow, environment: { started: "2024-02-01T00:00:00Z" } });
  assert.match(
    headlineTable({ paper: [], modern }),
    /rate 0\.1: 1\.00 .*; rate 0\.05: none|rate 0\.05: none; rate 0\.1: 1\.00/,
  );
});

Deno.test("headlineTable() has a line for each recipe of the paper, named by what the recipes don't share", () => {
  const arm = (recipe_title: string) => ({
    variant: { variant: recipe_title, published: "paper.net", recipe: recipe_title, recipe_title, model_title: "Net" },
    testErrors: [100],
  });
  const paper = rowsOf({ arms: [arm("Paper, sums"), arm("Paper, sums, start at 0"), arm("Paper, means")] });
  const modern = rowsOf({ arms: [arm("Modern")] });
  const [, , ...lines] = headlineTable({ paper, modern }).split("\n");
  assert.deepEqual(lines.map((line) => line.split(" | ")[0]), [
    "| Net, sums",
    "| Net, sums, start at 0",
    "| Net, means",
  ]);
  const modernCells = lines.map((line) => line.split("|")[5]!.trim());
  assert.match(modernCells[0]!, /^1\.00 /);
  assert.deepEqual(modernCells.slice(1), ["", ""]);
  const [, , same] = headlineTable({ paper: rowsOf({ arms: [arm("Paper, sums")] }), modern }).split("\n");
  assert.match(same!, /^\| Net \| /);
});
