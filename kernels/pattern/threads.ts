/**
 * How many threads work on a pattern on a device.
 *
 * @module
 */
import type { Threads } from "./layer.ts";

/** Where no subgroup works in step: enough to fill a GPU's multiprocessor, and as many as every device allows. */
const WORKGROUP = 256;

/** Where a software adapter's threads share nothing: as many as a vector register has lanes. */
const SOFTWARE_WORKGROUP = 8;

/**
 * On a software adapter the subgroup's lanes, which are those of one vector register; on others, and where threads
 * don't share loads, a workgroup with barriers. The same bytes come out of all of them: no sum depends on the threads.
 */
export function patternThreads(
  { lanes, adapter }: { readonly lanes: number; readonly adapter: { readonly kind: string } },
): Threads {
  const isSoftware = adapter.kind === "software";
  if (isSoftware && lanes > 1) return { count: lanes, lanes, inStep: true };
  return { count: isSoftware ? SOFTWARE_WORKGROUP : WORKGROUP, lanes, inStep: false };
}
