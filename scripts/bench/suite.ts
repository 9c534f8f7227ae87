/**
 * One suite: trains its networks, stores what was measured, and renders the report.
 *
 * @module
 */
import { duration } from "../../base/duration.ts";
import { UserError } from "../../base/errors.ts";
import { adapterWords } from "../../base/graphics_api.ts";
import type { Stopwatch } from "../../base/stopwatch.ts";
import type { Dataset } from "../../data/dataset.ts";
import { type Backend, startBackend } from "../../device/backend.ts";
import { watchFallbacks } from "../../device/kernel_set.ts";
import { estimateSeconds } from "../../engine/running/estimate.ts";
import { fittingPlan, loadDataFor } from "../../engine/running/load_data.ts";
import { allEpochsOf, epochsOf, type Plan, plan, type PlanOptions } from "../../engine/running/plan.ts";
import { type RunOptions, runPlan, type RunSummary } from "../../engine/running/run.ts";
import type { RunPart } from "../../engine/running/run_parts.ts";
import { type Shard, shardOfPlan, shardText } from "../../engine/running/shard.ts";
import { KERNEL_SETS } from "../../kernels/mod.ts";
import { counted } from "../../reports/page/format.ts";
import { writeReport } from "../../reports/page/report_files.ts";
import { SUITE_RUNS } from "../../reports/suite/report.ts";
import { readRun } from "../../results/folder/store.ts";
import type { Suite } from "../../suites/suite.ts";
import { dataDirectory, INTERRUPTED, interruptSignal, newRunDirectory } from "../command/cli.ts";
import { CACHE_DIR } from "../command/path_options.ts";
import { downloadProgress, progressDisplay } from "../command/progress.ts";
import { type BenchOptions, optionName } from "./options.ts";
import { resumeCommand } from "./resume.ts";
import { processStopwatch, timeTable } from "./time_table.ts";

/** What a run of several suites decides for each; by default a new folder, and Ctrl-C. */
export interface Surroundings {
  readonly directory?: string;
  /** Stops the run early. */
  readonly signal?: AbortSignal;
  /** Folder that `--resume` takes: of the whole run of several suites. */
  readonly resumable?: string;
  /** Times the suite; its table is printed by the caller. */
  readonly stopwatch?: Stopwatch<RunPart>;
}

/** Runs one suite and renders its report; returns the exit status. */
export async function benchSuite(
  suite: Suite,
  { options, directory: given, signal, resumable, stopwatch: givenWatch }: Surroundings & {
    readonly options: BenchOptions;
  },
): Promise<number> {
  const stopwatch = givenWatch ?? processStopwatch();
  const planned = plan(suite, {
    profile: options.profile,
    ...(options.seeds !== undefined && { seeds: options.seeds }),
    firstSeed: options.firstSeed,
    ...(options.epochs !== undefined && { epochs: options.epochs }),
    ...(options.filter !== undefined && { filter: options.filter }),
    ...imagesOf(options),
  });
  const display = progressDisplay();
  const dataset = await stopwatch.time("data", () => loadFor(planned, options));
  const whole = fittingPlan(planned, dataset);
  const work = options.shard ? shardOfPlan(whole, options.shard) : whole;
  const kernels = options.backend === "cpu" ? "stock" : options.kernels ?? "tuned";
  const backend = await stopwatch.time(
    "set-up",
    () => startBackend(options.backend, { kernels: KERNEL_SETS[kernels] }),
  );
  const { name, api, kind } = backend.adapter;
  const handedOverSince = watchFallbacks(backend);
  console.log(
    `${suite.title}\n${counted(work.trials.length, "trial")} (${counted(work.variants.length, "variant")}, ` +
      `${counted(work.profile.seeds, "seed")}), profile ${work.profileName}, ${lengthText(work)}\n` +
      `Data: ${dataset.title}\nAdapter: ${adapterWords({ adapter: name, api })} (${kind}), ${backend.kernels} kernels`,
  );
  if (options.shard) console.log(shardSentence(options.shard, { whole, part: work }));
  if (dataset.notice) display.say(`Note: ${dataset.notice}`);
  const misfits = planned.variants.filter((variant) => !whole.variants.includes(variant));
  if (misfits.length > 0) display.say(`Left out, because they take other images: ${listedIds(misfits)}`);
  if (options.dryRun) return await dryRun(work, { dataset, backend }).finally(backend.stop);

  const asked = askedFor(options, { plan: work, dataset, backend });
  const directory = given ?? options.resume ?? options.out ?? newRunDirectory(suite.id, work.profileName);
  const summary = await runPlan({
    plan: work,
    dataset,
    backend,
    directory,
    command: repeatCommand(options, { suite, asked }),
    asked,
    stopwatch,
    signal: signal ?? interruptSignal(() => display.say("Stopping after this step; Ctrl-C again stops at once.")),
    onProgress: display.update,
    onCompiling: display.compiling,
    onTrial: display.finish,
    onNotice: display.say,
    ...(options.resume !== undefined && { resume: { retryFailed: options.retryFailed } }),
    ...(options.checkpointSeconds !== undefined && { checkpointSeconds: options.checkpointSeconds }),
  }).finally(backend.stop);
  const handedOver = handedOverSince();
  if (handedOver !== "") display.say(`Note: tuned kernels left calls to TensorFlow.js's own: ${handedOver}`);
  const status = await stopwatch.time(
    "report",
    () => conclude(directory, { options, summary, resumable: resumable ?? directory }),
  );
  if (options.timings && !givenWatch) console.log(timeTable(new Map([[suite.id, stopwatch]])));
  return status;
}

