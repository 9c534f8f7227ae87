/**
 * What the adapter can achieve at best: multiply-adds in registers, and a copy, as plain WGSL without TensorFlow.js.
 *
 * A kernel's floating-point operations over the first, or its bytes over the second, whichever takes longer, is the
 * time that no kernel can beat on that adapter.
 *
 * @module
 */
import { currentDevice, finishWork } from "../../device/device_work.ts";

/** A ceiling, ready to be timed on the current device. */
export interface Ceiling {
  readonly id: string;
  readonly title: string;
  /** Floating-point operations of one run; a multiply-add counts as two. */
  readonly flops?: number;
  /** Bytes that one run reads and writes. */
  readonly bytes?: number;
  /** Runs it `runs` times and waits until the device has done so. */
  readonly run: (runs: number) => Promise<void>;
}

const BYTES_PER_FLOAT = 4;
const WORKGROUP = 64;

/** Enough threads to fill a large GPU, each with 16 chains of multiply-adds that don't wait for one another. */
const CHAINS = { threads: 65_536, rounds: 1000, accumulators: 16 } as const;

/** About the largest activation of the networks here, so that it fits the same caches; `vectors` of four per thread. */
const COPY = { floats: 2 ** 19, vectors: 4 } as const;

/** The ceilings of TensorFlow.js's current device. */
export function createCeilings(): Ceiling[] {
  return [
    {
      id: "multiply-add",
      title: "Multiply-adds in registers",
      flops: 2 * CHAINS.accumulators * CHAINS.rounds * CHAINS.threads,
      run: runner(multiplyAdds(), {
        groups: CHAINS.threads / WORKGROUP,
        sizes: [CHAINS.threads * BYTES_PER_FLOAT, 2 * BYTES_PER_FLOAT],
      }),
    },
    {
      id: "copy",
      title: "Copy",
      bytes: 2 * COPY.floats * BYTES_PER_FLOAT,
      run: runner(copy(), {
        groups: COPY.floats / (4 * COPY.vectors * WORKGROUP),
        sizes: [COPY.floats * BYTES_PER_FLOAT, COPY.floats * BYTES_PER_FLOAT],
      }),
    },
  ];
}

/** `s = s a + b` repeatedly; factor and summand come from a buffer, or the compiler would compute the sum itself. */
function multiplyAdds(): string {
  const chains = Array.from({ length: CHAINS.accumulators }, (_, i) => `s${i}`);
  return `
@group(0) @binding(0) var<storage, read_write> result : array<f32>;
@group(0) @binding(1) var<storage, read> x : array<f32>;
@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let a = x[0];
  let b = x[1];
  ${chains.map((s, i) => `var ${s} = f32(id.x + ${i}u);`).join("\n")}
  for (var round = 0; round < ${CHAINS.rounds}; round++) {
    ${chains.map((s) => `${s} = ${s} * a + b;`).join("\n")}
  }
  result[id.x] = ${chains.join(" + ")};
}`;
}

function copy(): string {
  const threads = COPY.floats / (4 * COPY.vectors);
  const places = Array.from({ length: COPY.vectors }, (_, i) => `id.x + ${i * threads}u`);
  return `
@group(0) @binding(0) var<storage, read_write> result : array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> x : array<vec4<f32>>;
@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  ${places.map((at) => `result[${at}] = x[${at}];`).join("\n")}
}`;
}

/** Runs `code` in one pass of `runs` dispatches; buffer `i` of `sizes` bytes is its binding `i`. */
function runner(
  code: string,
  { groups, sizes }: { groups: number; sizes: readonly number[] },
): (runs: number) => Promise<void> {
  const device = currentDevice();
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: sizes.map((size, binding) => ({
      binding,
      resource: { buffer: device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }) },
    })),
  });
  return async (runs) => {
    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let run = 0; run < runs; run++) pass.dispatchWorkgroups(groups);
    pass.end();
    device.queue.submit([commands.finish()]);
    await finishWork();
  };
}
