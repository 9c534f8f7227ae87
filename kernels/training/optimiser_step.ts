/**
 * One optimiser step for all variables, in place and in few dispatches: one for each large variable, and one for all
 * others as long as the adapter binds so many buffers.
 *
 * The only program here with more than one output, which TensorFlow.js's program interface doesn't support: so it is
 * put into TensorFlow.js's command stream directly.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { bufferOf } from "../wgsl/program.ts";
import type { TensorInfo } from "../wgsl/types.ts";
import { floats, widthOf } from "../wgsl/writer.ts";

/** A variable, its gradient, its velocity if the optimiser has momentum, and the lambda of its decay. */
export interface Update {
  readonly variable: TensorInfo;
  readonly gradient: TensorInfo;
  readonly velocity?: TensorInfo;
  readonly decay: number;
}

const WORKGROUP = 64;

/** Elements that a thread updates one after the other when it has several variables: vectors make a longer text. */
const ELEMENTS = 4;

/** What every adapter allows along an axis of a dispatch. */
const MOST_WORKGROUPS = 65_535;

/**
 * From this many elements on, a variable has its own dispatch: a software adapter runs every variable's branch in every
 * thread, so a large one is faster without the others.
 */
const LARGE = 8192;

/** By WGSL code. Pipelines belong to a device, and are released with its backend. */
const pipelines = new WeakMap<WebGPUBackend, Map<string, GPUComputePipeline>>();

/**
 * `momentum`: v <- m v + g, then w <- w - step v; without velocities w <- w - step g, as in
 * `engine/training/step/optimiser.ts`. g is the gradient, plus lambda w with decay. Enqueues and reads nothing back.
 *
 * @param control float32, the step size first.
 */
export function updateInPlace(
  backend: WebGPUBackend,
  updates: readonly Update[],
  { momentum, control }: { momentum: number; control: TensorInfo },
): void {
  const device = backend.device as unknown as GPUDevice;
  // Besides the step size, a variable binds itself, its gradient and, with momentum, its velocity.
  const most = Math.floor((device.limits.maxStorageBuffersPerShaderStage - 1) / (momentum === 0 ? 2 : 3));
  for (const group of groups(updates, most)) {
    const tensors = [control, ...group.flatMap((u) => [u.variable, u.gradient, ...(u.velocity ? [u.velocity] : [])])];
    const { code, workgroups } = program(group, momentum);
    const pipeline = pipelineOf(backend, code);
    const bindGroup = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: tensors.map((tensor, binding) => ({ binding, resource: { buffer: bufferOf(backend, tensor) } })),
    });
    backend.endComputePassEncoder();
    backend.ensureCommandEncoderReady();
    const pass = (backend as unknown as { commandEncoder: GPUCommandEncoder }).commandEncoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...workgroups);
    pass.end();
  }
}

/** Large variables alone, the others together, at most `most` in a group. */
function groups(updates: readonly Update[], most: number): Update[][] {
  const isLarge = ({ variable }: Update) => sizeOf(variable) >= LARGE;
  const small = updates.filter((update) => !isLarge(update));
  const count = Math.ceil(small.length / most);
  return [
    ...updates.filter(isLarge).map((update) => [update]),
    ...Array.from({ length: count }, (_, i) => small.slice(i * most, (i + 1) * most)),
  ];
}

function sizeOf({ shape }: TensorInfo): number {
  return tf.util.sizeFromShape(shape);
}

function pipelineOf(backend: WebGPUBackend, code: string): GPUComputePipeline {
  const known = pipelines.get(backend) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(backend, known);
  let pipeline = known.get(code);
  if (pipeline === undefined) {
    const device = backend.device as unknown as GPUDevice;
    const module = device.createShaderModule({ code });
    pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
    known.set(code, pipeline);
  }
  return pipeline;
}

/** The threads take the variables' elements one after the other. */
function program(group: readonly Update[], momentum: number): { code: string; workgroups: [number, number] } {
  let threads = 0;
  const bindings = ["@group(0) @binding(0) var<storage, read> control : array<f32>;"];
  const bind = (name: string, { access, type }: { access: string; type: string }) =>
    bindings.push(`@group(0) @binding(${bindings.length}) var<storage, ${access}> ${name} : array<${type}>;`);
  const isAlone = group.length === 1;
  const cases = group.map(({ variable, velocity, decay }, i) => {
    const size = sizeOf(variable);
    const width = isAlone ? widthOf(size) : 1;
    const type = floats(width);
    bind(`w${i}`, { access: "read_write", type });
    bind(`g${i}`, { access: "read", type });
    if (velocity) bind(`v${i}`, { access: "read_write", type });
    const first = threads;
    const perThread = isAlone ? 1 : ELEMENTS;
    threads += Math.ceil(size / width / perThread);
    const gradient = decay === 0 ? `g${i}[i]` : `(g${i}[i] + ${decay} * w${i}[i])`;
    const change = velocity
      ? `let change = ${momentum} * v${i}[i] + ${gradient}; v${i}[i] = change;`
      : `let change = ${gradient};`;
    const update = `${change} w${i}[i] -= control[0] * change;`;
    return `if (index < ${threads}u) {
    ${
      isAlone ? `let i = index; ${update}` : `let first = (index - ${first}u) * ${perThread}u;
    for (var i = first; i < min(first + ${perThread}u, ${size}u); i++) { ${update} }`
    }
    return;
  }`;
  });
  const workgroups = Math.ceil(threads / WORKGROUP);
  // In rows of a square when there are more than fit one axis of a dispatch.
  const inRow = workgroups <= MOST_WORKGROUPS ? workgroups : Math.ceil(Math.sqrt(workgroups));
  return {
    workgroups: [inRow, Math.ceil(workgroups / inRow)],
    code: `${bindings.join("\n")}
@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let index = id.x + id.y * ${inRow * WORKGROUP}u;
  ${cases.join("\n  ")}
}`,
  };
}