/** For example `20 epochs`, or `23 or 30 epochs` if variants differ. */
function lengthText(work: Plan): string {
  const lengths = lengthsOf(work);
  return [...lengths.slice(0, -1), counted(lengths.at(-1)!, "epoch")].join(" or ");
}

/** The numbers of epochs that the plan's variants take, in rising order. */
function lengthsOf(work: Plan): number[] {
  return [...new Set(work.variants.map((variant) => epochsOf(work, variant)))].sort((a, b) => a - b);
}

function listedIds(variants: Plan["variants"]): string {
  return variants.map(({ id }) => id).join(", ");
}

function shardSentence(shard: Shard, { whole, part }: { whole: Plan; part: Plan }): string {
  const trials = counted(whole.trials.length, "trial");
  return part.trials.length === 0
    ? `Shard ${shardText(shard)} has nothing to do: the others run all of ${trials}`
    : `Shard ${shardText(shard)}: ${part.trials.length} of ${trials}`;
}

/** The numbers of images that the user asks for. */
export function imagesOf(
  { trainImages, validationImages, testImages }: BenchOptions,
): Pick<PlanOptions, "trainImages" | "validationImages" | "testImages"> {
  return {
    ...(trainImages !== undefined && { trainImages }),
    ...(validationImages !== undefined && { validationImages }),
    ...(testImages !== undefined && { testImages }),
  };
}

/**
 * What the plan's networks are trained on, by the user's options and else by its profile.
 *
 * @throws {UserError} The data isn't available, contains a bad file, or can't be transposed.
 */
export async function loadFor(
  work: Pick<Plan, "suite" | "profile">,
  { dataset, dataDir, dataStore, transpose }: Pick<BenchOptions, "dataset" | "dataDir" | "dataStore" | "transpose">,
): Promise<Dataset> {
  const folder = dataDirectory(dataDir);
  // A profile's drawn digits, unless the user asks for something else: tests must not need files.
  const chosen = dataset ?? (dataDir === undefined ? work.profile.dataset : "auto");
  if (transpose && (chosen !== "auto" || folder === undefined || work.suite.images === "cifar10")) {
    throw new UserError(
      "--transpose is for IDX files in a folder that you name, and none are read here. Name it with --data-dir, or " +
        "leave --transpose out.",
    );
  }
  if (chosen === "synthetic" && dataset === undefined && folder !== undefined) {
    console.error(
      `Note: LENET_BENCH_DATA "${folder}" is not read: this profile draws its digits. To use that folder, name it ` +
        "with --data-dir.",
    );
  }
  return await loadDataFor(work, {
    dataset: chosen,
    cacheDir: CACHE_DIR,
    ...(folder !== undefined && { dataDir: folder }),
    ...(dataStore !== undefined && { dataStore }),
    ...(transpose && { transpose }),
    download: { onProgress: downloadProgress() },
  });
}

