/**
 * A training step by kernel: each of its programs timed alone, next to the whole step, and compiled anew.
 *
 * @module
 */
import { median } from "simple-statistics";
import type { Backend } from "../../../device/backend.ts";
import { currentDevice, finishWork } from "../../../device/device_work.ts";
import { driverOf, readDriver } from "../../../device/driver.ts";
import { readProvenance } from "../../../device/provenance.ts";
import { TUNED_KERNELS } from "../../../kernels/mod.ts";
import { TABLES } from "../../../results/rows/list.ts";
import type { StepKernelRow } from "../../../results/rows/steps/step_kernels.ts";
import { cpuColumns, roundColumns, rounded } from "../../../results/rows/timings.ts";
import type { ProfileName } from "../../../suites/suite.ts";
import { onFreshDevice } from "../kernel_sets.ts";
import { startClock, type TimedWork, timedWork, timeInRounds, type TimingOptions } from "../timed_work.ts";
import { type CapturedDispatch, type CapturedProgram, capturePrograms } from "./captured.ts";
import type { TimingSubject } from "./subjects.ts";

/** How often each program is compiled. */
const COMPILATIONS = 3;

export interface StepKernelOptions {
  /** For the rows. */
  readonly profile: ProfileName;
  readonly timing: TimingOptions;
  /** Training steps. */
  readonly subjects: readonly TimingSubject[];
  /** Called with a step's rows as soon as it has been timed: the whole step, then its kernels in order. */
  readonly onRows: (rows: readonly StepKernelRow[]) => void;
  /** Stops after the current step. */
  readonly signal?: AbortSignal;
}

/**
 * Times the kernels of every subject.
 *
 * @throws {UserError} No adapter answers, or the machine is too busy to be timed on.
 * @throws {DeviceFault} The device reported an error.
 */
export async function timeStepKernels({ profile, timing, subjects, onRows, signal }: StepKernelOptions): Promise<void> {
  const [provenance, installed] = [await readProvenance(), readDriver()];
  for (const subject of subjects) {
    if (signal?.aborted) return;
    const rows = await onFreshDevice(TUNED_KERNELS, async (backend) => {
      const { name: adapter, api, kind } = backend.adapter;
      const { id, title, batch } = subject;
      const shared = {
        ...{ schema: TABLES.stepKernels.version, profile, subject: id, title, batch },
        ...{ adapter, api, adapter_kind: kind, driver: driverOf({ adapter, api }, installed), lanes: backend.lanes },
        ...provenance,
      };
      const measured = await timeKernels(subject, { backend, timing });
      return measured.map((columns) => ({ ...shared, ...columns, finished: new Date().toISOString() }));
    });
    onRows(rows);
  }
}

/** What is measured of a step or of one of its kernels. */
type Measured = Omit<
  StepKernelRow,
  | ("schema" | "profile" | "subject" | "title" | "batch" | "lanes" | "finished")
  | ("adapter" | "api" | "adapter_kind" | "driver" | "machine" | "versions" | "commit")
>;

async function timeKernels(
  subject: TimingSubject,
  { backend, timing }: { readonly backend: Backend; readonly timing: TimingOptions },
): Promise<Measured[]> {
  const step = await subject.prepare(backend);
  const programs = capturePrograms(step.run);
  const compilations: number[] = [];
  for (const program of programs) compilations.push(await compileMs(program));
  const whole = timedWork(subject.title, async (runs) => {
    for (let i = 0; i < runs; i++) step.run();
    await finishWork();
  });
  const timings = await timeInRounds([whole, ...programs.map(alone)], timing);
  step.dispose();
  const [ofStep, ...ofKernels] = timings.map(({ rounds, cpuRounds, runs }) => ({
    ...roundColumns(rounds),
    ...cpuColumns(cpuRounds),
    runs,
  }));
  const dispatches = programs.reduce((sum, program) => sum + program.dispatches.length, 0);
  const nothing = { shapes: "", compile_ms: null, wgsl_bytes: null, ...counts(undefined, 0) };
  return [
    { kernel: "", dispatches, ...nothing, ...ofStep! },
    ...programs.map(({ name, shapes, wgsl, cost, dispatches: { length } }, i) => ({
      ...{ kernel: name, shapes, dispatches: length },
      ...ofKernels[i]!,
      compile_ms: rounded(compilations[i]!),
      wgsl_bytes: wgsl.length,
      ...counts(cost, length),
    })),
  ];
}

/** What all threads do in so many dispatches, if the kernel counted it. */
function counts(cost: CapturedProgram["cost"], dispatches: number) {
  const all = (each: number) => cost ? dispatches * cost.threads * cost.rounds * each : null;
  return {
    threads: cost ? cost.threads : null,
    loads: all(cost?.loads ?? 0),
    broadcasts: all(cost?.broadcasts ?? 0),
    multiply_adds: all(cost?.products ?? 0),
  };
}

/** The dispatches of one step that run this program. */
function alone({ name, shapes, pipeline, dispatches }: CapturedProgram): TimedWork {
  return timedWork(`${name} ${shapes}`, async (runs) => {
    enqueue(pipeline, { dispatches, runs });
    await finishWork();
  });
}

function enqueue(
  pipeline: GPUComputePipeline,
  { dispatches, runs }: {
    readonly dispatches: readonly Pick<CapturedDispatch, "bindGroup" | "workgroups">[];
    readonly runs: number;
  },
): void {
  const device = currentDevice();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  for (let i = 0; i < runs; i++) {
    for (const { bindGroup, workgroups } of dispatches) {
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
    }
  }
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/**
 * CPU time that the first dispatch of a new pipeline takes more than the second, from text to machine code; the median
 * of several. Mesa compiles when a pipeline first runs, and its cache on the disk has to be off.
 */
async function compileMs({ wgsl, entryPoint, dispatches: [first] }: CapturedProgram): Promise<number> {
  const device = currentDevice();
  const { entries, workgroups } = first!;
  const differences: number[] = [];
  for (let i = 0; i < COMPILATIONS; i++) {
    const compiling = startClock();
    const module = device.createShaderModule({ code: wgsl });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint } });
    const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [...entries] });
    const run = async () => {
      enqueue(pipeline, { dispatches: [{ bindGroup, workgroups }], runs: 1 });
      await finishWork();
    };
    await run();
    const { cpuMs } = compiling();
    const running = startClock();
    await run();
    differences.push(cpuMs - running().cpuMs);
  }
  return Math.max(0, median(differences));
}
