/**
 * `deno task bench [SUITE]`: trains a suite's networks, stores what was measured, and renders the report.
 *
 * @module
 */
import {
  argument,
  choice,
  type InferValue,
  integer,
  message,
  object,
  option,
  optional,
  or,
  string,
  withDefault,
} from "@optique/core";
import { path, run } from "@optique/run";
import type { Dataset } from "../data/dataset.ts";
import { loadDataset } from "../data/load.ts";
import { readPublished } from "../data/published.ts";
import { type Backend, startBackend } from "../engine/backend.ts";
import { estimateSeconds } from "../engine/estimate.ts";
import { UserError } from "../base/errors.ts";
import { type Plan, plan } from "../engine/plan.ts";
import { runPlan, type RunSummary } from "../engine/run.ts";
import { fallbackCounts, installTunedKernels } from "../kernels/mod.ts";
import { counted } from "../reports/format.ts";
import { renderReport, writeReport } from "../reports/report.ts";
import { readRun } from "../results/store.ts";
import { GPU_TIMING } from "../suites/gpu_timing.ts";
import { KERNELS } from "../suites/kernels.ts";
import { SUITES } from "../suites/mod.ts";
import type { Suite } from "../suites/suite.ts";
import { benchGpuTiming, gpuTimingCommand } from "./bench_gpu_timing.ts";
import { benchKernels, kernelsCommand } from "./bench_kernels.ts";
import {
  CACHE_DIR,
  dataDirectory,
  INTERRUPTED,
  interruptSignal,
  main,
  newRunDirectory,
  RUN_OPTIONS,
  RUNS_DIR,
} from "./cli.ts";
import { downloadProgress, duration, progressDisplay } from "./progress.ts";

const parser = object("Options", {
  suite: withDefault(
    argument(choice(SUITES.map(({ id }) => id), { metavar: "SUITE" }), { description: message`What to measure` }),
    SUITES[0]!.id,
  ),
  profile: withDefault(
    option("-p", "--profile", choice(["smoke", "quick", "paper"], { metavar: "PROFILE" }), {
      description: message`How much work: smoke (seconds), quick (minutes) or paper (the whole protocol; hours)`,
    }),
    "quick",
  ),
  dataset: optional(option("--dataset", choice(["auto", "mnist", "synthetic"], { metavar: "DATASET" }), {
    description:
      message`mnist fails where MNIST can't be had; auto, the default, then goes on with drawn digits and says so`,
  })),
  dataDir: optional(option("--data-dir", path({ metavar: "DIR" }), {
    description:
      message`Folder with IDX files, plain or .gz, or with a folder mnist of them; for suites of colour images, with CIFAR-10's. Default: $LENET_BENCH_DATA`,
  })),
  seeds: optional(option("--seeds", integer({ metavar: "N", min: 1, max: 10_000 }), {
    description: message`Trials a variant, with as many seeds. Default: the profile's`,
  })),
  firstSeed: withDefault(
    option("--first-seed", integer({ metavar: "N", min: 1, max: 1_000_000 }), {
      description: message`Seeds count from N: more of them for an earlier run, reported together with it`,
    }),
    1,
  ),
  epochs: optional(option("--epochs", integer({ metavar: "N", min: 1, max: 100_000 }), {
    description: message`Passes over the training images. Default: the profile's`,
  })),
  filter: optional(option("-f", "--filter", string({ metavar: "TEXT" }), {
    description: message`Only variants whose name contains TEXT; several with commas between`,
  })),
  backend: withDefault(
    option("--backend", choice(["webgpu", "cpu"], { metavar: "BACKEND" }), {
      description: message`webgpu, or TensorFlow.js's cpu backend, which is far slower`,
    }),
    "webgpu",
  ),
  kernels: optional(option("--kernels", choice(["tuned", "stock"], { metavar: "KERNELS" }), {
    description:
      message`tuned, the default on webgpu: this project's kernels where they cover a case; stock: TensorFlow.js's`,
  })),
  out: optional(option("-o", "--out", path({ metavar: "DIR" }), {
    description:
      message`Folder inside this project for the CSV files and the report. Default: a new one in ${RUNS_DIR}`,
  })),
  list: option("--list", { description: message`List the suites with the named one's variants, and stop` }),
  dryRun: option("--dry-run", {
    description: message`Say what would run and about how long it would take on this adapter, and stop`,
  }),
});