async function dryRun(work: Plan, { dataset, backend }: { dataset: Dataset; backend: Backend }): Promise<number> {
  let total = 0;
  for (const variant of work.variants) {
    const seeds = work.trials.filter((trial) => trial.variant === variant).length;
    if (seeds === 0) continue;
    const seconds = await estimateSeconds(variant, {
      profile: { ...work.profile, epochs: allEpochsOf(work, variant) },
      dataset,
      backend,
    });
    total += seconds * seeds;
    console.log(`${variant.id}: about ${duration(seconds)} per seed`);
  }
  console.log(
    `${counted(work.trials.length, "trial")}: about ${duration(total)}, estimated from a few steps of each network`,
  );
  return 0;
}

/** Reports on all trials in the folder, also those of an earlier run. */
async function conclude(
  directory: string,
  { options, summary: { interrupted, lost }, resumable }: {
    options: BenchOptions;
    summary: RunSummary;
    resumable: string;
  },
): Promise<number> {
  const run = readRun(directory);
  const { length: finished } = run.trials;
  const failed = run.trials.filter(({ status }) => status === "failed").length;
  const resume = `Resume with: ${resumeCommand(resumable, options)}`;
  if (interrupted) {
    console.log(`Interrupted; in ${directory}: ${counted(finished, "finished trial")}\n${resume}`);
  }
  if (finished > 0) {
    writeReport(await SUITE_RUNS.render([directory]), directory);
    console.log(`Report: ${directory}/report.md`);
  }
  if (lost) console.error(`${lost}. The current trial and those after it are not finished. ${resume}`);
  if (failed > 0) console.error(`${failed} of ${counted(finished, "trial")} failed; the report says why.`);
  return interrupted ? INTERRUPTED : failed > 0 || lost ? 1 : 0;
}

type Asked = NonNullable<RunOptions["asked"]>;

/** Options that repeat the run: without folders, which mean nothing on other machines, and without the shard. */
function askedFor(
  options: BenchOptions,
  { plan, dataset, backend }: { plan: Plan; dataset: Dataset; backend: Backend },
): Asked {
  const { firstSeed, filter, profile, transpose } = options;
  const found = (["synthetic", "mnist", "usps"] as const).find((name) => dataset.id.split(/[-:]/)[0] === name);
  const [epochs, otherLength] = lengthsOf(plan);
  return {
    profile,
    seeds: plan.profile.seeds,
    ...(firstSeed !== 1 && { firstSeed }),
    ...(otherLength === undefined && { epochs }),
    ...imagesOf(options),
    ...(filter !== undefined && { filter }),
    ...(transpose && { transpose }),
    // IDX files and CIFAR-10 are named by their folder alone.
    ...(found !== undefined && { dataset: found }),
    backend: backend.name,
    kernels: backend.kernels,
  };
}

function repeatCommand(
  { shard }: BenchOptions,
  { suite, asked }: { suite: Suite; asked: Asked },
): string {
  return [
    "deno task bench",
    suite.id,
    ...Object.entries(asked).map(([name, value]) =>
      value === true ? optionName(name) : `${optionName(name)} ${name === "filter" ? JSON.stringify(value) : value}`
    ),
    ...(shard === undefined ? [] : [`--shard ${shardText(shard)}`]),
    ...(asked.dataset === undefined || asked.dataset === "usps" ? ["--data-dir DIR"] : []),
  ].join(" ");
}
