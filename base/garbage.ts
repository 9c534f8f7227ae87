/**
 * Lets go of device objects that nothing reaches any more.
 *
 * WebGPU has no way to destroy bind groups, encoders and pipelines: they are freed when JavaScript's wrappers of them
 * are collected, and V8 sees a hundred bytes where the driver holds five thousand. Left to itself it first collected
 * after 300 small trials, when the process had grown by 130 MB.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collector: (() => void) | undefined;

/** Collects all garbage now; takes some tens of milliseconds. */
export function collectGarbage(): void {
  collector ??= exposeCollector();
  collector();
}

function exposeCollector(): () => void {
  // The only door that needs no flag on the command line of whoever uses the library.
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