type Options = InferValue<typeof parser>;

/** Options that contradict each other are refused: nothing is silently ignored. */
function refuseContradictions({ dataset, dataDir, backend, kernels }: Options): void {
  if (dataset === "synthetic" && dataDir !== undefined) {
    throw new UserError(`--dataset synthetic draws its digits and reads no --data-dir "${dataDir}". Leave one out.`);
  }
  if (backend === "cpu" && kernels === "tuned") {
    throw new UserError(
      "--kernels tuned needs --backend webgpu: TensorFlow.js's cpu backend has its own. Leave one out.",
    );
  }
}

async function bench(options: Options): Promise<number> {
  refuseContradictions(options);
  const suite = SUITES.find(({ id }) => id === options.suite)!;
  if (options.list) return list(suite);
  const work = plan(suite, {
    profile: options.profile,
    ...(options.seeds !== undefined && { seeds: options.seeds }),
    firstSeed: options.firstSeed,
    ...(options.epochs !== undefined && { epochs: options.epochs }),
    ...(options.filter !== undefined && { filter: options.filter }),
  });
  const display = progressDisplay();
  const dataset = await load(options, work);
  const backend = await startBackend(options.backend);
  const kernels = options.kernels ?? (options.backend === "cpu" ? "stock" : "tuned");
  if (kernels === "tuned") installTunedKernels();
  console.log(
    `${suite.title}\n${counted(work.trials.length, "trial")} (${counted(work.variants.length, "variant")}, ` +
      `${counted(work.profile.seeds, "seed")}), profile ${work.profileName}, ${
        counted(work.profile.epochs, "epoch")
      }\n` +
      `Data: ${dataset.title}\nAdapter: ${backend.adapter.name} (${backend.adapter.kind}), ${kernels} kernels`,
  );
  if (dataset.notice) display.say(`Note: ${dataset.notice}`);
  if (options.dryRun) return await dryRun(work, { dataset, backend });

  const directory = options.out ?? newRunDirectory(suite.id, work.profileName);
  const summary = await runPlan({
    plan: work,
    dataset,
    backend,
    directory,
    command: repeatCommand(options, { plan: work, dataset, kernels }),
    signal: interruptSignal(() => display.say("Stopping after this step; Ctrl-C again stops at once.")),
    onProgress: display.update,
    onTrial: display.finish,
  });
  const handedOver = [...fallbackCounts()].map(([kernel, count]) => `${kernel} (${count})`);
  if (handedOver.length > 0) {
    display.say(`Note: tuned kernels left calls to TensorFlow.js's own: ${handedOver.join(", ")}`);
  }
  return await conclude(directory, summary);
}

function list(chosen: Suite): number {
  for (const suite of SUITES) {
    console.log(`${suite.id}: ${suite.question}`);
    for (const [name, { trainImages, epochs, seeds }] of Object.entries(suite.profiles)) {
      console.log(`  ${name}: ${trainImages} training images, ${counted(epochs, "epoch")}, ${counted(seeds, "seed")}`);
    }
    if (suite === chosen) { for (const { id } of suite.variants) console.log(`  - ${id}`); }
  }
  console.log(`${KERNELS.id}: ${KERNELS.question}`);
  for (const [name, { rounds, steps }] of Object.entries(KERNELS.profiles)) {
    console.log(`  ${name}: ${counted(steps.length, "network")}, ${counted(rounds, "round")}`);
  }
  console.log(`${GPU_TIMING.id}: ${GPU_TIMING.question}`);
  for (const [name, { networks, batches, imageNet }] of Object.entries(GPU_TIMING.profiles)) {
    console.log(
      `  ${name}: ${counted(networks.length, "network")}, ${counted(batches.length, "batch size")}, ` +
        `${counted(imageNet.filter(({ timed }) => timed === "layers").length, "timing")} of ImageNet networks`,
    );
  }
  return 0;
}

