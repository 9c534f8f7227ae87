/**
 * The benchmark of the GPU within a run of several suites: in a worker, which has an adapter of its own.
 *
 * It measures first steps, so it runs without Mesa's cache of shaders, and the other suites run with it. Mesa decides
 * that when a thread's first adapter is requested. A worker, unlike a process, needs no permission to start programs.
 *
 * @module
 */
import { Worker } from "node:worker_threads";
import { UserError } from "../../base/errors.ts";
import type { ProfileName } from "../../suites/suite.ts";

/** What the worker is to do. */
export interface TimingOrder {
  readonly profile: ProfileName;
  /** Folder of the times and their report. */
  readonly out: string;
}

/** The exit status of the command, or what is wrong, for the user. */
export type TimingOutcome = { readonly status: number } | { readonly problem: string };

/**
 * Runs `deno task bench gpu_timing`; returns its exit status. The signal stops it early.
 *
 * @throws {UserError} as the command does.
 */
export async function benchGpuTimingApart(order: TimingOrder, signal: AbortSignal): Promise<number> {
  const worker = new Worker(new URL("gpu_timing_worker.ts", import.meta.url), { workerData: order });
  const stop = () => worker.postMessage("stop");
  signal.addEventListener("abort", stop);
  try {
    const outcome = await new Promise<TimingOutcome>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    if ("problem" in outcome) throw new UserError(outcome.problem);
    return outcome.status;
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
