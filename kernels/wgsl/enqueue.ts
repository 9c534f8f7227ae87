/**
 * Puts dispatches of compute shaders into TensorFlow.js's command stream.
 *
 * TensorFlow.js's own way to run a program allows one output, writes a uniform buffer for each dispatch, and adds some
 * six kilobytes of functions to each shader.
 *
 * @module
 */
import { env } from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { TensorInfo } from "./types.ts";

/** A compute shader. */
export interface Shader {
  /** The same for the same shader only. */
  readonly key: string;
  /** For tools and error messages. */
  readonly label: string;
  /** The storage buffers: names and types of their elements in WGSL. */
  readonly bindings: readonly {
    readonly name: string;
    readonly type: string;
    readonly access: "read" | "read_write";
  }[];
  readonly threads: number;
  readonly workgroup: number;
  /** Statements of thread `index` (an `i32`, below `threads`), which read or write every binding. */
  readonly body: string;
}

/** The parts of TensorFlow.js's backend that collect dispatches until they are submitted. */
interface CommandStream {
  readonly commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  /** Tensors whose buffers must stay until the next submit. */
  readonly commandQueueOwnedIds: WeakSet<TensorInfo["dataId"]>;
}

/** What every adapter allows along an axis of a dispatch. */
const MOST_WORKGROUPS = 65_535;

/** By key. Pipelines belong to a device, and are released with its backend. */
const pipelines = new WeakMap<WebGPUBackend, Map<string, GPUComputePipeline>>();

/** Enqueues one dispatch of `shader` with the buffers of `tensors` as its bindings. */
export function enqueue(backend: WebGPUBackend, shader: Shader, tensors: readonly TensorInfo[]): void {
  const device = backend.device as unknown as GPUDevice;
  const pipeline = pipelineOf(backend, shader);
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: tensors.map((tensor, binding) => ({ binding, resource: { buffer: bufferOf(backend, tensor) } })),
  });
  backend.ensureCommandEncoderReady();
  const stream = backend as unknown as CommandStream;
  stream.computePassEncoder ??= stream.commandEncoder.beginComputePass();
  stream.computePassEncoder.setPipeline(pipeline);
  stream.computePassEncoder.setBindGroup(0, bindGroup);
  stream.computePassEncoder.dispatchWorkgroups(...grid(shader));
  for (const { dataId } of tensors) stream.commandQueueOwnedIds.add(dataId);
  if (++stream.dispatchCountInPass >= env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

/** The device's buffer of `tensor`, which is uploaded if it isn't there yet. */
export function bufferOf(backend: WebGPUBackend, { dataId }: TensorInfo): GPUBuffer {
  backend.uploadToGPU(dataId);
  return backend.tensorMap.get(dataId).resource as unknown as GPUBuffer;
}

function pipelineOf(backend: WebGPUBackend, shader: Shader): GPUComputePipeline {
  const known = pipelines.get(backend) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(backend, known);
  let pipeline = known.get(shader.key);
  if (pipeline === undefined) {
    const { label } = shader;
    const device = backend.device as unknown as GPUDevice;
    const module = device.createShaderModule({ label, code: codeOf(shader) });
    pipeline = device.createComputePipeline({ label, layout: "auto", compute: { module, entryPoint: "main" } });
    known.set(shader.key, pipeline);
  }
  return pipeline;
}

function codeOf(shader: Shader): string {
  const { bindings, threads, workgroup, body } = shader;
  const [inRow] = grid(shader);
  const declarations = bindings.map(({ name, type, access }, i) =>
    `@group(0) @binding(${i}) var<storage, ${access}> ${name} : array<${type}>;`
  );
  return `${declarations.join("\n")}
@compute @workgroup_size(${workgroup}) fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let index = i32(id.x + id.y * ${inRow * workgroup}u);
  if (index >= ${threads}) { return; }
  ${body}
}`;
}

/** Workgroups in rows: a square of them when there are more than fit one axis of a dispatch. */
function grid({ threads, workgroup }: Shader): [inRow: number, rows: number] {
  const workgroups = Math.ceil(threads / workgroup);
  const inRow = workgroups <= MOST_WORKGROUPS ? workgroups : Math.ceil(Math.sqrt(workgroups));
  return [inRow, Math.ceil(workgroups / inRow)];
}
