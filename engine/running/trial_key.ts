/**
 * When two trials are the same.
 *
 * @module
 */
import { readMachine } from "../../device/provenance.ts";
import { variantSha256 } from "./describe_variant.ts";
import { epochsOf, type Trial } from "./plan.ts";
import type { Checkpoint } from "./resume/checkpoint.ts";
import type { TrialContext } from "./trial_context.ts";

/** What a trial's result depends on. */
export type TrialKey = ReturnType<typeof trialKey>;

/**
 * The columns of a trial's row that are known before it runs: two trials with the same ones end with the same weights.
 *
 * @param context What would run it.
 */
export function trialKey(
  { id, variant, seed }: Trial,
  { plan, dataset, images, backend, versions }: Omit<
    TrialContext,
    "stopwatch" | "signal" | "onProgress" | "onCompiling"
  >,
) {
  const { train, validation, test } = images(variant);
  return {
    trial: id,
    suite: plan.suite.id,
    variant: variant.id,
    variant_sha256: variantSha256(variant),
    seed,
    profile: plan.profileName,
    dataset: dataset.id,
    dataset_sha256: dataset.sha256,
    train_images: train.count,
    validation_images: validation.count,
    test_images: plan.suite.judgedOn === "test" ? test.count : 0,
    epochs: epochsOf(plan, variant),
    backend: backend.name,
    adapter: backend.adapter.name,
    adapter_kind: backend.adapter.kind,
    api: backend.adapter.api,
    kernels: backend.kernels,
    deno: versions.deno,
    tfjs: versions.tfjs,
    commit: versions.commit,
  };
}

/**
 * What a trial's state in the middle depends on: a software adapter of one name compiles for the processor that it
 * finds, so that only the same machine is sure to end with the same weights.
 */
export function checkpointKey(key: TrialKey): Checkpoint["key"] {
  if (key.adapter_kind !== "software") return key;
  const { os, cpu, cpuThreads } = readMachine();
  return { ...key, os, cpu, cpu_threads: cpuThreads };
}
