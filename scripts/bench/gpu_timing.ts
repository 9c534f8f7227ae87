/**
 * `deno task bench gpu_timing`: times networks, layers and the device, stores the times, and renders the report.
 *
 * @module
 */
import {
  choice,
  command,
  constant,
  type InferValue,
  integer,
  message,
  object,
  option,
  optional,
  string,
  withDefault,
} from "@optique/core";
import { UserError } from "../../base/errors.ts";
import { filtered } from "../../base/filter.ts";
import { readPublished } from "../../data/published.ts";
import { DeviceFault } from "../../device/backend.ts";
import { runGpuTiming } from "../../engine/timing/gpu/benchmark.ts";
import type { ModelSpec } from "../../models/network/spec.ts";
import { measure } from "../../reports/page/format.ts";
import { writeReport } from "../../reports/page/report_files.ts";
import { renderGpuReport } from "../../reports/timing/gpu_timing.ts";
import type { GpuTimingRow } from "../../results/rows/gpu_timings.ts";
import { TABLES } from "../../results/rows/list.ts";
import { createTable, readTable } from "../../results/rows/table.ts";
import { GPU_TIMING, type GpuTimingProfile } from "../../suites/gpu_timing.ts";
import { adapterOption, checkAdapter } from "../command/adapter_option.ts";
import { INTERRUPTED, interruptSignal, newRunDirectory, orUnusable, tellUnknownCommit } from "../command/cli.ts";
import { GPU_TIMING_PATHS } from "../command/path_options.ts";
import { pathOptions } from "../command/path_parsers.ts";
import { disableShaderCache } from "../command/shader_cache.ts";
import { benchStepsAgainst } from "./steps_against.ts";

/** The command and its options. */
export const gpuTimingCommand = command(
  GPU_TIMING.id,
  object("Options of gpu_timing", {
    command: constant("gpu_timing"),
    profile: withDefault(
      option("-p", "--profile", choice(["smoke", "quick", "paper"], { metavar: "PROFILE" }), {
        description: message`How much work: smoke (seconds), quick (minutes) or paper (an hour or two)`,
      }),
      "quick",
    ),
    adapter: adapterOption,
    filter: optional(option("-f", "--filter", string({ metavar: "TEXT" }), {
      description:
        message`Only networks whose name contains TEXT, or the one whose whole id it is; several with commas between`,
    })),
    against: optional(option("--against", string({ metavar: "REV" }), {
      description:
        message`Time only the training steps, by batch size, of that commit, branch or tag and of this checkout alternately; exits with 1 if a step costs more`,
    })),
    rounds: optional(option("--rounds", integer({ metavar: "N", min: 1, max: 10_000 }), {
      description: message`With --against: how often each step is timed at most. Default: 16`,
    })),
    ...pathOptions(GPU_TIMING_PATHS),
  }),
  {
    brief: message`Time every network by batch size and by layer, and measure the adapter's costs and ceilings`,
    description: message`Times the parts of a training step, single layers, AlexNet and its successors, one image at a
      time, first steps, dispatches, uploads and read-backs, and compares them with the adapter's ceilings.`,
  },
);

/** Runs the command; returns the exit status. The signal stops it early, or Ctrl-C if there is none. */
export async function benchGpuTiming(
  { profile, adapter, filter, against, rounds, out }: InferValue<typeof gpuTimingCommand>,
  { signal: given }: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  disableShaderCache();
  await checkAdapter(adapter);
  await tellUnknownCommit();
  const isWanted = filterOf(GPU_TIMING.profiles[profile], filter);
  if (against !== undefined) {
    const { networks, batches } = GPU_TIMING.profiles[profile];
    const steps = networks.filter(isWanted).flatMap((model) => batches.map((batch) => ({ model, batch })));
    return await orUnusable(() => benchStepsAgainst({ revision: against, profile, rounds, steps, out }));
  }
  if (rounds !== undefined) {
    throw new UserError(`--rounds "${rounds}" is for --against: the profile says how often else. Leave it out.`);
  }
  const directory = out ?? newRunDirectory(GPU_TIMING.id, profile);
  const store = createTable(TABLES.gpuTimings, directory);
  console.log(`${GPU_TIMING.title}\nProfile ${profile}`);
  const signal = given ??
    interruptSignal(() => console.error("Stopping after this group; Ctrl-C again stops at once."));
  try {
    await runGpuTiming({
      suite: GPU_TIMING,
      profile,
      filter: isWanted,
      signal,
      onRows(rows) {
        rows.forEach(store.append);
        for (const line of resultLines(rows)) console.log(line);
      },
    });
  } catch (error) {
    if (!(error instanceof DeviceFault)) throw error;
    throw new UserError(`${error.message}. What was timed before is in "${directory}".`, { cause: error });
  }
  await reportOnGpuTiming(directory);
  return signal.aborted ? INTERRUPTED : 0;
}

/** Writes the report on the times in `directory` next to them. */
export async function reportOnGpuTiming(directory: string): Promise<void> {
  writeReport(await renderGpuReport([readTable(TABLES.gpuTimings, directory)], readPublished()), directory);
  console.log(`Report: ${directory}/report.md`);
}

function filterOf(
  { networks, layersOf, compared, imageNet }: GpuTimingProfile,
  filter: string | undefined,
): (model: ModelSpec) => boolean {
  const all = [...networks, ...layersOf, ...compared, ...imageNet.map(({ model }) => model)];
  const idsOf = (models: readonly ModelSpec[]) => new Set(models.map(({ id }) => id));
  const wanted = idsOf(filtered(all, filter));
  if (wanted.size === 0) {
    throw new UserError(`No network matches --filter "${filter}". There are: ${[...idsOf(all)].join("; ")}`);
  }
  return ({ id }) => wanted.has(id);
}

/** For example `LeNet-1, phase, batch 16: step 12.3 ms`. */
function resultLines(rows: readonly GpuTimingRow[]): string[] {
  const groups = Map.groupBy(rows, ({ title, kind, batch }) => `${title}, ${kind}, batch ${batch}`);
  return [...groups].map(([heading, rows]) => {
    const values = rows.map(({ kind, layer, phase, contender, wall_ms }) => {
      const name = kind === "layer" ? `${layer} ${phase}` : kind === "phase" || kind === "whole" ? phase : contender;
      return `${name} ${wall_ms === null ? "not available" : `${measure(wall_ms)} ms`}`;
    });
    return `${heading}: ${values.join(", ")}`;
  });
}
