/**
 * What is measured of a subject before it is timed, because it would disturb the timing: its first run, its dispatches,
 * the device's own time stamps, its results.
 *
 * @module
 */
import { deviceTime } from "../../../device/device_time.ts";
import { countDispatches, finishWork } from "../../../device/device_work.ts";
import type { KernelSet } from "../../../device/kernel_set.ts";
import { rounded, type TimingRow } from "../../../results/rows/timings.ts";
import { onFreshDevice } from "../kernel_sets.ts";
import type { TimingSubject } from "./subjects.ts";

/** Columns of a row, and what was computed. */
export interface Probe {
  readonly columns: Pick<TimingRow, "first_ms" | "compile_ms" | "lanes" | "dispatches" | "gpu_ms">;
  /** Of one run: a list of values for each result. */
  readonly results: readonly Float32Array[];
}

/** After this many runs nothing is compiled or recorded any more. */
const WARM_UP_RUNS = 3;

/** Runs whose time stamps are read together. */
const STAMPED_RUNS = 5;

/** Runs `subject` with the kernels of `set` on a device of its own. */
export async function probe(subject: TimingSubject, set: KernelSet): Promise<Probe> {
  return await onFreshDevice(set, async (backend) => {
    const prepared = await subject.prepare(backend);
    const repeat = (runs: number) => {
      for (let run = 0; run < runs; run++) prepared.run();
    };
    const timeOne = async () => {
      const started = performance.now();
      prepared.run();
      await finishWork();
      return performance.now() - started;
    };
    const first = await timeOne();
    const results = await prepared.results();
    repeat(WARM_UP_RUNS);
    await finishWork();
    const later = await timeOne();
    const dispatches = countDispatches(prepared.run);
    const stamped = await deviceTime(() => repeat(STAMPED_RUNS));
    prepared.dispose();
    return {
      columns: {
        first_ms: rounded(first),
        compile_ms: first > later ? rounded(first - later) : null,
        lanes: backend.lanes,
        dispatches,
        gpu_ms: stamped === undefined ? null : rounded(stamped / STAMPED_RUNS),
      },
      results,
    };
  });
}

/**
 * Largest difference between two lists of results, each as a share of the largest value of the expected one; 1 if a
 * value is not finite.
 */
export function largestDifference(actual: readonly Float32Array[], expected: readonly Float32Array[]): number {
  return expected.reduce((most, values, r) => {
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const difference = values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - actual[r]![i]!)), 0);
    const share = difference === 0 ? 0 : difference / scale;
    return Math.max(most, Number.isFinite(share) ? share : 1);
  }, 0);
}
