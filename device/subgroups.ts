/**
 * Whether the threads of a subgroup can hand values to each other on a device, and how many they are, or why not.
 *
 * Deno's adapters don't list the feature `subgroups` and its shaders don't take the directive `enable subgroups`, but
 * its devices grant the feature (seen with Deno 2.9.6). So nothing is believed here: a shader is run.
 *
 * @module
 */

/** The feature's name, which Deno's types lack. */
export const SUBGROUPS = "subgroups" as GPUFeatureName;

/** The numbers of lanes that programs are written for. */
const LANES: readonly number[] = [4, 8, 16, 32, 64];

/** Threads of the shader that is run, in one workgroup: two of the widest subgroups. */
const THREADS = 128;

/** How a device's subgroups can be used. */
export interface Subgroups {
  /** Threads that can share loads; 1 if they can't. */
  readonly lanes: number;
  /** Why they can't, as half a sentence; empty if they can. */
  readonly obstacle: string;
}

/** Examines the subgroups of `device`. Threads must be lanes in the order of their index in the workgroup. */
export async function examineSubgroups(
  device: GPUDevice,
  { subgroupMinSize: least, subgroupMaxSize: most }: Pick<GPUAdapterInfo, "subgroupMinSize" | "subgroupMaxSize">,
): Promise<Subgroups> {
  const without = (obstacle: string): Subgroups => ({ lanes: 1, obstacle });
  if (!device.features.has(SUBGROUPS)) return without("the device has no subgroups");
  if (least !== most) return without(`its subgroups vary between ${least} and ${most} threads`);
  if (!LANES.includes(least)) return without(`no kernel is written for subgroups of ${least} threads`);
  if (!await handsOn(device, least)) return without("its subgroups hand on wrong values");
  return { lanes: least, obstacle: "" };
}

/** Whether each lane's value reaches all threads of its own subgroup of `lanes` and no others. */
async function handsOn(device: GPUDevice, lanes: number): Promise<boolean> {
  const code = `@group(0) @binding(0) var<storage, read_write> result : array<f32>;
@compute @workgroup_size(${THREADS}) fn main(@builtin(local_invocation_index) index : u32) {
  let own = f32(index * index + 1u);
  ${
    Array.from({ length: lanes }, (_, lane) =>
      `result[index * ${lanes}u + ${lane}u] = subgroupBroadcast(own, ${lane}u);`).join("\n  ")
  }
}`;
  device.pushErrorScope("validation");
  const size = 4 * THREADS * lanes;
  const result = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const readBack = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    const module = device.createShaderModule({ code });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = [{ binding: 0, resource: { buffer: result } }];
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(result, 0, readBack, 0, size);
    device.queue.submit([encoder.finish()]);
    if (await device.popErrorScope()) return false;
    await readBack.mapAsync(GPUMapMode.READ);
    return new Float32Array(readBack.getMappedRange()).every((value, i) => {
      const [thread, lane] = [Math.floor(i / lanes), i % lanes];
      return value === (thread - thread % lanes + lane) ** 2 + 1;
    });
  } finally {
    result.destroy();
    readBack.destroy();
  }
}

/** By TensorFlow.js backend, whose kernels write their programs for so many lanes. */
const inUse = new WeakMap<object, number>();

/** Makes the kernels of a TensorFlow.js backend share loads among `lanes` threads. */
export function shareLoads(backend: object, lanes: number): void {
  inUse.set(backend, lanes);
}

/** How many threads share loads on a TensorFlow.js backend: 1 unless {@linkcode shareLoads} was called. */
export function lanesOf(backend: object): number {
  return inUse.get(backend) ?? 1;
}
