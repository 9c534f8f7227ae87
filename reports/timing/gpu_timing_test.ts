import assert from "node:assert/strict";
import { readPublished } from "../../data/published.ts";
import type { GpuTimingRow, GpuTimingRun, Phase } from "../../results/rows/gpu_timings.ts";
import { fakeGpuTiming } from "../../results/testing.ts";
import { renderGpuReport } from "./gpu_timing.ts";

/** Everything here is invented: 100 GFLOP/s at best, and 10 GB/s. */
const CEILINGS = [
  fakeGpuTiming({ kind: "ceiling", subject: "multiply-add", contender: "wgsl", rounds: six(10), flops: 1e9 }),
  fakeGpuTiming({ kind: "ceiling", subject: "copy", contender: "wgsl", rounds: six(1), bytes: 1e7 }),
];

const LENET_1 = { subject: "lenet1", title: "LeNet-1", macs: 1000 } as const;

/** The step is as long as its parts and 3 ms more. */
const PHASES = [
  phase("forward", { batch: 4, rounds: six(2), flops: 8000 }),
  phase("forward_backward", { batch: 4, rounds: [7, 7, 7, 7, 7, 70] }),
  phase("optimiser", { batch: 4, rounds: six(1) }),
  phase("step", { batch: 4, rounds: six(11), flops: 1.1e8, gpu_ms: 1.5, peak_bytes: 5e6 }),
  phase("forward", { batch: 16, rounds: six(4), flops: 32_000 }),
  phase("step", { batch: 16, rounds: [], note: "A run takes about 99 ms, and this profile times no more than 50 ms" }),
  fakeGpuTiming({ ...LENET_1, kind: "latency", phase: "forward", rounds: six(5) }),
];

/** Each layer is half of the step's gradients, and 1 ms of the step is nobody's. */
const LAYERS = [
  whole("forward", { rounds: six(4) }),
  whole("forward_backward", { rounds: six(9) }),
  whole("optimiser", { rounds: six(1) }),
  whole("step", { rounds: six(10) }),
  ...["C1", "S1"].flatMap((name) => [
    layer(name, { phase: "forward", rounds: six(2), flops: 1e8, bytes: 4e6 }),
    layer(name, { phase: "forward_backward", rounds: six(4), flops: 1e8, bytes: 4e6 }),
  ]),
];

/** Convolutions: 600 of 1,000 parameters, 90% of the operations, and 80% of the time. */
const ALEXNET = [
  whole("forward", { ...alexNet(), rounds: six(11), parameters: 60_965_224, macs: 724e6, activation_bytes: 5000 }),
  layer("conv1", { ...alexNet(), times: 2, rounds: six(4), parameters: 300, macs: 45, activation_bytes: 100 }),
  layer("pool5", {
    ...alexNet(),
    layer_kind: "max_pool",
    rounds: six(1),
    parameters: 0,
    macs: 0,
    activation_bytes: 200,
  }),
  layer("fc6", { ...alexNet(), layer_kind: "dense", rounds: six(1), parameters: 400, macs: 10, activation_bytes: 100 }),
];

function six(ms: number): number[] {
  return Array.from({ length: 6 }, () => ms);
}

function phase(phase: Phase, columns: Parameters<typeof fakeGpuTiming>[0]): GpuTimingRow {
  return fakeGpuTiming({ ...LENET_1, kind: "phase", phase, ...columns });
}

function whole(phase: Phase, columns: Parameters<typeof fakeGpuTiming>[0]): GpuTimingRow {
  return fakeGpuTiming({ ...LENET_1, kind: "whole", phase, batch: 128, ...columns });
}

function layer(layer: string, columns: Parameters<typeof fakeGpuTiming>[0]): GpuTimingRow {
  return fakeGpuTiming({
    ...LENET_1,
    kind: "layer",
    layer,
    layer_kind: "conv",
    phase: "forward",
    batch: 128,
    parameters: 0,
    ...columns,
  });
}

function alexNet() {
  return { subject: "alexnet", title: "AlexNet", batch: 1 } as const;
}

async function render(rows: readonly GpuTimingRow[], run: Partial<GpuTimingRun> = {}) {
  const files = await renderGpuReport([{ rows, notices: [], ...run }], readPublished());
  return { files, text: files.get("report.md")! };
}

