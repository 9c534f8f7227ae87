/**
 * Trains networks pattern by pattern on a WebGPU device, several seeds at the same time.
 *
 * @module
 */
import { inkOf, settleSums, startSums } from "./ink.ts";
import type { PatternProgram } from "./program.ts";

/** Patterns, as the device gets them. */
export interface Patterns {
  readonly count: number;
  /** [count, bytes of an image]. */
  readonly pixels: Uint8Array;
  /** [count]. */
  readonly labels: Uint8Array;
}

/** What a {@linkcode PatternTrainer} trains. */
export interface PatternTrainerOptions {
  readonly program: PatternProgram;
  readonly patterns: Patterns;
  /** Numbers of the patterns in the order of every pass, one list per seed, all of the same length. */
  readonly orders: readonly Uint32Array[];
}

/** Patterns whose work is submitted together: a submit takes as long as several of them. */
const PATTERNS_PER_SUBMIT = 100;

/** What the program's buffers are for, in the order of its bindings. */
const BUFFERS = ["parameters", "steps", "scratch", "images", "labels", "orders", "metrics", "next"] as const;

/**
 * Networks of the same kind with different seeds. Numbers of all seeds go in and out one seed after the other, and
 * those of a seed in the order of its network's parameters.
 */
export class PatternTrainer {
  readonly #device: GPUDevice;
  readonly #program: PatternProgram;
  readonly #seeds: number;
  readonly #buffers: Record<typeof BUFFERS[number], GPUBuffer>;
  readonly #pipeline: GPUComputePipeline;
  #bindGroup: GPUBindGroup;
  /** Of the current pass. */
  #steps: Float32Array<ArrayBuffer>;
  /** As they were before the current pass. */
  #parameters: Float32Array<ArrayBuffer>;
  /** What the scratch is set to before a pass. */
  readonly #scratch: Float32Array<ArrayBuffer>;

  /** Uploads the patterns and compiles the program. A device reports errors as events. */
  constructor(device: GPUDevice, { program, patterns, orders }: PatternTrainerOptions) {
    this.#device = device;
    this.#seeds = orders.length;
    const { parameters, stride, scratch } = program;
    const perPass = orders[0]!.length;
    this.#program = program;
    const { words, labels } = this.#packed(patterns);
    const numbers = {
      parameters: this.#seeds * stride,
      steps: this.#seeds * stride,
      scratch: this.#seeds * scratch.length,
      images: words.length,
      labels: labels.length,
      orders: this.#seeds * perPass,
      metrics: 2 * this.#seeds * perPass,
      next: this.#seeds,
    };
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const buffers = BUFFERS.map((name) => [name, device.createBuffer({ size: 4 * numbers[name], usage })] as const);
    this.#buffers = Object.fromEntries(buffers) as Record<typeof BUFFERS[number], GPUBuffer>;
    device.queue.writeBuffer(this.#buffers.images, 0, words);
    device.queue.writeBuffer(this.#buffers.labels, 0, labels);
    orders.forEach((order, seed) => {
      device.queue.writeBuffer(this.#buffers.orders, 4 * seed * perPass, Uint32Array.from(order));
    });
    this.#scratch = repeated(scratch, this.#seeds);
    this.#parameters = new Float32Array(this.#seeds * parameters);
    this.#steps = new Float32Array(this.#seeds * parameters);
    const module = device.createShaderModule({ code: program.code });
    this.#pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
    this.#bindGroup = this.#bound();
  }

  /** Uploads the patterns of the passes to come, as many as before. */
  setPatterns(patterns: Patterns): void {
    const { words, labels } = this.#packed(patterns);
    const { images: { usage } } = this.#buffers;
    this.#buffers.images.destroy();
    // Lists of ink are as long as the images have ink: there is room for these, and no more.
    this.#buffers.images = this.#device.createBuffer({ size: words.byteLength, usage });
    this.#device.queue.writeBuffer(this.#buffers.images, 0, words);
    this.#device.queue.writeBuffer(this.#buffers.labels, 0, labels);
    this.#bindGroup = this.#bound();
  }

  /** Sets the parameters of all seeds. */
  setParameters(values: Float32Array<ArrayBuffer>): void {
    this.#parameters = values;
    this.#device.queue.writeBuffer(this.#buffers.parameters, 0, this.#inVectors(values));
  }

  /** Begins a pass in which each parameter takes steps of its own size. */
  startPass(steps: Float32Array<ArrayBuffer>): void {
    this.#steps = steps;
    this.#ofEverySeed(this.#scratch, startSums);
    this.#device.queue.writeBuffer(this.#buffers.steps, 0, this.#inVectors(steps));
    this.#device.queue.writeBuffer(this.#buffers.scratch, 0, this.#scratch);
    this.#device.queue.writeBuffer(this.#buffers.next, 0, new Uint32Array(this.#seeds));
  }

  /** Enqueues the updates of every seed by its next `count` patterns, no more than are left of the pass. */
  run(count: number): void {
    for (let start = 0; start < count; start += PATTERNS_PER_SUBMIT) {
      const encoder = this.#device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(this.#pipeline);
      pass.setBindGroup(0, this.#bindGroup);
      for (let i = start; i < Math.min(start + PATTERNS_PER_SUBMIT, count); i++) pass.dispatchWorkgroups(this.#seeds);
      pass.end();
      this.#device.queue.submit([encoder.finish()]);
    }
  }

  /**
   * Ends the pass. Returns the parameters of all seeds; and for each pattern, seed after seed, its error before its
   * update, and 1 if its class was wrong, else 0.
   */
  async finishPass(): Promise<{ parameters: Float32Array<ArrayBuffer>; metrics: Float32Array<ArrayBuffer> }> {
    const metrics = await this.#read(this.#buffers.metrics);
    const { parameters: from, stride: to } = this.#program;
    const parameters = spaced(await this.#read(this.#buffers.parameters), { from: to, to: from });
    if (this.#program.inkSums) {
      this.#parameters = parameters;
      this.#ofEverySeed(await this.#read(this.#buffers.scratch), settleSums);
    }
    this.setParameters(parameters);
    return { parameters, metrics };
  }

  /** Frees the device's memory. */
  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
  }

  #packed(patterns: Patterns): PackedPatterns {
    return this.#program.inkSums ? inInk(patterns) : inBytes(patterns);
  }

  #bound(): GPUBindGroup {
    return this.#device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: BUFFERS.map((name, binding) => ({ binding, resource: { buffer: this.#buffers[name] } })),
    });
  }

  /** Numbers of all seeds, each seed's in whole vectors. */
  #inVectors(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    return spaced(values, { from: this.#program.parameters, to: this.#program.stride });
  }

