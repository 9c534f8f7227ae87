/**
 * What a training step enqueues, taken apart: each program with its text and its dispatches.
 *
 * @module
 */
import { describeProgram, type ProgramDescription } from "../../../kernels/wgsl/program.ts";

/** One of a step's programs. */
export interface CapturedProgram extends ProgramDescription {
  /** All of it, as the device gets it. */
  readonly wgsl: string;
  readonly entryPoint: string;
  readonly pipeline: GPUComputePipeline;
  /** Those of one step, in order. */
  readonly dispatches: readonly CapturedDispatch[];
}

/** A dispatch whose buffers the step still has. */
export interface CapturedDispatch {
  readonly bindGroup: GPUBindGroup;
  readonly entries: readonly GPUBindGroupEntry[];
  readonly workgroups: readonly [number, number, number];
}

/** The first run compiles, the second is recorded, the third replays the record. */
const RUNS = 3;

const BYTES_PER_FLOAT = 4;

/** Runs a recorded step for the first times, with the tuned kernels, and returns the programs that it replays. */
export function capturePrograms(run: () => void): CapturedProgram[] {
  const textOf = new Map<GPUShaderModule, string>();
  const compiled = new Map<GPUComputePipeline, Pick<CapturedProgram, "wgsl" | "entryPoint">>();
  const entriesOf = new Map<GPUBindGroup, readonly GPUBindGroupEntry[]>();
  let dispatches: (CapturedDispatch & { readonly pipeline: GPUComputePipeline })[] = [];
  let pipeline: GPUComputePipeline;
  let bindGroup: GPUBindGroup;
  const undo = [
    replace(GPUDevice.prototype, "createShaderModule", (create) =>
      function (this: GPUDevice, descriptor) {
        const module = create.call(this, descriptor);
        textOf.set(module, descriptor.code);
        return module;
      }),
    replace(GPUDevice.prototype, "createComputePipeline", (create) =>
      function (this: GPUDevice, descriptor) {
        const pipeline = create.call(this, descriptor);
        const { module, entryPoint } = descriptor.compute;
        compiled.set(pipeline, { wgsl: textOf.get(module)!, entryPoint: entryPoint! });
        return pipeline;
      }),
    replace(GPUDevice.prototype, "createBindGroup", (create) =>
      function (this: GPUDevice, descriptor) {
        const group = create.call(this, descriptor);
        entriesOf.set(group, [...descriptor.entries]);
        return group;
      }),
    replace(GPUComputePassEncoder.prototype, "setPipeline", (set) =>
      function (this: GPUComputePassEncoder, next) {
        pipeline = next;
        set.call(this, next);
      }),
    replace(
      GPUComputePassEncoder.prototype,
      "setBindGroup",
      (set) =>
        function (this: GPUComputePassEncoder, index: number, group: GPUBindGroup | null) {
          bindGroup = group!;
          (set as (index: number, group: GPUBindGroup | null) => void).call(this, index, group);
        },
    ),
    replace(
      GPUComputePassEncoder.prototype,
      "dispatchWorkgroups",
      (dispatch) =>
        function (this: GPUComputePassEncoder, x, y = 1, z = 1) {
          dispatches.push({ pipeline, bindGroup, entries: entriesOf.get(bindGroup)!, workgroups: [x, y, z] });
          dispatch.call(this, x, y, z);
        },
    ),
  ];
  try {
    for (let i = 0; i < RUNS; i++) {
      dispatches = [];
      run();
    }
  } finally {
    for (const restore of undo) restore();
  }
  return [...Map.groupBy(dispatches, ({ pipeline }) => pipeline)].map(([pipeline, dispatches]) => {
    const { name, shapes, cost } = describeProgram(pipeline.label) ??
      { name: pipeline.label, shapes: sizesOf(dispatches[0]!) };
    return { name, shapes, ...(cost && { cost }), ...compiled.get(pipeline)!, pipeline, dispatches };
  });
}

/** What is bound, for want of shapes. */
function sizesOf({ entries }: CapturedDispatch): string {
  const bytes = entries.reduce((sum, { resource }) => sum + (resource as GPUBufferBinding).buffer.size, 0);
  return `${entries.length} buffers of ${bytes / BYTES_PER_FLOAT} elements together`;
}

/** Puts another method in the place of one; the function returned puts it back. */
function replace<T extends object, K extends keyof T>(object: T, name: K, make: (own: T[K]) => T[K]): () => void {
  const own = object[name];
  object[name] = make(own);
  return () => void (object[name] = own);
}
