import assert from "node:assert/strict";
import type { z } from "zod";
import type { RowSchema } from "../../base/csv/csv.ts";
import { environment } from "../../results/folder/environment.ts";
import type { Run } from "../../results/folder/store.ts";
import { epochRow } from "../../results/rows/epochs.ts";
import { errorRow } from "../../results/rows/errors.ts";
import { gpuTimingRow } from "../../results/rows/gpu_timings.ts";
import { gradientRow } from "../../results/rows/gradients.ts";
import { sampleRow } from "../../results/rows/samples.ts";
import { sweepRow } from "../../results/rows/sweeps.ts";
import { timingRow } from "../../results/rows/timings.ts";
import { trialRow } from "../../results/rows/trials.ts";
import { variantRow } from "../../results/rows/variants.ts";
import { fakeGpuTiming, fakePublished, fakeRun, fakeTiming, withTexts } from "../../results/testing.ts";
import { renderCombined, suitePart } from "../suite/combined.ts";
import { renderReport } from "../suite/report.ts";
import { gpuTimingPart, renderGpuReport } from "../timing/gpu_timing.ts";
import { renderKernelReport } from "../timing/kernels.ts";
import type { ReportFiles } from "./report_files.ts";

/** What a file from elsewhere may hold in any of its texts. None is longer than an id may be. */
const PAYLOADS: readonly string[] = [
  `<script>alert(1)</script><img src=x onerror=alert(1)> &lt;b> <!-- ]]> <![CDATA[`,
  `](javascript:alert(1)) ![x](http://evil.test) [y]: http://evil.test <http://evil.test> www.evil.test`,
  "|a|b|\n\n# heading\r\n- item\n\n```\n~~~ \u2028 --- **strong** \\",
  `</text></svg><svg onload="alert(1)"><a href='javascript:1'>x</a> " onclick="1 ' url(http://evil.test)`,
  `{"signal":"1"} datum["x"] <style>*{display:none}</style>&#x3c;\u0000\u001b[2J\u202e\ud800</details><details open>`,
];

/** How a payload gets into a row: behind each of its texts, except a parameter's, whose end says its role. */
function poison(payload: string): (text: string, column: string) => string {
  return (text, column) => column === "parameter" ? `${payload}${text}` : `${text}${payload}`;
}

function poisonedRun(run: Run, payload: string): Run {
  const change = poison(payload);
  const all = <S extends RowSchema>(schema: S, rows: readonly z.infer<S>[]) =>
    rows.map((row) => withTexts(schema, row, { change, keep: ["published"] }));
  return {
    environment: withTexts(environment, run.environment, { change }),
    variants: all(variantRow, run.variants),
    trials: all(trialRow, run.trials),
    epochs: all(epochRow, run.epochs),
    errors: all(errorRow, run.errors),
    sweeps: all(sweepRow, run.sweeps),
    gradients: all(gradientRow, run.gradients),
    samples: all(sampleRow, run.samples),
    notices: [payload],
  };
}

/** Neither XML nor a terminal has a use for them, except for line breaks. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\uFFFE\uFFFF]/u;

/** Asserts that whatever came from a row is text, and nothing of it markup. */
function assertHarmless(files: ReportFiles): void {
  for (const [name, text] of files) {
    assert.match(name, /^[a-z_]+\.(md|svg)$/, "no name comes from a row");
    if (name.endsWith(".md")) assertHarmlessMarkdown(text);
    else assertHarmlessSvg(text);
  }
}

