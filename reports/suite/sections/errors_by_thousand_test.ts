import assert from "node:assert/strict";
import { fakeRun } from "../../../results/testing.ts";
import { renderReport } from "../report.ts";

/** A run of one arm whose trials make that many errors in the first and in the second half of the test set. */
function run(
  trials: readonly (readonly [first: number, second: number])[],
  options: Pick<Parameters<typeof fakeRun>[0] & object, "trial" | "environment"> = {},
) {
  const invented = fakeRun({ ...options, arms: [{ testErrors: trials.map(([first, second]) => first + second) }] });
  const errors = [...Map.groupBy(invented.errors, ({ trial }) => trial).values()].flatMap((ofTrial, i) =>
    ofTrial.map((row, error) => ({
      ...row,
      test_index: error < trials[i]![0] ? error : 5_000 + error - trials[i]![0],
    }))
  );
  return { ...invented, errors };
}

async function report(...input: Parameters<typeof run>): Promise<string> {
  return (await renderReport([run(...input)], [])).get("report.md") ?? "";
}

const NOTICE =
  /^> \*\*Notice\.\*\* 784-10, modern: (\d+)% of its errors are among the first 5,000 test images, .*tested\.$/m;

Deno.test("ERRORS_BY_THOUSAND shows the mean errors in each thousand, and the share of the first half", async () => {
  const text = await report([[100, 50], [120, 30]]);
  // 110 of 150 errors per trial, all in the first hundreds of each half; Wilson 1927: 65.8 to 79.7% of 150.
  assert.ok(text.includes("\n| 784-10 | modern | 110.0 | 0.0 | 0.0 | 0.0 | 0.0 | 40.0 | 0.0 |"), text);
  assert.ok(text.includes(" | 73 (66 to 80) |"));
  assert.ok(text.includes("](errors_by_thousand.svg)"));
  assert.doesNotMatch(text, NOTICE);
});

Deno.test("ERRORS_BY_THOUSAND draws the share of the errors in each thousand", async () => {
  const svg = (await renderReport([run([[100, 50]])], [])).get("errors_by_thousand.svg") ?? "";
  assert.match(svg, /share of the errors, %/);
});

Deno.test("ERRORS_BY_THOUSAND is about all of MNIST's test images only", async () => {
  for (
    const options of [
      { trial: { dataset: "usps", test_images: 2007 } },
      { trial: { test_images: 2000 } },
      { environment: { judged_on: "validation" }, trial: { validation_images: 100, validation_errors: 3 } },
    ] as const
  ) {
    const files = await renderReport([run([[100, 50]], options)], []);
    assert.ok(!files.get("report.md")!.includes("Errors by test image"), JSON.stringify(options));
    assert.equal(files.get("errors_by_thousand.svg"), undefined);
  }
  assert.ok(!(await report([[0, 0]])).includes("Errors by test image"), "no errors");
});

Deno.test("unusualShares() reports a network that learned and makes as many errors in either half, or nearly all in one", async () => {
  assert.equal(NOTICE.exec(await report([[250, 250]]))?.[1], "50");
  assert.equal(NOTICE.exec(await report([[95, 5]]))?.[1], "95");
  assert.equal(NOTICE.exec(await report([[100, 400], [100, 400]]))?.[1], "20");
});

Deno.test("unusualShares() says nothing of few errors, of usual shares, or of a network that did not learn", async () => {
  for (const [first, second] of [[20, 20], [65, 35], [80, 20], [505, 500]] as const) {
    assert.doesNotMatch(await report([[first, second]]), NOTICE);
  }
});
