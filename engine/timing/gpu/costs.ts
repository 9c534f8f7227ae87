/**
 * What using the device costs, whatever the work: a dispatch, a submit, a wait, a read-back, an upload; and the
 * resolution of the clock that measures all this.
 *
 * @module
 */
import { currentDevice } from "../../../device/device_work.ts";
import { STOCK_KERNELS } from "../../../device/kernel_set.ts";
import { roundColumns } from "../../../results/rows/timings.ts";
import { createCeilings } from "../ceilings.ts";
import { onFreshDevice } from "../kernel_sets.ts";
import { timedWork, type TimingOptions } from "../timed_work.ts";
import { timeOrNote } from "./group.ts";
import type { Measurement } from "./subject.ts";

/** Something that is repeated many times and waited for. */
interface Cost {
  readonly subject: string;
  readonly title: string;
  readonly contender: string;
  readonly flops?: number;
  readonly bytes?: number;
  readonly run: (runs: number) => Promise<void>;
}

/** The adapter's ceilings and the costs, timed alternately. */
export async function timeCosts(timing: TimingOptions, uploads: readonly number[]): Promise<Measurement[]> {
  return await onFreshDevice(STOCK_KERNELS, async () => {
    const ceilings = createCeilings();
    const costs = createCosts(uploads);
    const all = [...ceilings, ...costs];
    const measured = await timeOrNote(all.map(({ title, run }) => timedWork(title, run)), timing);
    return [
      ...ceilings.map(({ id, title, flops = null, bytes = null }, i): Measurement => (
        { kind: "ceiling", subject: id, title, contender: "wgsl", batch: 1, flops, bytes, ...measured[i]! }
      )),
      ...costs.map(({ subject, title, contender, bytes = null }, i): Measurement => (
        { kind: "cost", subject, title, contender, batch: 1, bytes, ...measured[ceilings.length + i]! }
      )),
      timerResolution(timing.rounds),
    ];
  });
}

function createCosts(uploads: readonly number[]): Cost[] {
  const device = currentDevice();
  const { queue } = device;
  const module = device.createShaderModule({ code: "@compute @workgroup_size(1) fn main() {}" });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  const encode = (dispatches: number) => {
    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    pass.setPipeline(pipeline);
    for (let i = 0; i < dispatches; i++) pass.dispatchWorkgroups(1);
    pass.end();
    return commands.finish();
  };
  return [
    {
      subject: "dispatch",
      title: "One dispatch more of an empty kernel",
      contender: "webgpu",
      async run(runs) {
        queue.submit([encode(runs)]);
        await queue.onSubmittedWorkDone();
      },
    },
    {
      subject: "submit",
      title: "One submit more, of one such dispatch",
      contender: "webgpu",
      async run(runs) {
        for (let i = 0; i < runs; i++) queue.submit([encode(1)]);
        await queue.onSubmittedWorkDone();
      },
    },
    {
      subject: "wait",
      title: "Waiting for an idle device (onSubmittedWorkDone)",
      contender: "webgpu",
      async run(runs) {
        for (let i = 0; i < runs; i++) await queue.onSubmittedWorkDone();
      },
    },
    readBack(device),
    ...uploads.map((bytes) => upload(device, bytes)),
  ];
}

function readBack(device: GPUDevice): Cost {
  const bytes = 4;
  const source = device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const readable = device.createBuffer({ size: bytes, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  return {
    subject: "read-back",
    title: "Reading four bytes back (copy and mapAsync)",
    contender: "webgpu",
    bytes,
    async run(runs) {
      for (let i = 0; i < runs; i++) {
        const commands = device.createCommandEncoder();
        commands.copyBufferToBuffer(source, 0, readable, 0, bytes);
        device.queue.submit([commands.finish()]);
        await readable.mapAsync(GPUMapMode.READ);
        readable.unmap();
      }
    },
  };
}

function upload(device: GPUDevice, bytes: number): Cost {
  const values = new Uint8Array(bytes).fill(1);
  const target = device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  return {
    subject: `upload-${bytes}`,
    title: `Upload of ${bytes} bytes (writeBuffer)`,
    contender: "webgpu",
    bytes,
    async run(runs) {
      for (let i = 0; i < runs; i++) {
        device.queue.writeBuffer(target, 0, values);
        // Submitted one by one: otherwise the pending copies would take as much memory as all uploads together.
        device.queue.submit([]);
      }
      await device.queue.onSubmittedWorkDone();
    },
  };
}

/** The smallest step that the clock was seen to take. */
function timerResolution(rounds: number): Measurement {
  const steps = Array.from({ length: rounds }, smallestStep);
  return {
    kind: "cost",
    subject: "timer",
    title: "Smallest step of the clock (performance.now)",
    contender: "deno",
    batch: 1,
    ...roundColumns(steps),
    runs: 1,
  };
}

function smallestStep(): number {
  const STEPS = 1000;
  let smallest = Infinity;
  for (let last = performance.now(), seen = 0; seen < STEPS;) {
    const now = performance.now();
    if (now === last) continue;
    smallest = Math.min(smallest, now - last);
    last = now;
    seen++;
  }
  return smallest;
}
