import assert from "node:assert/strict";
import { requestDevice, type RequestedDevice } from "./adapter.ts";
import { startBackend } from "./backend.ts";
import { STOCK_KERNELS } from "./kernel_set.ts";
import { examineSubgroups, SUBGROUPS } from "./subgroups.ts";

/** A test on a device of its own. */
function deviceTest(name: string, body: (requested: RequestedDevice) => Promise<void>): void {
  Deno.test(name, async () => {
    const requested = await requestDevice();
    try {
      await body(requested);
    } finally {
      requested.device.destroy();
    }
  });
}

/** `device` whose shaders are rewritten before they are compiled. */
function withShaders(device: GPUDevice, rewrite: (code: string) => string): GPUDevice {
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = ({ code }) => create({ code: rewrite(code) });
  return device;
}

deviceTest("requestDevice() finds as many lanes as the adapter says if their number is fixed", async (requested) => {
  const { device, info: { subgroupMinSize, subgroupMaxSize }, subgroups: { lanes, obstacle } } = requested;
  const isFixed = device.features.has(SUBGROUPS) && subgroupMinSize === subgroupMaxSize;
  // A device may also hand on wrong values: then it has to say so.
  assert.equal(lanes, isFixed && obstacle === "" ? subgroupMinSize : 1);
  if (!isFixed) assert.notEqual(obstacle, "");
  assert.deepEqual(await examineSubgroups(device, requested.info), requested.subgroups, "every time");
});

deviceTest(
  "examineSubgroups() finds 1 lane if the size of subgroups varies or no kernel is written for it",
  async ({ device }) => {
    const found = (least: number, most = least) =>
      examineSubgroups(device, { subgroupMinSize: least, subgroupMaxSize: most });
    if (!device.features.has(SUBGROUPS)) return;
    assert.deepEqual(await found(8, 16), { lanes: 1, obstacle: "its subgroups vary between 8 and 16 threads" });
    assert.deepEqual(await found(128), { lanes: 1, obstacle: "no kernel is written for subgroups of 128 threads" });
  },
);

Deno.test("examineSubgroups() finds 1 lane on a device without the feature", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  const found = await examineSubgroups(device, { subgroupMinSize: 8, subgroupMaxSize: 8 });
  assert.deepEqual(found, { lanes: 1, obstacle: "the device has no subgroups" });
  device.destroy();
});

for (
  const [fault, rewrite] of [
    ["hands on a neighbour's value", (code: string) => code.replace("(own, 1u)", "(own, 2u)")],
    ["does not compile the shader", (code: string) => code.replace("fn main", "this is no WGSL; fn main")],
  ] as const
) {
  deviceTest(`examineSubgroups() finds 1 lane on a device that ${fault}`, async ({ device, subgroups: { lanes } }) => {
    if (lanes === 1) return;
    const found = await examineSubgroups(withShaders(device, rewrite), {
      subgroupMinSize: lanes,
      subgroupMaxSize: lanes,
    });
    assert.deepEqual(found, { lanes: 1, obstacle: "its subgroups hand on wrong values" });
  });
}

Deno.test("useKernels() shares loads for sets that do, after renew() too", async () => {
  const backend = await startBackend("webgpu");
  try {
    const { lanes } = backend.subgroups;
    assert.equal(backend.lanes, 1, "stock kernels");
    backend.useKernels({ ...STOCK_KERNELS, name: "tuned", sharesLoads: true });
    assert.equal(backend.lanes, lanes);
    await backend.renew();
    assert.equal(backend.lanes, lanes);
    backend.useKernels({ ...STOCK_KERNELS, name: "unshared" });
    assert.equal(backend.lanes, 1);
  } finally {
    backend.stop();
  }
});
