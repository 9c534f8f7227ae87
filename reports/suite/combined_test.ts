import assert from "node:assert/strict";
import { fakePublished, fakeRun } from "../../results/testing.ts";
import { md } from "../page/markdown.ts";
import { renderCombined, suitePart } from "./combined.ts";

Deno.test("renderCombined() has one part per suite: title, two sentences, picture and link", () => {
  const run = fakeRun({ arms: [{ variant: { published: "paper.small" }, testErrors: [1200, 1210, 1220] }] });
  const published = [fakePublished({ id: "paper.small", value: 12 })];
  const part = suitePart([run], { published, link: "lenet300/report.md", picture: "lenet300/error_rates.svg" });
  assert.equal(
    renderCombined([part, { title: "Timing", answer: md`Fast. Very.`, link: "gpu timing/report (1).md" }]),
    "# Benchmark\n\n## A suite of invented numbers\n\n" +
      "Of 1 row with a published error rate: **1 reproduced**. The least error is 12.10% (11.48 to 12.75): 784-10, modern.\n\n" +
      "![A suite of invented numbers](lenet300/error_rates.svg)\n\n[The whole report](lenet300/report.md)\n\n" +
      "## Timing\n\nFast. Very.\n\n[The whole report](gpu%20timing/report%20%281%29.md)\n",
  );
});

Deno.test("renderCombined() escapes titles", () => {
  const page = renderCombined([{ title: "a](http://evil.test) <b>\n# c", answer: "", link: "x.md" }]);
  assert.doesNotMatch(page, /<b>|(?<!\\)\]\(http|^# c/m);
});
