import assert from "node:assert/strict";
import { fakeRun } from "../testing.ts";
import { differenceOfMachines, machineClass } from "./machine.ts";

const RUN = fakeRun().environment;

Deno.test("machineClass() has the graphics API if it is known", () => {
  const processor = "linux x86_64, Invented CPU at 2 GHz, 2 threads";
  assert.equal(machineClass(RUN), `webgpu, llvmpipe (LLVM 15.0.6, 256 bits) on ${processor}`);
  assert.equal(
    machineClass({ ...RUN, api: "OpenGL" }),
    `webgpu, llvmpipe (LLVM 15.0.6, 256 bits) through OpenGL on ${processor}`,
  );
});

Deno.test("differenceOfMachines() tells the same adapter through two graphics APIs apart", () => {
  const vulkan = { ...RUN, api: "Vulkan" } as const;
  assert.equal(differenceOfMachines(vulkan, { ...vulkan }), undefined);
  assert.match(
    differenceOfMachines(vulkan, { ...RUN, api: "OpenGL" })!,
    /^times of different machines: "webgpu, .* through Vulkan on .*" and "webgpu, .* through OpenGL on .*"$/,
  );
});

Deno.test("differenceOfMachines() judges by features and limits if a graphics API is not recorded", () => {
  const vulkan = { ...RUN, api: "Vulkan" } as const;
  const fewer = { ...RUN, features: [] };
  const limits = Object.entries({ ...RUN.limits, maxBufferSize: 1 });
  for (const old of [RUN, vulkan]) {
    assert.equal(differenceOfMachines(old, RUN), undefined);
    assert.notEqual(differenceOfMachines(old, fewer), undefined);
    assert.notEqual(differenceOfMachines(old, { ...RUN, limits: Object.fromEntries(limits) }), undefined);
  }
  assert.equal(
    differenceOfMachines(RUN, fewer),
    "times of adapters with different features or limits, perhaps through different graphics APIs",
  );
  assert.match(differenceOfMachines(RUN, { ...RUN, cpu: "Another CPU" })!, /Another CPU/);
});
