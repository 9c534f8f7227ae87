/**
 * The first training step on a fresh device, and how much of it compiling the shaders takes.
 *
 * @module
 */
import { finishWork } from "../../../device/device_work.ts";
import { TUNED_KERNELS } from "../../../kernels/mod.ts";
import type { ModelSpec } from "../../../models/network/spec.ts";
import { roundColumns } from "../../../results/rows/timings.ts";
import type { GpuTimingSuite } from "../../../suites/gpu_timing.ts";
import { onFreshDevice } from "../kernel_sets.ts";
import { stepSubject } from "../kernels/subjects.ts";
import type { Measurement } from "./subject.ts";

/** One first step. */
interface FirstStep {
  readonly ms: number;
  readonly compilingMs: number;
  readonly shaders: number;
}

/** The first step of `model` on `devices` fresh devices, with the tuned kernels: all of it, and compiling alone. */
export async function timeFirstSteps(
  model: ModelSpec,
  { devices, ...suite }: Pick<GpuTimingSuite, "recipe" | "stepSize"> & { readonly devices: number },
): Promise<Measurement[]> {
  const steps: FirstStep[] = [];
  for (let i = 0; i < devices; i++) steps.push(await firstStep(model, suite));
  const { shaders } = steps[0]!;
  const columns = {
    kind: "first_step",
    subject: model.id,
    title: model.title,
    phase: "step",
    batch: suite.recipe.batch,
    runs: 1,
    shaders,
  } as const;
  return [
    { ...columns, contender: "whole", ...roundColumns(steps.map(({ ms }) => ms)) },
    { ...columns, contender: "compiling", ...roundColumns(steps.map(({ compilingMs }) => compilingMs)) },
  ];
}

async function firstStep(
  model: ModelSpec,
  suite: Pick<GpuTimingSuite, "recipe" | "stepSize">,
): Promise<FirstStep> {
  return await onFreshDevice(TUNED_KERNELS, async (backend) => {
    const { run, dispose } = stepSubject(model, suite).prepare(backend);
    const started = performance.now();
    const { ms: compilingMs, shaders } = timeCompiling(run);
    await finishWork();
    const ms = performance.now() - started;
    dispose();
    return { ms, compilingMs, shaders };
  });
}

/**
 * Runs `work`; returns the time that it spends on shader modules and pipelines, and the number of pipelines. A driver
 * that compiles later, on its own threads, does so in the rest of the step.
 */
function timeCompiling(work: () => void): { ms: number; shaders: number } {
  const device = GPUDevice.prototype;
  const { createShaderModule, createComputePipeline } = device;
  let ms = 0;
  let shaders = 0;
  const timed = <T>(compile: () => T): T => {
    const started = performance.now();
    const made = compile();
    ms += performance.now() - started;
    return made;
  };
  device.createShaderModule = function (descriptor) {
    return timed(() => createShaderModule.call(this, descriptor));
  };
  device.createComputePipeline = function (descriptor) {
    shaders++;
    return timed(() => createComputePipeline.call(this, descriptor));
  };
  try {
    work();
  } finally {
    Object.assign(device, { createShaderModule, createComputePipeline });
  }
  return { ms, shaders };
}
