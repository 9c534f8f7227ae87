import assert from "node:assert/strict";
import { TABLES } from "../../results/rows/list.ts";
import { type MemoryRow, memoryRow } from "../../results/rows/memory.ts";
import { FLAT_BYTES_A_TRIAL, judgeMemory, renderMemoryReport } from "./memory.ts";

/** Two variants alternately; `rss` and `tensors` by trial, from 0. */
function rows(
  trials: number,
  { rss = () => 0, tensors = () => 3, ...columns }: Partial<Omit<MemoryRow, "tensors">> & {
    rss?: (trial: number) => number;
    tensors?: (trial: number) => number;
  } = {},
): MemoryRow[] {
  return Array.from({ length: trials }, (_, i) =>
    memoryRow.parse({
      schema: TABLES.memory.version,
      trial: i + 1,
      variant: i % 2 === 0 ? "plain" : "conv",
      seed: Math.floor(i / 2) + 1,
      tensors: tensors(i),
      tensor_bytes: 12,
      gpu_bytes_used: 0,
      gpu_bytes_allocated: i === 0 ? 1000 : 2000,
      rss_bytes: 300_000_000 + rss(i),
      heap_bytes: 50_000_000,
      adapter: "llvmpipe",
      adapter_kind: "software",
      api: "",
      machine: "linux",
      versions: "lenet-bench 0.1.0",
      commit: "0123abc",
      finished: "2024-01-02T03:04:05Z",
      ...columns,
    }));
}

Deno.test("judgeMemory() calls a process flat that grows only while it starts", () => {
  const { process, slope, changed } = judgeMemory(rows(60, { rss: (i) => Math.min(i, 20) * 1_000_000 }));
  assert.deepEqual([process, slope?.value, changed], ["flat", 0, []]);
});

Deno.test("judgeMemory() sees growth over the bound, and ignores one outlier", () => {
  assert.equal(judgeMemory(rows(60, { rss: (i) => 2 * FLAT_BYTES_A_TRIAL * i })).process, "grows");
  assert.equal(judgeMemory(rows(60, { rss: (i) => i === 50 ? 9e8 : 0 })).process, "flat");
});

Deno.test("judgeMemory() can't tell from few or wild trials", () => {
  assert.equal(judgeMemory(rows(12)).process, "cannot tell");
  assert.equal(judgeMemory(rows(60, { rss: (i) => i * 37 % 60 * 450_000 })).process, "cannot tell");
});

Deno.test("judgeMemory() sees one tensor more in a late trial, and ignores what the first round leaves behind", () => {
  assert.deepEqual(judgeMemory(rows(40, { tensors: (i) => i < 39 ? 3 : 4 })).changed, ["tensors"]);
  assert.deepEqual(judgeMemory(rows(40, { tensors: (i) => i < 2 ? 1 : 4 })).changed, []);
});

Deno.test("renderMemoryReport() says what the rows say, and escapes texts", async () => {
  const evil = "</text><script>x</script> ![a](b) | `c`";
  const run = { rows: rows(40, { adapter: evil, machine: evil, versions: evil, commit: evil }), notices: [evil] };
  const files = await renderMemoryReport([run]);
  assert.deepEqual([...files.keys()], ["report.md", "memory.svg"]);
  const report = files.get("report.md")!;
  assert.match(report, /40 trials in one process. Tensors and GPU bytes are \*\*exactly the same\*\*/);
  assert.match(report, /The process: \*\*flat\*\*; over the second half it grew by 0.0 KiB per trial/);
  assert.doesNotMatch(report, /<script|!\[a\]\(b\)|[^\\]`c`/);
  assert.deepEqual(await renderMemoryReport([run]), files);

  const grown = await renderMemoryReport([{ ...run, rows: rows(40, { tensors: (i) => i }) }]);
  assert.match(grown.get("report.md")!, /trials of a variant \*\*differ\*\* in: tensors\./);
  const two = await renderMemoryReport([run, run]);
  assert.deepEqual([...two.keys()], ["report.md", "memory_1.svg", "memory_2.svg"]);
});
