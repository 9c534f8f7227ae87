import assert from "node:assert/strict";
import { type StepKernelRow, stepKernelRow } from "../../results/rows/steps/step_kernels.ts";
import { renderStepKernels } from "./step_kernels.ts";

/** Everything here is invented. */
const STEP: StepKernelRow = stepKernelRow.parse({
  schema: 2,
  profile: "quick",
  subject: "fc-784-10",
  title: "784-10",
  batch: 128,
  kernel: "",
  shapes: "",
  dispatches: 2,
  wall_ms: 3,
  rounds_ms: "3 3",
  cpu_ms: 10,
  cpu_rounds_ms: "10 10",
  runs: 5,
  compile_ms: null,
  wgsl_bytes: null,
  threads: null,
  loads: null,
  broadcasts: null,
  multiply_adds: null,
  lanes: 8,
  adapter: "Invented",
  adapter_kind: "software",
  api: "",
  driver: "mesa-vulkan-drivers 25",
  machine: "linux",
  versions: "lenet-bench 0.1.0",
  commit: "c".repeat(40),
  finished: "2024-01-02T03:14:05Z",
});

const PRODUCT: StepKernelRow = {
  ...STEP,
  kernel: "matmul",
  shapes: "128x784, 784x10 to 128x10",
  dispatches: 1,
  wall_ms: 2,
  cpu_ms: 6,
  compile_ms: 50,
  threads: 64,
  loads: 1000,
  broadcasts: 0,
  multiply_adds: 4000,
};

const SUM: StepKernelRow = {
  ...STEP,
  kernel: "columnSum",
  shapes: "128x10 to 10",
  dispatches: 1,
  cpu_ms: 1,
  compile_ms: 20,
};

Deno.test("renderStepKernels() has each kernel's share of the step, their sum, and the whole step", () => {
  const page = renderStepKernels([{ rows: [STEP, PRODUCT, SUM], notices: [] }]).get("report.md")!;
  assert.match(page, /^## 784-10, batch 128$/m);
  assert.match(page, /^Medians of 2 rounds\.$/m);
  assert.match(
    page,
    /^\| matmul: 128x784, 784x10 to 128x10 \| 1 \| 4,000 \| 0\.250 \| 6\.00 \| 60\.00 \| 50\.0 \|$/m,
  );
  assert.match(page, /^\| columnSum: .* \| 1 \| \| \| 1\.00 \| 10\.00 \| 20\.0 \|$/m);
  assert.match(page, /^\| \*\*all of them\*\* \| 2 \| \| \| 7\.00 \| 70\.00 \| 70\.0 \|$/m);
  assert.match(page, /^\| \*\*the whole step\*\* \| \| \| \| 10\.0 \| 100\.00 \| \|$/m);
});

Deno.test("renderStepKernels() sets several runs side by side, and takes wall time on hardware", () => {
  const hardware = { adapter_kind: "hardware", driver: "", adapter: "Invented GPU" } as const;
  const page = renderStepKernels([
    { rows: [STEP, PRODUCT], notices: [] },
    { rows: [{ ...STEP, ...hardware }, { ...SUM, ...hardware }], notices: [] },
  ]).get("report.md")!;
  assert.match(page, /\| mesa-vulkan-drivers 25: time, ms .* \| Invented GPU: time, ms \|/);
  assert.match(page, /^\| matmul: .* \| 6\.00 \| 60\.00 \| 50\.0 \| \| \| \|$/m);
  assert.match(page, /^\| columnSum: .* \| \| \| \| \| \| 3\.00 \| 100\.00 \| 20\.0 \|$/m);
});

Deno.test("renderStepKernels() reports on a run without rows", () => {
  assert.match(renderStepKernels([{ rows: [], notices: [] }]).get("report.md")!, /^# Training steps by kernel/);
});
