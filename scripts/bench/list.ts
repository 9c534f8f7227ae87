/**
 * `deno task bench --list`: one line per suite, with its time on this adapter.
 *
 * @module
 */
import { duration } from "../../base/duration.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { adapterWords } from "../../base/graphics_api.ts";
import { isInputOf } from "../../data/fit.ts";
import { startBackend } from "../../device/backend.ts";
import { createEstimator, type Estimator } from "../../engine/running/estimate.ts";
import { allEpochsOf } from "../../engine/running/plan.ts";
import { TUNED_KERNELS } from "../../kernels/mod.ts";
import { LECUN_1998 } from "../../recipes/lecun1998.ts";
import { MODERN } from "../../recipes/modern.ts";
import { GPU_TIMING } from "../../suites/gpu_timing.ts";
import { KERNELS } from "../../suites/kernels.ts";
import { SUITES } from "../../suites/list.ts";
import type { ProfileName, Suite, Variant } from "../../suites/suite.ts";

type EstimatorFor = (variant: Variant) => Estimator;

const MNIST_IMAGE = { height: 28, width: 28, maps: 1 } as const;

/** Explains the suites, and lists the variants of `chosen`; returns the exit status. */
export async function listSuites(chosen: Suite | undefined): Promise<number> {
  const estimatorFor = await estimatorsHere();
  for (const suite of SUITES) {
    const times = (Object.keys(suite.profiles) as ProfileName[]).map((profileName) => {
      const seconds = estimatorFor && suiteSeconds(suite, { profileName, estimatorFor });
      return `${profileName} ${seconds === undefined ? "not available" : `about ${duration(seconds)}`}`;
    });
    console.log(`${suite.id} (${times.join(", ")}): ${suite.question}`);
    if (suite === chosen) { for (const { id } of suite.variants) console.log(`  - ${id}`); }
  }
  // Their rounds have a fixed length, so their time hardly depends on the adapter.
  console.log(`${GPU_TIMING.id} (smoke seconds, quick some minutes, paper an hour or two): ${GPU_TIMING.question}`);
  console.log(`${KERNELS.id} (smoke seconds, quick some minutes, paper half an hour): ${KERNELS.question}`);
  return 0;
}

/** undefined if no adapter answers: the suites can be listed without times. */
async function estimatorsHere(): Promise<EstimatorFor | undefined> {
  try {
    const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
    const { name: adapter, api } = backend.adapter;
    console.log(`Times are estimated for ${adapterWords({ adapter, api })} from a few steps of three networks.\n`);
    try {
      const [byBatch, byPattern] = [await createEstimator(MODERN, backend), await createEstimator(LECUN_1998, backend)];
      return ({ recipe }) => recipe.batch === 1 ? byPattern : byBatch;
    } finally {
      backend.stop();
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`Note: no times, because no adapter could be timed. ${messageOf(error)}`);
    return undefined;
  }
}

function suiteSeconds(
  { variants: all, images, measures, profiles }: Suite,
  { profileName, estimatorFor }: { profileName: ProfileName; estimatorFor: EstimatorFor },
): number {
  const swept = (measures?.sweeps ?? []).reduce((sum, { amounts, images }) => sum + amounts.length * images, 0);
  const profile = profiles[profileName];
  // Arms for USPS are left out of a run on MNIST.
  const variants = images === undefined ? all.filter(({ model }) => isInputOf(model, MNIST_IMAGE)) : all;
  const seed = variants.reduce((sum, variant) => {
    const epochs = allEpochsOf({ profileName, profile }, variant);
    return sum + estimatorFor(variant)(variant.model, { profile: { ...profile, epochs }, swept });
  }, 0);
  return profile.seeds * seed;
}
