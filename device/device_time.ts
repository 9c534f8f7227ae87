/**
 * How long the device itself works, by its own time stamps.
 *
 * @module
 */
import { currentDevice, finishWork } from "./device_work.ts";

/** Passes with a stamp at either end that fit the largest query set allowed. */
const MOST_PASSES = 2048;

const BYTES_PER_STAMP = 8;

/**
 * Time that the device spends in the compute passes of `work`, by its own time stamps; milliseconds.
 *
 * @returns undefined when the device offers no time stamps, or `work` has more passes than fit a query set.
 */
export async function deviceTime(work: () => void): Promise<number | undefined> {
  const stop = await startDeviceClock();
  try {
    work();
  } catch (error) {
    await stop();
    throw error;
  }
  return await stop();
}

/**
 * Starts to add up the time that the device spends in compute passes, as {@linkcode deviceTime} does; the function
 * returned reads it. All passes are stamped into one query set and read back together, so that reading does not disturb
 * them. One clock at a time.
 */
export async function startDeviceClock(): Promise<() => Promise<number | undefined>> {
  const device = currentDevice();
  if (!device.features.has("timestamp-query")) return () => Promise.resolve(undefined);
  await finishWork();
  const querySet = device.createQuerySet({ type: "timestamp", count: 2 * MOST_PASSES });
  const stopStamping = stampPasses(querySet);
  return async () => {
    const passes = stopStamping();
    // The last pass may still be open: finished here, its stamps are in place.
    await finishWork();
    try {
      if (passes === 0 || passes > MOST_PASSES) return undefined;
      const stamps = await readStamps(device, { querySet, count: 2 * passes });
      let nanoseconds = 0n;
      for (let i = 0; i < stamps.length; i += 2) nanoseconds += stamps[i + 1]! - stamps[i]!;
      // Some drivers' stamps are all 0, or run backwards.
      return nanoseconds > 0n ? Number(nanoseconds) / 1e6 : undefined;
    } finally {
      querySet.destroy();
    }
  };
}

/** Stamps the beginning and end of every compute pass; the function returned ends that, and returns their number. */
function stampPasses(querySet: GPUQuerySet): () => number {
  const encoder = GPUCommandEncoder.prototype;
  const { beginComputePass } = encoder;
  let passes = 0;
  encoder.beginComputePass = function (descriptor) {
    const beginningOfPassWriteIndex = 2 * passes++;
    if (passes > MOST_PASSES) return beginComputePass.call(this, descriptor);
    const timestampWrites = { querySet, beginningOfPassWriteIndex, endOfPassWriteIndex: beginningOfPassWriteIndex + 1 };
    return beginComputePass.call(this, { ...descriptor, timestampWrites });
  };
  return () => {
    encoder.beginComputePass = beginComputePass;
    return passes;
  };
}

async function readStamps(
  device: GPUDevice,
  { querySet, count }: { querySet: GPUQuerySet; count: number },
): Promise<BigUint64Array> {
  const size = count * BYTES_PER_STAMP;
  const resolved = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const readable = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const commands = device.createCommandEncoder();
  commands.resolveQuerySet(querySet, 0, count, resolved, 0);
  commands.copyBufferToBuffer(resolved, 0, readable, 0, size);
  device.queue.submit([commands.finish()]);
  await readable.mapAsync(GPUMapMode.READ);
  const stamps = new BigUint64Array(readable.getMappedRange().slice(0));
  resolved.destroy();
  readable.destroy();
  return stamps;
}
