/**
 * `deno task bench:memory`: runs some hundred small trials in one process and reports whether memory stays flat.
 *
 * @module
 */
import { integer, message, object, option, withDefault } from "@optique/core";
import { run } from "@optique/run";
import { adapterWords } from "../base/graphics_api.ts";
import { syntheticDataset } from "../data/synthetic/digits.ts";
import { startBackend } from "../device/backend.ts";
import { runMemory } from "../engine/running/memory_run.ts";
import { plan } from "../engine/running/plan.ts";
import { TUNED_KERNELS } from "../kernels/mod.ts";
import { counted } from "../reports/page/format.ts";
import { MEMORY } from "../suites/memory.ts";
import { adapterOption, checkAdapter } from "./command/adapter_option.ts";
import { INTERRUPTED, interruptSignal, main, newRunDirectory, RUN_OPTIONS, tellUnknownCommit } from "./command/cli.ts";
import { MEMORY_PATHS } from "./command/path_options.ts";
import { pathOptions } from "./command/path_parsers.ts";
import { report } from "./report.ts";

const CYCLE = MEMORY.variants.length;

const parser = object("Options", {
  cycles: withDefault(
    option("--cycles", integer({ metavar: "N", min: 2 }), {
      description: message`How often each of the ${String(CYCLE)} variants is trained`,
    }),
    MEMORY.profiles.smoke.seeds,
  ),
  adapter: adapterOption,
  ...pathOptions(MEMORY_PATHS),
});

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task bench:memory",
    brief: message`Train small networks in one process, over and over, and watch its memory.`,
    showDefault: true,
    ...RUN_OPTIONS,
  });
  await main(async () => {
    await tellUnknownCommit();
    const { cycles, out = newRunDirectory(MEMORY.id, "smoke") } = options;
    await checkAdapter(options.adapter);
    const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
    const work = plan(MEMORY, { profile: "smoke", seeds: cycles });
    console.log(
      `${MEMORY.title}\n${counted(work.trials.length, "trial")} on ${
        adapterWords({ adapter: backend.adapter.name, api: backend.adapter.api })
      }`,
    );
    const { trainImages, validationImages, testImages } = work.profile;
    const { interrupted, failed, lost } = await runMemory({
      plan: work,
      dataset: syntheticDataset({
        train: Number(trainImages) + validationImages,
        test: Number(testImages),
      }),
      backend,
      directory: out,
      signal: interruptSignal(() => console.error("Stopping after this step; Ctrl-C again stops at once.")),
      onRow({ trial, tensors, gpu_bytes_allocated, rss_bytes }) {
        if (trial % CYCLE === 0) {
          console.log(`trial ${trial}: ${tensors} tensors, GPU ${mib(gpu_bytes_allocated)}, process ${mib(rss_bytes)}`);
        }
      },
    });
    backend.stop();
    if (interrupted) return INTERRUPTED;
    await report({ folders: [out], out: undefined, digits: undefined, check: false });
    if (lost !== undefined) {
      console.error(`${lost}. The current trial and those after it are not finished: start again for them.`);
    }
    return failed > 0 || lost !== undefined ? 1 : 0;
  });
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
