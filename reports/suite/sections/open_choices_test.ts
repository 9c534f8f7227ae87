import assert from "node:assert/strict";
import { type FakeArm, fakePublished, fakeRun } from "../../../results/testing.ts";
import { renderData } from "../report.ts";
import { collect } from "../rows.ts";

const PAPER = [fakePublished({ id: "paper.small", value: 4.7 }), fakePublished({ id: "paper.big", value: 1 })];

/** 784-10 with 5.5% errors where 4.7% were published. */
const MISSED: FakeArm = { variant: { recipe: "paper", published: "paper.small" }, testErrors: [550, 550, 551] };

const choice = (recipe: string, errors: FakeArm["testErrors"], other: FakeArm["variant"] = {}): FakeArm => ({
  variant: { variant: recipe, recipe, recipe_title: `Choice ${recipe}`, baseline: "paper", ...other },
  testErrors: errors,
});

const BASE = choice("paper", [700, 700], { baseline: "" });

/** The section of a report on `arms`, next to the rows of `choices`. */
async function report(arms: readonly FakeArm[], choices: readonly FakeArm[], dataset_sha256?: string): Promise<string> {
  const trial = { epochs: 4, train_images: 6_000, ...(dataset_sha256 && { dataset_sha256 }) };
  const openChoices = choices.length === 0
    ? []
    : collect([fakeRun({ arms: choices, trial, environment: { suite: "open_choices", profile: "quick" } })], []).rows;
  const text = (await renderData(collect([fakeRun({ arms })], PAPER, { openChoices }))).get("report.md")!;
  return /## Where the published rate is not reproduced\n\n.*?\n\n((?:- .*\n)+)/.exec(text)?.[1] ?? "";
}

Deno.test("renderData() says by how much a rate is missed, and which open choice changes the error most", async () => {
  const text = await report([MISSED], [
    BASE,
    choice("sum", [7000, 7000]),
    choice("start", [600, 600]),
    choice("slight", [650, 650]),
  ]);
  assert.match(
    text,
    /^- 784-10, paper: 5\.50% against the published\s4\.70% \(\+0\.80 points, .*\)\. Of 3 other choices/,
  );
  assert.match(text, /\(quick: 6,000\simages, 4 epochs, 2 seeds\), the largest change is with "Choice sum"/);
  assert.match(text, /"Choice sum": from 7\.00 to 70\.00% \(\+63\.00 points, \+61\.96 to \+64\.01\); the largest in/);
  assert.match(
    text,
    /in the other direction is with "Choice start": to 6\.00% \(-1\.00 points, -1\.68 to -0\.32\)\.$/m,
  );
});

Deno.test("renderData() takes no failed choice for the one that changes most, and names it", async () => {
  const eta = choice("paper", [null, null], { variant: "fast", learning_rate: 4 });
  const text = await report([MISSED], [BASE, choice("sum", [7000, null]), choice("start", [600, 600]), eta]);
  assert.match(
    text,
    /the largest change is with "Choice start": .*; trials fail with "Choice sum" and "step size 4"\.$/m,
  );
  const none = await report([MISSED], [BASE, eta]);
  assert.match(none, /Of 1 other choice \(.*\), none was finished; trials fail with "step size 4"\.$/m);
});

Deno.test("renderData() compares choices with the arm that is trained as the row, if there is one", async () => {
  const chosen = choice("paper", [600, 600], { variant: "chosen", learning_rate: 4 });
  const missed = { ...MISSED, variant: { ...MISSED.variant, learning_rate: 4 } };
  assert.match(await report([missed], [BASE, chosen]), /"step size 0\.1": from 6\.00 to 7\.00%/);
});

Deno.test("renderData() explains no reproduced rate, other network, other data set or other recipe", async () => {
  assert.equal(await report([{ ...MISSED, testErrors: [470, 470, 471] }], [BASE]), "");
  assert.equal(await report([MISSED], []), "");
  assert.equal(await report([{ ...MISSED, variant: { ...MISSED.variant, recipe: "modern" } }], [BASE]), "");
  const untried = /No other choice was tried with this network\./;
  assert.match(await report([MISSED], [choice("paper", [700], { baseline: "", model: "other" })]), untried);
  assert.match(await report([MISSED], [BASE, choice("start", [600, 600])], "cd".repeat(32)), untried);
});