async function load({ dataset, dataDir }: Options, { suite, profile }: Plan): Promise<Dataset> {
  // A profile's drawn digits, unless the user asks for something else: tests must not need files.
  const kind = dataset ?? (profile.dataset === "synthetic" && dataDir === undefined ? "synthetic" : "auto");
  const folder = dataDirectory(dataDir);
  const { trainImages, validationImages, testImages } = profile;
  return await loadDataset({
    ...(suite.images && { images: suite.images }),
    dataset: kind,
    cacheDir: CACHE_DIR,
    ...(folder !== undefined && { dataDir: folder }),
    ...(trainImages !== "all" && testImages !== "all" && {
      sizes: { train: trainImages + validationImages, test: testImages },
    }),
    download: { onProgress: downloadProgress() },
  });
}

async function dryRun(work: Plan, { dataset, backend }: { dataset: Dataset; backend: Backend }): Promise<number> {
  let total = 0;
  for (const variant of work.variants) {
    const seconds = await estimateSeconds(variant, { profile: work.profile, dataset, check: backend.check });
    total += seconds * work.profile.seeds;
    console.log(`${variant.id}: about ${duration(seconds)} a seed`);
  }
  console.log(
    `${counted(work.trials.length, "trial")}: about ${duration(total)}, estimated from a few steps of each network`,
  );
  return 0;
}

async function conclude(directory: string, { done, failed, interrupted, lost }: RunSummary): Promise<number> {
  if (interrupted) console.log(`Interrupted; in ${directory}: ${counted(done + failed, "finished trial")}`);
  if (done + failed > 0) {
    writeReport(await renderReport([readRun(directory)], readPublished()), directory);
    console.log(`Report: ${directory}/report.md`);
  }
  if (lost) console.error(`${lost}. The trials after it were not run: start again for them.`);
  if (failed > 0) console.error(`${failed} of ${counted(done + failed, "trial")} failed; the report says why.`);
  return interrupted ? INTERRUPTED : failed > 0 ? 1 : 0;
}

/** Without folders: they are this machine's, and a report is read on others. */
function repeatCommand(
  { suite, profile, firstSeed, filter, backend }: Options,
  { plan, dataset, kernels }: { plan: Plan; dataset: Dataset; kernels: string },
): string {
  const isDrawn = dataset.id.startsWith("synthetic");
  return [
    "deno task bench",
    suite,
    `--profile ${profile}`,
    `--seeds ${plan.profile.seeds}`,
    ...(firstSeed === 1 ? [] : [`--first-seed ${firstSeed}`]),
    `--epochs ${plan.profile.epochs}`,
    ...(filter === undefined ? [] : [`--filter "${filter}"`]),
    isDrawn ? "--dataset synthetic" : dataset.id === "mnist" ? "--dataset mnist" : "--data-dir DIR",
    `--backend ${backend}`,
    `--kernels ${kernels}`,
  ].join(" ");
}

/** Benchmarks of speed: not trials of a suite, but commands of their own. */
const COMMANDS: Readonly<Record<string, typeof kernelsCommand | typeof gpuTimingCommand>> = {
  [KERNELS.id]: kernelsCommand,
  [GPU_TIMING.id]: gpuTimingCommand,
};

if (import.meta.main) {
  // With its name in front, a command alone explains what is wrong with its options.
  const named = COMMANDS[Deno.args[0] ?? ""];
  const options = run(named ?? or(kernelsCommand, gpuTimingCommand, parser), {
    ...RUN_OPTIONS,
    // Without a word there is nothing to tell the two forms apart by.
    args: Deno.args.length === 0 ? [SUITES[0]!.id] : Deno.args,
    programName: "deno task bench",
    brief: message`Train LeNet networks on WebGPU and compare their error with the published rates.`,
    examples: message`deno task bench lenet300 --profile quick`,
    footer: message`Ctrl-C keeps the finished trials and reports on them.`,
    showDefault: true,
  });
  await main(() => {
    if (!("command" in options)) return bench(options);
    return options.command === "kernels" ? benchKernels(options) : benchGpuTiming(options);
  });
}