  /** Calls `change` with the numbers of one seed after the other, if the first layer keeps sums. */
  #ofEverySeed(scratch: Float32Array<ArrayBuffer>, change: typeof startSums): void {
    const { inkSums, parameters: size, scratch: { length } } = this.#program;
    if (!inkSums) return;
    for (let seed = 0; seed < this.#seeds; seed++) {
      const own = (values: Float32Array) => values.subarray(seed * size, (seed + 1) * size);
      change(inkSums, {
        parameters: own(this.#parameters),
        steps: own(this.#steps),
        scratch: scratch.subarray(seed * length, (seed + 1) * length),
      });
    }
  }

  async #read(buffer: GPUBuffer): Promise<Float32Array<ArrayBuffer>> {
    const { size } = buffer;
    const target = this.#device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, target, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    await target.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(target.getMappedRange().slice(0));
    target.destroy();
    return values;
  }
}

/** Images in 32-bit words, and for each image its label and the place of its first word. */
interface PackedPatterns {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly labels: Uint32Array<ArrayBuffer>;
}

/** Four bytes in a word, each image filled up to whole words. */
function inBytes({ count, pixels, labels }: Patterns): PackedPatterns {
  const bytes = pixels.length / count;
  const stride = Math.ceil(bytes / 4);
  const padded = new Uint8Array(4 * count * stride);
  for (let i = 0; i < count; i++) padded.set(pixels.subarray(i * bytes, (i + 1) * bytes), 4 * i * stride);
  return {
    words: new Uint32Array(padded.buffer),
    labels: Uint32Array.from({ length: 2 * count }, (_, k) => k % 2 === 0 ? labels[k / 2]! : (k - 1) / 2 * stride),
  };
}

/** Each image's list of ink. */
function inInk({ count, pixels, labels }: Patterns): PackedPatterns {
  const bytes = pixels.length / count;
  const lists = Array.from({ length: count }, (_, i) => inkOf(pixels.subarray(i * bytes, (i + 1) * bytes)));
  const placed = new Uint32Array(2 * count);
  let length = 0;
  lists.forEach((list, i) => {
    placed.set([labels[i]!, length], 2 * i);
    length += list.length;
  });
  const words = new Uint32Array(length);
  lists.forEach((list, i) => words.set(list, placed[2 * i + 1]!));
  return { words, labels: placed };
}

/** Rows of `from` numbers as rows of `to`, cut off or filled up with zeros. */
function spaced(values: Float32Array<ArrayBuffer>, { from, to }: Record<"from" | "to", number>) {
  if (from === to) return values;
  const rows = new Float32Array(values.length / from * to);
  for (let i = 0; i * from < values.length; i++) {
    rows.set(values.subarray(i * from, i * from + Math.min(from, to)), i * to);
  }
  return rows;
}

function repeated(values: Float32Array, times: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(times * values.length);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}
