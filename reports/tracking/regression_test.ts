import assert from "node:assert/strict";
import { type Judged, type RegressionReport, THRESHOLDS } from "../../results/regression/judgement.ts";
import { annotations, renderRegression } from "./regression.ts";

const SLOWER: Judged = {
  subject: "lenet300/a",
  metric: "epoch time",
  unit: "ms",
  base: 100,
  head: 120,
  change: { kind: "ratio", value: 1.2, interval: { low: 1.15, high: 1.25 } },
  judgement: "regressed",
  detail: "6 rounds, 54 samples",
};
const SAME: Judged = {
  ...SLOWER,
  subject: "lenet300/b",
  metric: "test error",
  unit: "%",
  base: 1.5,
  head: 1.55,
  change: { kind: "difference", value: 0.05, interval: { low: -0.02, high: 0.09 } },
  judgement: "same",
  within: 0.1,
};
const TITLES = { base: "main", head: "branch", thresholds: THRESHOLDS };

function page(report: Partial<RegressionReport>): string {
  return renderRegression({ measured: [], judged: [], notJudged: [], lacking: [], notices: [], ...report }, TITLES);
}

Deno.test("renderRegression() names what regressed first, then lists regressions, and folds what is the same", () => {
  const text = page({ judged: [SAME, SLOWER] });
  assert.match(text, /^# branch against main\n\n\*\*Regressed: epoch time of lenet300\/a\.\*\* 1 the same\./);
  assert.match(
    text,
    /\| lenet300\/a \| epoch time \| 100 ms \| 120 ms \| 1\.200 \(1\.150 to 1\.250\) \| \*\*regressed\*\* \|/,
  );
  assert.ok(text.indexOf("lenet300/a") < text.indexOf("<details>"));
  assert.ok(text.indexOf("lenet300/b") > text.indexOf("<details>"));
  assert.match(text, /1\.50% \| 1\.55% \| \+0\.05 \(-0\.02 to \+0\.09\) \| same within 0\.1 points/);
  assert.match(page({ judged: [SAME] }), /Nothing regressed/);
});

Deno.test("renderRegression() says in its first sentence which step of training moved, metric by metric", () => {
  const loss = { ...SLOWER, metric: "training loss", unit: "loss" } as const;
  const curve = { ...SLOWER, metric: "loss curve", unit: "loss", judgement: "changed" } as const;
  const subjects = ["a", "b", "c", "d", "e"].map((subject) => ({ ...SLOWER, subject }));
  assert.match(
    page({ judged: [loss, curve, ...subjects] }),
    /^\*\*Regressed: training loss of lenet300\/a; epoch time of a, b, c and d, and 1 more\. Training took another course: lenet300\/a\.\*\*$/m,
  );
  assert.match(page({ judged: [curve] }), /^\*\*Nothing regressed\. Training took another course: lenet300\/a\.\*\*$/m);
  const rounded = { ...curve, judgement: "same", within: 1e-4 } as const;
  assert.match(page({ judged: [rounded] }), /\| the same up to rounding \|/);
});

Deno.test("renderRegression() says in its first sentence what is missing", () => {
  const lacking = ['head lacks 1 of 2 variants of "a"'];
  const first = (report: Partial<RegressionReport>) => page(report).split("\n")[2]!;
  assert.match(
    first({ judged: [SAME], lacking }),
    /^\*\*No regression shown, but head lacks 1 of 2 variants of "a"\.\*\* 1/,
  );
  assert.match(
    first({ judged: [SLOWER], lacking }),
    /^\*\*Regressed: epoch time of lenet300\/a, and head lacks 1 of 2 variants of "a"\.\*\*$/,
  );
  const many = [1, 2, 3, 4, 5, 6].map((n) => `head lacks ${n}`);
  assert.match(first({ lacking: many }), /head lacks 1, head lacks 2, head lacks 3 and head lacks 4, and 2 more\.\*\*/);
  assert.match(page({ lacking: many }), /## Missing\n\n- head lacks 1\n(- .*\n){4}- head lacks 6\n/);
});

Deno.test("renderRegression() shows texts from files as text", () => {
  const hostile = "a|b](javascript:x)<script>\n# c";
  const text = page({
    judged: [{ ...SLOWER, subject: hostile, detail: hostile }],
    notJudged: [{ subject: hostile, found: "not comparable", reason: hostile }],
    notices: [hostile],
  });
  assert.ok(!text.includes("<script>"));
  assert.ok(!/\n# c/.test(text));
  assert.ok(!/[^\\]\]\(/.test(text));
});

Deno.test("annotations() has one line per regression or loss, which can't start another command", () => {
  const lines = annotations({
    measured: [],
    judged: [{ ...SLOWER, subject: "a,b:c\n::error::d%" }, SAME],
    notJudged: [],
    lacking: ["head lacks a\n::error::b"],
    notices: [],
  });
  assert.deepEqual(lines, [
    "::error title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ad%25%3A epoch time regressed::100 ms to 120 ms, 1.200 (1.150 to 1.250)",
    "::warning title=Evidence is missing::head lacks a%0A::error::b",
  ]);
});
