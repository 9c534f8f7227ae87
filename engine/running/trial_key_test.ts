import assert from "node:assert/strict";
import { readMachine } from "../../device/provenance.ts";
import { checkpointKey, type TrialKey } from "./trial_key.ts";

const KEY: TrialKey = {
  trial: "tiny/tiny/1",
  suite: "tiny",
  variant: "tiny",
  variant_sha256: "ab".repeat(32),
  seed: 1,
  profile: "smoke",
  dataset: "synthetic",
  dataset_sha256: "cd".repeat(32),
  train_images: 40,
  validation_images: 10,
  test_images: 20,
  epochs: 3,
  backend: "webgpu",
  adapter: "an adapter",
  adapter_kind: "hardware",
  api: "Vulkan",
  kernels: "tuned",
  deno: "2.9.6",
  tfjs: "4.22.0",
  commit: "0123abc",
};

Deno.test("checkpointKey() names the machine of a software adapter, and only the adapter otherwise", () => {
  const { os, cpu, cpuThreads } = readMachine();
  assert.deepEqual(checkpointKey({ ...KEY, adapter_kind: "software" }), {
    ...KEY,
    adapter_kind: "software",
    os,
    cpu,
    cpu_threads: cpuThreads,
  });
  for (const adapter_kind of ["hardware", "none"] as const) {
    assert.deepEqual(checkpointKey({ ...KEY, adapter_kind }), { ...KEY, adapter_kind });
  }
});
