/**
 * `deno task bench gpu_timing` in a worker of a run of several suites; `gpu_timing_apart.ts` starts it.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { UserError } from "../../base/errors.ts";
import { benchGpuTiming } from "./gpu_timing.ts";
import type { TimingOrder, TimingOutcome } from "./gpu_timing_apart.ts";

const order: TimingOrder = workerData;
const port = parentPort!;
const controller = new AbortController();
// Any message means to stop.
port.once("message", () => controller.abort(new UserError("Interrupted")));
port.postMessage(await outcome());

async function outcome(): Promise<TimingOutcome> {
  try {
    const options = {
      command: "gpu_timing",
      adapter: undefined,
      filter: undefined,
      against: undefined,
      rounds: undefined,
      ...order,
    } as const;
    return { status: await benchGpuTiming(options, { signal: controller.signal }) };
  } catch (error) {
    // Its class would be lost on the way. Any other error is a bug, and ends the worker.
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}
