/**
 * Runs trial after trial in one process and writes down, after each, what memory is held.
 *
 * @module
 */
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { Dataset } from "../../data/dataset.ts";
import type { Backend } from "../../device/backend.ts";
import { readProvenance } from "../../device/provenance.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { MemoryRow } from "../../results/rows/memory.ts";
import { createTable } from "../../results/rows/table.ts";
import type { Plan } from "./plan.ts";
import { runPlan, type RunSummary } from "./run.ts";

/** How {@linkcode runMemory} runs. */
export interface MemoryOptions {
  readonly plan: Plan;
  readonly dataset: Dataset;
  readonly backend: Backend;
  /** Folder for `memory.csv`, and for the run itself in its folder `trials`. */
  readonly directory: string;
  readonly signal?: AbortSignal;
  readonly onRow?: (row: MemoryRow) => void;
}

/** What the webgpu backend adds to `tf.memory()`; other backends leave it out. */
interface DeviceMemory {
  readonly numBytesInGPU?: number;
  readonly numBytesAllocatedInGPU?: number;
}

/**
 * Runs the plan as `deno task bench` would, with a row of `memory.csv` after every trial. Nothing is collected or freed
 * for the measurement's sake.
 *
 * @throws {UserError} as {@linkcode runPlan} does.
 */
export async function runMemory(
  { plan, dataset, backend, directory, signal, onRow }: MemoryOptions,
): Promise<RunSummary> {
  const store = createTable(TABLES.memory, directory);
  const provenance = await readProvenance();
  const { name: adapter, api, kind: adapter_kind } = backend.adapter;
  let trial = 0;
  return await runPlan({
    plan,
    dataset,
    backend,
    directory: join(directory, "trials"),
    command: `deno task bench:memory --cycles ${plan.profile.seeds}`,
    ...(signal && { signal }),
    onTrial({ trial: { variant, seed } }) {
      const row: MemoryRow = {
        schema: TABLES.memory.version,
        trial: ++trial,
        variant,
        seed,
        ...readMemoryHeld(),
        adapter,
        adapter_kind,
        api,
        ...provenance,
        finished: new Date().toISOString(),
      };
      store.append(row);
      onRow?.(row);
    },
  });
}

/** What TensorFlow.js and the process hold now. */
export function readMemoryHeld(): Pick<
  MemoryRow,
  "tensors" | "tensor_bytes" | "gpu_bytes_used" | "gpu_bytes_allocated" | "rss_bytes" | "heap_bytes"
> {
  const { numTensors, numBytes, numBytesInGPU = 0, numBytesAllocatedInGPU = 0 }: tf.MemoryInfo & DeviceMemory = tf
    .memory();
  const { rss, heapUsed } = Deno.memoryUsage();
  return {
    tensors: numTensors,
    tensor_bytes: numBytes,
    gpu_bytes_used: numBytesInGPU,
    gpu_bytes_allocated: numBytesAllocatedInGPU,
    rss_bytes: rss,
    heap_bytes: heapUsed,
  };
}