/** Cells by heading of the first row that starts with `first`, in the section whose heading starts with `heading`. */
function cells(text: string, { first, under }: { first: string; under: string }): Record<string, string> {
  const section = text.slice(text.indexOf(`\n## ${under}`) + 1);
  const lines = section.slice(0, section.indexOf("\n## ") + 1 || undefined).split("\n");
  const at = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  assert.ok(at >= 0, `a row of "${first}" under "${under}"`);
  const split = (line: string) => line.split("|").slice(1, -1).map((cell) => cell.trim());
  const headings = lines.slice(0, at).findLastIndex((line) => line.startsWith("| :-")) - 1;
  const values = split(lines[at]!);
  return Object.fromEntries(split(lines[headings]!).map((heading, i) => [heading, values[i]!]));
}

Deno.test("renderGpuReport() begins with two computed sentences", async () => {
  const { text } = await render([...CEILINGS, ...PHASES, ...ALEXNET]);
  const [answer] = text.split("\n").filter((line) => line.startsWith("On llvmpipe"));
  assert.match(answer!, /LeNet-1 reads \*\*200 digits a second\*\* one at a time and \*\*4,000\*\* in batches of 16/);
  assert.match(answer!, /against 30 in 1990, .* LeNet-1 in batches of 4, reaches \*\*10\.0%\*\* of it\./);
  assert.match(answer!, /have 6% of AlexNet's parameters and take 95% of its time; measured here: in AlexNet/);
  assert.match(
    answer!,
    /60\.0% of the parameters, 90\.0% of the multiply-accumulates and \*\*80\.0%\*\* \(80\.0 to 80\.0\)/,
  );
  assert.match(answer!, /of the forward time at batch 1 by the median of 6 rounds, less than the claim\.$/);
});

Deno.test("renderGpuReport() judges the claim by the interval", async () => {
  const ending = async (rounds: readonly number[]) => {
    const fc6 = layer("fc6", { ...alexNet(), layer_kind: "dense", rounds });
    const { text } = await render([
      ...CEILINGS,
      ...ALEXNET.filter(({ layer }) => layer !== "fc6" && layer !== "pool5"),
      fc6,
    ]);
    return /forward time at batch 1 by the median of \d rounds?, (.*?) the claim/.exec(text)?.[1];
  };
  assert.equal(await ending(six(0.1)), "more than");
  assert.equal(await ending([0.1, 0.1, 0.1, 2, 2, 2]), "not distinguishable from");
  assert.equal(await ending([1]), "too few to compare with");
  assert.equal(await ending([]), undefined);
});

Deno.test("renderGpuReport() shows a batch size with differences by round, unexplained time, and no 0 for what is missing", async () => {
  const { text } = await render([...CEILINGS, ...PHASES]);
  const rows = text.split("\n").filter((line) =>
    line.startsWith("| LeNet-1 | 4 |") || line.startsWith("| LeNet-1 | 16 |")
  );
  assert.equal(
    rows[0],
    "| LeNet-1 | 4 | 2.00 (2.00 to 2.00) | 5.00 | 1.00 | 11.0 (11.0 to 11.0) | 3.00 | 1.50 | not available | 10.0 | 10.0 | 5.00 |",
  );
  const missing = Array(6).fill("not available").join(" | ");
  assert.equal(rows[1], `| LeNet-1 | 16 | 4.00 (4.00 to 4.00) | not available | 1.00 | ${missing} | not available |`);
  assert.match(text, /A run takes about 99 ms, .*: LeNet-1 \(1 value, batch 16\)/);
});

Deno.test("renderGpuReport() compares digits and multiply-accumulates per second with 1990", async () => {
  const { text } = await render([...CEILINGS, ...PHASES]);
  const row = cells(text, { under: "Compared with 1990", first: "here, in batches of 16" });
  assert.equal(row["(95%)"], "**4,000** (4,000 to 4,000)");
  assert.equal(row["multiply-accumulates a second"], "4,000,000");
  assert.match(text, /AT&amp;T DSP-32C.* \| 12,500,000 \|/);
  assert.match(text, /At least, from camera to class.* \| 10 \| 10,000 \|/);
});

Deno.test("renderGpuReport() shows layers next to their whole", async () => {
  const { text } = await render([...CEILINGS, ...LAYERS]);
  const of = (first: string) => cells(text, { under: "Layer by layer", first });
  assert.deepEqual(of("C1"), {
    layer: "C1",
    "forward, ms (95%)": "2.00 (2.00 to 2.00)",
    "backward, ms": "2.00",
    "both, ms": "4.00",
    "both on the device, ms": "not available",
    "GFLOP/s": "25.0",
    "GB/s": "1.00",
    // 1e8 operations take 1 ms at best, 4e6 bytes less.
    "of the ceiling, %": "25.0",
    "of the step, %": "40.0",
  });
  assert.equal(of("sum of the layers")["both, ms"], "8.00");
  assert.equal(of("unattributed: step less layers and optimiser")["both, ms"], "1.00");
});

Deno.test("renderGpuReport() shows the networks of ImageNet next to their published counts", async () => {
  const { text } = await render([...CEILINGS, ...ALEXNET]);
  const counts = cells(text, { under: "AlexNet and its successors", first: "AlexNet" });
  assert.equal(counts.parameters, "60,965,224");
  assert.equal(counts["parameters, MB"], "244");
  assert.equal(counts["convolutions: parameters, %"], "60.0");
  const time = text.split("\n").find((line) => line.startsWith("| AlexNet | 1 | 11.0"))!;
  // Two layers alike take 8 ms, pooling and the dense layer 1 each; the whole takes 11.
  assert.match(time, /\| 10\.0 \| 1\.00 \| \*\*80\.0\*\* \(80\.0 to 80\.0\) \|$/);
  assert.match(text, /718 MB of activations; summed as they do.* 0\.6 MB/);
});

Deno.test("renderGpuReport() notes few rounds, and different results of the stock kernels", async () => {
  const few = fakeGpuTiming({ ...LENET_1, kind: "latency", phase: "forward", rounds: [1, 2] });
  const other = fakeGpuTiming({ kind: "comparison", contender: "stock", rounds: six(3), difference: 0.4 });
  const same = { ...other, difference: 1e-6 };
  const notices = async (...rows: GpuTimingRow[]) =>
    (await render([...CEILINGS, ...rows], { notices: ["The last line was cut off."] })).text.split("\n")
      .filter((line) => line.startsWith("> **Notice.**")).join("\n");
  assert.match(await notices(few), /cut off\..*\n.*1 value of 3 have fewer than 6 rounds.*LeNet-1/);
  assert.match(await notices(other), /differ from those .* 784-10 \(40\.00%\).*llvmpipe stops a shader's loops/);
  assert.doesNotMatch(await notices(same), /differ from those|rounds/);
});

Deno.test("renderGpuReport() draws what was measured, and numbers the pictures of a second run", async () => {
  const all = [...CEILINGS, ...PHASES, ...LAYERS, ...ALEXNET];
  const { files, text } = await render(all);
  const names = ["report.md", "throughput.svg", "utilisation.svg", "layers.svg", "convolutions.svg"];
  assert.deepEqual([...files.keys()], names);
  for (const name of names.slice(1)) {
    assert.match(files.get(name)!, /^<svg/);
    assert.ok(text.includes(`](${name})`), name);
  }
  const two = await renderGpuReport([{ rows: all, notices: [] }, { rows: PHASES, notices: [] }], readPublished());
  assert.deepEqual([...two.keys()].slice(names.length), ["throughput_2.svg"]);
  assert.deepEqual([...(await render(CEILINGS)).files.keys()], ["report.md"]);
});

Deno.test("renderGpuReport() writes the same bytes from the same rows", async () => {
  const rows = [...CEILINGS, ...PHASES, ...LAYERS, ...ALEXNET];
  assert.deepEqual((await render(rows)).files, (await render(structuredClone(rows))).files);
});

Deno.test("renderGpuReport() reports on an interrupted run and on an empty one", async () => {
  assert.match((await render([])).text, /^# Time on the GPU\n/);
  assert.match((await render(PHASES)).text, /not available/);
});
