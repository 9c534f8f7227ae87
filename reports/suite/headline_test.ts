import assert from "node:assert/strict";
import { fakePublished, fakeRun } from "../../results/testing.ts";
import { headlineTable } from "./headline.ts";
import { collect } from "./rows.ts";

const PUBLISHED = [fakePublished({ id: "paper.net", value: 1.2 })];

Deno.test("headlineTable() lists only networks with a published rate, failed ones included", () => {
  const published = { published: "paper.net" };
  const arms = [
    { variant: published, testErrors: [100, 110] },
    { variant: { ...published, variant: "old", recipe: "old", recipe_title: "Old" }, testErrors: [null] },
    { variant: { variant: "other", model: "other", model_title: "Other" }, testErrors: [90] },
  ];
  const lines = headlineTable(collect([fakeRun({ arms })], PUBLISHED)).split("\n");
  assert.equal(lines.length, 3);
  assert.match(lines[2]!, /^\| 784-10 \| 1\.20 \| 1\.05 \(.* to .*, n = 2\) \| \w.* \| none \| failed \|$/);
});

Deno.test("headlineTable() shows every learning rate of a recipe", () => {
  const arms = [{ variant: { published: "paper.net" }, testErrors: [100] }];
  const slow = [{ variant: { published: "paper.net", learning_rate: 0.05 }, testErrors: [null] }];
  const later = { started: "2024-02-01T00:00:00Z" };
  const data = collect([fakeRun({ arms }), fakeRun({ arms: slow, environment: later })], PUBLISHED);
  assert.match(headlineTable(data), /rate 0\.1: 1\.00 .*; rate 0\.05: none|rate 0\.05: none; rate 0\.1: 1\.00/);
});
