import assert from "node:assert/strict";
import { syntheticDataset } from "../../data/synthetic/digits.ts";
import { gpuTest } from "../../device/testing.ts";
import { TUNED_KERNELS } from "../../kernels/mod.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { MemoryRow } from "../../results/rows/memory.ts";
import { readTable } from "../../results/rows/table.ts";
import { MEMORY } from "../../suites/memory.ts";
import { runMemory } from "./memory_run.ts";
import { plan } from "./plan.ts";

const CYCLES = 3;

gpuTest("runMemory() finds the same tensors and GPU bytes each time a variant is repeated", async (backend) => {
  backend.useKernels(TUNED_KERNELS);
  const directory = await Deno.makeTempDir();
  try {
    const seen: MemoryRow[] = [];
    const summary = await runMemory({
      plan: plan(MEMORY, { profile: "smoke", seeds: CYCLES }),
      dataset: syntheticDataset({ train: 320, test: 128 }),
      backend,
      directory,
      onRow: (row) => seen.push(row),
    });
    const variants = MEMORY.variants.map(({ id }) => id);
    assert.deepEqual(summary, { done: CYCLES * variants.length, failed: 0, interrupted: false });
    const { rows } = readTable(TABLES.memory, directory);
    assert.deepEqual(rows, seen);
    assert.deepEqual(rows.map(({ trial }) => trial), rows.map((_, index) => index + 1));
    assert.deepEqual(rows.map(({ variant }) => variant), Array.from({ length: CYCLES }, () => variants).flat());

    const held = ({ variant, tensors, tensor_bytes, gpu_bytes_used, gpu_bytes_allocated }: MemoryRow) => ({
      variant,
      tensors,
      tensor_bytes,
      gpu_bytes_used,
      gpu_bytes_allocated,
    });
    const [second, third] = [2, 3].map((seed) => rows.filter((row) => row.seed === seed).map(held));
    assert.deepEqual(third, second);
    assert.ok(second!.every(({ gpu_bytes_allocated }) => gpu_bytes_allocated > 0), "the device's bytes are counted");
    assert.ok(rows.every(({ rss_bytes, heap_bytes }) => rss_bytes > heap_bytes && heap_bytes > 0));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