function assertHarmlessMarkdown(text: string): void {
  assert.doesNotMatch(text, UNPRINTABLE);
  // Code blocks show what they hold; a line break would end them.
  const shown = text.split("\n").filter((line) => !line.startsWith("    ")).join("\n");
  for (const [tag] of shown.matchAll(/<[^ ][^>]*>?/g)) assert.match(tag, /^<\/?(details|summary)>$/);
  for (const [, target] of shown.matchAll(/(?<!\\)\]\(([^)]*)\)/g)) {
    assert.match(target!, /^#[a-z-]+$|^([a-z_]+\/)?[a-z_]+\.(svg|md)$/);
  }
  assert.doesNotMatch(shown, /(https?|ftp|mailto):|www\./, "addresses that become links");
  const unquoted = shown.replace(/(?<!\\)`[\w:. -]+`/g, "");
  assert.doesNotMatch(unquoted, /(?<!\\)`/, "code that holds a text from a row");
  assert.doesNotMatch(shown, /~~~|^(# heading|- item)/m);
  const opened = shown.match(/^<details>/gm)?.length;
  assert.equal(shown.match(/^<\/details>/gm)?.length, opened);
  const cells = (row: string) => row.match(/(?<!\\)\|/g)?.length;
  for (const table of shown.match(/(?:^\|.*\n)+/gm) ?? []) {
    assert.equal(new Set(table.trimEnd().split("\n").map(cells)).size, 1, table);
  }
}

/** What Vega and the contact sheet draw with. */
const ELEMENTS = new Set(["svg", "g", "path", "rect", "text", "line", "defs", "clipPath", "linearGradient", "stop"]);

function assertHarmlessSvg(text: string): void {
  // Every tag whole, every attribute in quotes, and no other < or & than those of entities.
  const rest = text.replace(/<\/?([A-Za-z]+)((?:\s+[a-zA-Z][\w:-]*="[^"<>]*")*)\s*\/?>/g, (_, element, attributes) => {
    assert.ok(ELEMENTS.has(element), element);
    for (const [, attribute, value] of attributes.matchAll(/\s([\w:-]+)="([^"]*)"/g)) {
      assert.doesNotMatch(attribute, /^on|href|^style$/i);
      // Read aloud, not acted upon.
      if (attribute !== "aria-label") assert.doesNotMatch(value, /javascript:|url\((?!#)/);
    }
    return "";
  });
  assert.doesNotMatch(rest, /<|&(?!(lt|gt|amp|quot|apos);)/);
  assert.doesNotMatch(text, UNPRINTABLE);
}

const ARMS = [
  { variant: { variant: "base", published: "paper.small" }, testErrors: [1200, 1210, null] },
  { variant: { variant: "arm", title: "Other", baseline: "base", augmentation: "shift" }, testErrors: [1100, 1120] },
  { variant: { variant: "third", title: "Third", departures: ["one", "two"], data: "half" }, testErrors: [1000] },
  { variant: { variant: "untried", title: "Untried" }, testErrors: [] },
];

const ROUNDS = [1, 2, 3, 1, 2, 3];

for (const [i, payload] of PAYLOADS.entries()) {
  const published = [
    fakePublished({ id: "paper.small", value: 12, system: payload, source: payload, protocol: payload }),
  ];

  Deno.test(`renderReport() shows hostile text as text: payload ${i + 1}`, async () => {
    const run = fakeRun({ arms: ARMS, environment: { reach_train_error_pct: 5 } });
    const files = await renderReport([poisonedRun(run, payload)], published);
    assert.equal(files.size, 8);
    assertHarmless(files);
    const part = suitePart([poisonedRun(run, payload)], { published, link: "fake/report.md" });
    assertHarmless(new Map([["report.md", renderCombined([part])]]));
  });

  Deno.test(`renderKernelReport() and renderGpuReport() show hostile text as text: payload ${i + 1}`, async () => {
    const ceilings = { kind: "ceiling", contender: "wgsl", rounds: ROUNDS } as const;
    const change = poison(payload);
    const evil = (columns: Parameters<typeof fakeTiming>[0]) =>
      // Two contenders have a meaning to the report.
      withTexts(timingRow, fakeTiming(columns), {
        change,
        keep: /tuned|stock/.test(columns.contender ?? "") ? ["contender"] : [],
      });
    const kernels = [
      fakeTiming({ ...ceilings, subject: "multiply-add", flops: 1e9 }),
      fakeTiming({ ...ceilings, subject: "copy", bytes: 1e7 }),
      ...(["step", "kernel"] as const).flatMap((kind) => [
        evil({ kind, contender: "tuned", rounds: ROUNDS }),
        evil({ kind, contender: "stock", rounds: ROUNDS, difference: 0.4 }),
        evil({ kind, contender: "peer", rounds: ROUNDS }),
        evil({ kind, contender: "absent", rounds: [], note: "Not here" }),
      ]),
    ];
    assertHarmless(renderKernelReport([{ rows: kernels, notices: [payload] }]));

    const phases = ["forward", "forward_backward", "optimiser", "step"] as const;
    const timed = phases.flatMap((phase) => [
      fakeGpuTiming({ phase, rounds: ROUNDS, flops: 1000, macs: 500, parameters: 5 }),
      fakeGpuTiming({ phase, kind: "whole", rounds: ROUNDS, parameters: 5, macs: 10, activation_bytes: 10 }),
      fakeGpuTiming({ phase, kind: "layer", layer: "C1", layer_kind: "conv", rounds: ROUNDS, flops: 1000, bytes: 10 }),
      fakeGpuTiming({ phase, batch: 16, rounds: [] }),
      fakeGpuTiming({ phase, kind: "latency", rounds: ROUNDS }),
      fakeGpuTiming({ phase, kind: "cost", rounds: ROUNDS }),
      fakeGpuTiming({ phase, kind: "first_step", rounds: ROUNDS, shaders: 3 }),
    ]).map((row) => withTexts(gpuTimingRow, row, { change, keep: ["contender"] }));
    const rows = [
      fakeGpuTiming({ ...ceilings, subject: "multiply-add", flops: 1e9 }),
      fakeGpuTiming({ ...ceilings, subject: "copy", bytes: 1e7 }),
      ...timed,
    ];
    const run = { rows, notices: [payload] };
    const gpu = await renderGpuReport([run], published);
    assert.ok(gpu.size > 1, "pictures are drawn");
    assertHarmless(gpu);
    const part = gpuTimingPart(run, { published, link: "gpu_timing/report.md" });
    assertHarmless(new Map([["report.md", renderCombined([part])]]));
  });
}
