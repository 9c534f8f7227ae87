/**
 * Records the work that a function makes TensorFlow.js enqueue on WebGPU, and runs it again without TensorFlow.js.
 *
 * A training step enqueues the same dispatches on buffers of the same sizes every time; only the contents change. Most
 * of a small network's step is spent in JavaScript, finding kernels, shapes, buffers and bind groups.
 * A replay does none of that: it encodes the recorded dispatches and submits them.
 *
 * While recording, TensorFlow.js's backend gets stand-ins for its device, queue and buffer manager: commands are listed
 * and not submitted, and every buffer is new and belongs to the recording, so that neither a constant nor an
 * intermediate result is overwritten between replays.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { submitPending } from "../device/device_work.ts";

/** Recorded work. */
export interface Recording {
  /** Dispatches per replay. */
  readonly dispatches: number;
  /** Enqueues the recorded work once more, after whatever TensorFlow.js has enqueued so far. */
  replay(): void;
  /** Frees the recording's buffers. */
  dispose(): void;
}

type Command =
  | {
    readonly kind: "dispatch";
    readonly pipeline: GPUComputePipeline;
    readonly bindGroup: GPUBindGroup;
    readonly workgroups: readonly [number, number, number];
  }
  | {
    readonly kind: "copy";
    readonly from: GPUBuffer;
    readonly fromOffset: number;
    readonly to: GPUBuffer;
    readonly toOffset: number;
    readonly size: number;
  };

/**
 * Calls `work` once and records what it enqueues; nothing of it runs before the first replay.
 *
 * `work` may read and write the tensors that exist already, once they are on the device, and must dispose of all
 * tensors that it makes: results leave a recording only through programs that write into existing tensors.
 *
 * @throws {Error} when `work` reads back from the device, disposes of a tensor that it did not make, or keeps one.
 */
export function record(backend: WebGPUBackend, work: () => void): Recording {
  submitPending(backend);
  const { device, queue, bufferManager } = backend;
  const list = new CommandList();
  const buffers = new OwnBuffers(device as unknown as GPUDevice);
  const tensors = backend.numDataIds();
  // TensorFlow.js has these as plain fields and uses only those of their members that the stand-ins have.
  Object.assign(backend, {
    device: recordingDevice(device as unknown as GPUDevice, list),
    queue: { submit() {}, writeBuffer: queue.writeBuffer.bind(queue) },
    bufferManager: buffers,
  });
  try {
    try {
      work();
    } finally {
      // Makes TensorFlow.js let go of the stand-ins: of its command encoder, and of buffers that it keeps until a
      // submit.
      submitPending(backend);
    }
    const kept = backend.numDataIds() - tensors;
    if (kept !== 0) throw new Error(`Recorded work must dispose of its tensors; it kept ${kept}`);
  } catch (error) {
    buffers.dispose();
    throw error;
  } finally {
    Object.assign(backend, { device, queue, bufferManager });
  }
  return {
    dispatches: list.commands.filter(({ kind }) => kind === "dispatch").length,
    replay() {
      submitPending(backend);
      (queue as unknown as GPUQueue).submit([encode(device as unknown as GPUDevice, list.commands)]);
    },
    dispose: () => buffers.dispose(),
  };
}

function encode(device: GPUDevice, commands: readonly Command[]): GPUCommandBuffer {
  const encoder = device.createCommandEncoder();
  let pass: GPUComputePassEncoder | undefined;
  for (const command of commands) {
    if (command.kind === "dispatch") {
      pass ??= encoder.beginComputePass();
      pass.setPipeline(command.pipeline);
      pass.setBindGroup(0, command.bindGroup);
      pass.dispatchWorkgroups(...command.workgroups);
    } else {
      pass?.end();
      pass = undefined;
      const { from, fromOffset, to, toOffset, size } = command;
      encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, size);
    }
  }
  pass?.end();
  return encoder.finish();
}

function recordingDevice(device: GPUDevice, list: CommandList) {
  return {
    limits: device.limits,
    features: device.features,
    createCommandEncoder: () => list,
    createBindGroup: device.createBindGroup.bind(device),
    createBindGroupLayout: device.createBindGroupLayout.bind(device),
    createComputePipeline: device.createComputePipeline.bind(device),
    createPipelineLayout: device.createPipelineLayout.bind(device),
    createShaderModule: device.createShaderModule.bind(device),
  };
}

/** Stands in for a command encoder and for its compute passes. */
class CommandList {
  readonly commands: Command[] = [];
  #pipeline: GPUComputePipeline | undefined;
  #bindGroup: GPUBindGroup | undefined;

  beginComputePass(): this {
    return this;
  }

  setPipeline(pipeline: GPUComputePipeline): void {
    this.#pipeline = pipeline;
  }

  setBindGroup(_index: number, bindGroup: GPUBindGroup): void {
    this.#bindGroup = bindGroup;
  }

  dispatchWorkgroups(x: number, y = 1, z = 1): void {
    const [pipeline, bindGroup] = [this.#pipeline!, this.#bindGroup!];
    this.commands.push({ kind: "dispatch", pipeline, bindGroup, workgroups: [x, y, z] });
  }

  copyBufferToBuffer(from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, size: number): void {
    if (to.usage & GPUBufferUsage.MAP_READ) throw new Error("Recorded work can't read back from the device");
    this.commands.push({ kind: "copy", from, fromOffset, to, toOffset, size });
  }

  end(): void {}

  finish(): void {}
}

/** Stands in for TensorFlow.js's buffer manager: reuses no buffer, and frees them all together. */
class OwnBuffers {
  numBytesUsed = 0;
  readonly numBytesAllocated = 0;
  readonly #device: GPUDevice;
  readonly #buffers = new Set<GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  acquireBuffer(size: number, usage: number, mappedAtCreation = false): GPUBuffer {
    const buffer = this.#device.createBuffer({ size, usage, mappedAtCreation });
    this.#buffers.add(buffer);
    this.numBytesUsed += size;
    return buffer;
  }

  releaseBuffer(buffer: GPUBuffer): void {
    if (!this.#buffers.has(buffer)) throw new Error("Recorded work disposed of a tensor that it had not made");
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.clear();
  }
}
