/**
 * Times some subjects alternately on a device of their own, and explains why others can't be timed.
 *
 * @module
 */
import { messageOf, UserError } from "../../../base/errors.ts";
import { type Backend, DeviceFault } from "../../../device/backend.ts";
import { deviceTime } from "../../../device/device_time.ts";
import { countDispatches, currentDevice, finishWork } from "../../../device/device_work.ts";
import { STOCK_KERNELS } from "../../../device/kernel_set.ts";
import { roundColumns, rounded } from "../../../results/rows/timings.ts";
import { onFreshDevice, timedKernels } from "../kernel_sets.ts";
import { type TimedWork, timeInRounds, type TimingOptions } from "../timed_work.ts";
import type { GpuSubject, MeasuredColumns, Measurement } from "./subject.ts";

export interface GroupOptions extends TimingOptions {
  /** What takes longer per run is not timed, in milliseconds. */
  readonly mostRunMs: number;
}

/** Runs before a subject is measured: from the second on, recordings are replayed. */
const WARM_UP_RUNS = 2;

/** Runs whose time stamps are read together, if they take no longer than this, in milliseconds. */
const STAMPED_RUNS = { most: 5, ms: 500 } as const;

/** A subject on the device that can be timed. */
interface Ready {
  readonly subject: GpuSubject;
  readonly prepared: ReturnType<GpuSubject["prepare"]>;
  readonly probed: MeasuredColumns;
}

/** A measurement for every subject, in their order. */
export async function timeGroup(subjects: readonly GpuSubject[], options: GroupOptions): Promise<Measurement[]> {
  const reasons = new Map<GpuSubject, string>();
  try {
    return await onFreshDevice(STOCK_KERNELS, async (backend) => {
      const ready: Ready[] = [];
      for (const subject of subjects) {
        const made = await makeReady(subject, { ...options, backend });
        if (typeof made === "string") reasons.set(subject, made);
        else ready.push(made);
      }
      const contenders = ready.map(({ subject, prepared: { run, settle } }) =>
        timedKernels(nameOf(subject), { backend, set: subject.kernels, run, ...(settle && { settle }) })
      );
      const timings = await timeOrNote(contenders, options);
      for (const { prepared } of ready) prepared.dispose();
      const timed = new Map(ready.map(({ subject, probed }, i) => [subject, { ...probed, ...timings[i]! }]));
      return subjects.map((subject) => ({
        ...subject.columns,
        ...timed.get(subject) ?? { note: reasons.get(subject)! },
      }));
    });
  } catch (error) {
    if (!(error instanceof DeviceFault)) throw error;
    return subjects.map((subject) => ({ ...subject.columns, note: reasons.get(subject) ?? error.message }));
  }
}

/** The rounds of each contender; on a machine too busy for timing, the reason instead. */
export async function timeOrNote(contenders: readonly TimedWork[], timing: TimingOptions): Promise<MeasuredColumns[]> {
  try {
    return (await timeInRounds(contenders, timing)).map(({ rounds, runs }) => ({ ...roundColumns(rounds), runs }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return contenders.map(() => ({ note: error.message }));
  }
}

/** Runs a subject for the first times; returns a sentence if it can't be timed. */
async function makeReady(
  subject: GpuSubject,
  { mostRunMs, backend }: GroupOptions & { readonly backend: Backend },
): Promise<Ready | string> {
  const most = currentDevice().limits.maxStorageBufferBindingSize;
  if (subject.largestBytes > most) {
    return `Needs a buffer of ${subject.largestBytes} bytes, and the adapter binds ${most} at most`;
  }
  backend.useKernels(subject.kernels);
  let prepared;
  try {
    prepared = subject.prepare(backend);
    for (let run = 0; run < WARM_UP_RUNS; run++) prepared.run();
    await finishWork();
    backend.check();
  } catch (error) {
    return `The device can't run it: ${messageOf(error)}`;
  }
  let runMs = await timeOnce(prepared.run);
  // Measured twice, or a hiccup of the machine would pass for work.
  if (runMs > mostRunMs) runMs = Math.min(runMs, await timeOnce(prepared.run));
  if (runMs > mostRunMs) {
    prepared.dispose();
    return tooLong(runMs, mostRunMs);
  }
  const dispatches = countDispatches(prepared.run);
  const stamped = Math.max(1, Math.min(STAMPED_RUNS.most, Math.floor(STAMPED_RUNS.ms / runMs)));
  const gpuMs = await deviceTime(() => {
    for (let run = 0; run < stamped; run++) prepared.run();
  });
  await prepared.settle?.();
  return {
    subject,
    prepared,
    probed: {
      dispatches,
      gpu_ms: gpuMs === undefined ? null : rounded(gpuMs / stamped),
      ...(prepared.peakBytes && { peak_bytes: prepared.peakBytes() }),
    },
  };
}

/** Why something that takes `ms` per run was left out. */
export function tooLong(ms: number, most: number): string {
  return `A run takes about ${ms.toPrecision(2)} ms, and this profile times no more than ${most} ms`;
}

async function timeOnce(run: () => void): Promise<number> {
  const started = performance.now();
  run();
  await finishWork();
  return performance.now() - started;
}

function nameOf({ columns: { title, layer = "", phase = "none", contender, batch } }: GpuSubject): string {
  return [title, layer, phase, contender, `batch ${batch}`].filter((part) => part !== "" && part !== "none").join(", ");
}
