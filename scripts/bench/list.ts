/**
 * `deno task bench --list`: one line per suite, with its time on this adapter.
 *
 * @module
 */
import { duration } from "../../base/duration.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { startBackend } from "../../device/backend.ts";
import { createEstimator, type Estimator } from "../../engine/running/estimate.ts";
import { allEpochsOf } from "../../engine/running/plan.ts";
import { TUNED_KERNELS } from "../../kernels/mod.ts";
import { MODERN } from "../../recipes/modern.ts";
import { GPU_TIMING } from "../../suites/gpu_timing.ts";
import { KERNELS } from "../../suites/kernels.ts";
import { SUITES } from "../../suites/list.ts";
import type { ProfileName, Suite } from "../../suites/suite.ts";

/** Explains the suites, and lists the variants of `chosen`; returns the exit status. */
export async function listSuites(chosen: Suite | undefined): Promise<number> {
  const estimator = await estimatorHere();
  for (const suite of SUITES) {
    const times = (Object.keys(suite.profiles) as ProfileName[]).map((profileName) => {
      const seconds = estimator && suiteSeconds(suite, { profileName, estimator });
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
async function estimatorHere(): Promise<Estimator | undefined> {
  try {
    const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
    console.log(`Times are estimated for ${backend.adapter.name} from a few steps of three networks.\n`);
    return await createEstimator(MODERN, backend).finally(backend.stop);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`Note: no times, because no adapter could be timed. ${messageOf(error)}`);
    return undefined;
  }
}

function suiteSeconds(
  { variants, measures, profiles }: Suite,
  { profileName, estimator }: { profileName: ProfileName; estimator: Estimator },
): number {
  const swept = (measures?.sweeps ?? []).reduce((sum, { amounts, images }) => sum + amounts.length * images, 0);
  const profile = profiles[profileName];
  const seed = variants.reduce((sum, variant) => {
    const epochs = allEpochsOf({ profileName, profile }, variant);
    return sum + estimator(variant.model, { profile: { ...profile, epochs }, swept });
  }, 0);
  return profile.seeds * seed;
}
