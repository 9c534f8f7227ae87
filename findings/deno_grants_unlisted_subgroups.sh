#!/bin/sh
# Deno 2.9.6 (npm package "deno"), any Vulkan adapter with subgroups (seen with Mesa 22.3.6, 25.0.7 and 26.2.6 llvmpipe).
#
# An adapter that does not list the feature "subgroups" should refuse a device that requires it, by the WebGPU
# specification with a TypeError, and WGSL's subgroup functions need the directive "enable subgroups;". In Deno all
# three are the other way round: adapter.features has no "subgroups", requestDevice() grants it all the same, the
# directive is a parse error, and without it subgroupBroadcast() compiles and works. A program that follows the
# specification concludes that there are no subgroups.
#
# Output seen (llvmpipe, 8 lanes):
#   adapter lists subgroups: false
#   device granted: true
#   with the directive: refused
#   without it: every thread read lane 1 of its own subgroup
#
# Needs Node.js with npm and a Vulkan adapter, for example Debian's mesa-vulkan-drivers and libvulkan1.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-fund --no-audit --loglevel=error deno@2.9.6 >/dev/null
cat >subgroups.ts <<'END'
const adapter = (await navigator.gpu.requestAdapter())!;
console.log("adapter lists subgroups:", adapter.features.has("subgroups" as GPUFeatureName));
const { subgroupMinSize: lanes } = adapter.info;
const device = await adapter.requestDevice({ requiredFeatures: ["subgroups" as GPUFeatureName] });
console.log("device granted:", device.features.has("subgroups" as GPUFeatureName));

const code = `@group(0) @binding(0) var<storage, read_write> result : array<u32>;
@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) index : u32) {
  result[index] = subgroupBroadcast(index, 1u);
}`;
device.pushErrorScope("validation");
device.createShaderModule({ code: `enable subgroups;\n${code}` });
console.log("with the directive:", await device.popErrorScope() ? "refused" : "accepted");

const size = 4 * 64;
const result = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
const copy = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
const module = device.createShaderModule({ code });
const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
const encoder = device.createCommandEncoder();
const pass = encoder.beginComputePass();
pass.setPipeline(pipeline);
pass.setBindGroup(0, device.createBindGroup({
  layout: pipeline.getBindGroupLayout(0),
  entries: [{ binding: 0, resource: { buffer: result } }],
}));
pass.dispatchWorkgroups(1);
pass.end();
encoder.copyBufferToBuffer(result, 0, copy, 0, size);
device.queue.submit([encoder.finish()]);
await copy.mapAsync(GPUMapMode.READ);
const read = [...new Uint32Array(copy.getMappedRange())];
const isRight = read.every((value, thread) => value === thread - thread % lanes + 1);
console.log("without it:", isRight ? "every thread read lane 1 of its own subgroup" : `read ${read}`);
Deno.exit(0);
END
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/tmp}" DENO_WEBGPU_BACKEND="${DENO_WEBGPU_BACKEND:-vulkan}" NO_COLOR=1
node_modules/.bin/deno run --no-check --quiet subgroups.ts | tee output
cat >expected <<'END'
adapter lists subgroups: false
device granted: true
with the directive: refused
without it: every thread read lane 1 of its own subgroup
END
diff expected output
