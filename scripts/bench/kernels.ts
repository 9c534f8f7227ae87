/**
 * `deno task bench kernels`: times kernels and training steps, stores the times, and renders the report.
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
import { DeviceFault } from "../../device/backend.ts";
import { runKernelBenchmark } from "../../engine/timing/kernels/benchmark.ts";
import { stepSubject, subjectsOf, type TimingSubject } from "../../engine/timing/kernels/subjects.ts";
import { counted, measure } from "../../reports/page/format.ts";
import { writeReport } from "../../reports/page/report_files.ts";
import { renderKernelReport } from "../../reports/timing/kernels.ts";
import { TABLES } from "../../results/rows/list.ts";
import { createTable, readTable } from "../../results/rows/table.ts";
import type { TimingRow } from "../../results/rows/timings.ts";
import { KERNELS } from "../../suites/kernels.ts";
import { adapterOption, checkAdapter } from "../command/adapter_option.ts";
import { INTERRUPTED, interruptSignal, newRunDirectory, orUnusable, tellUnknownCommit } from "../command/cli.ts";
import { KERNELS_PATHS } from "../command/path_options.ts";
import { pathOptions } from "../command/path_parsers.ts";
import { disableShaderCache } from "../command/shader_cache.ts";
import { startPeers } from "../peers/peers.ts";
import { benchStepKernels } from "./step_kernels.ts";
import { benchStepsAgainst } from "./steps_against.ts";

/** The command and its options. */
export const kernelsCommand = command(
  KERNELS.id,
  object("Options of kernels", {
    command: constant("kernels"),
    profile: withDefault(
      option("-p", "--profile", choice(["smoke", "quick", "paper"], { metavar: "PROFILE" }), {
        description: message`How much work: smoke (seconds), quick (minutes) or paper (half an hour)`,
      }),
      "quick",
    ),
    adapter: adapterOption,
    rounds: optional(option("--rounds", integer({ metavar: "N", min: 1, max: 10_000 }), {
      description: message`How often each contender is timed; with --against, at most. Default: the profile's, or 16`,
    })),
    filter: optional(option("-f", "--filter", string({ metavar: "TEXT" }), {
      description:
        message`Only networks and kernels whose name contains TEXT, or the one whose whole id it is; several with commas between`,
    })),
    against: optional(option("--against", string({ metavar: "REV" }), {
      description:
        message`Time training steps of that commit, branch or tag and of this checkout alternately, and first steps; exits with 1 if a step costs more`,
    })),
    instructions: option("--instructions", {
      description: message`With --against: count the instructions of a step, too, with valgrind; minutes per network`,
    }),
    byKernel: option("--by-kernel", {
      description:
        message`Time every kernel of some training steps alone instead, and count its loads and multiply-adds`,
    }),
    ...pathOptions(KERNELS_PATHS),
  }),
  {
    brief: message`Time the kernels and training steps, and those of TensorFlow.js and other libraries`,
    description: message`Times this project's kernels and TensorFlow.js's own alternately, single and in whole training
      steps; also PyTorch and jax-js, if they are installed.`,
  },
);

/** Runs the command; returns the exit status. */
export async function benchKernels(
  { profile, adapter, rounds, filter, against, instructions, byKernel, out }: InferValue<typeof kernelsCommand>,
): Promise<number> {
  disableShaderCache();
  await checkAdapter(adapter);
  await tellUnknownCommit();
  const { rounds: planned, roundMs } = KERNELS.profiles[profile];
  const timing = { rounds: rounds ?? planned, roundMs };
  if (byKernel) {
    if (against !== undefined) {
      throw new UserError(`--by-kernel times this checkout alone, and "${against}" is another. Leave one of them out.`);
    }
    const steps = KERNELS.profiles[profile].byKernel.map((model) => stepSubject(model, KERNELS));
    return await benchStepKernels({ profile, timing, subjects: wanted(steps, filter), out });
  }
  if (instructions && against === undefined) {
    throw new UserError("--instructions compares two revisions. Add --against REV.");
  }
  const all = subjectsOf(KERNELS, profile);
  if (against !== undefined) {
    // Updates pattern by pattern are no steps of `stepSubject`, which is what the other revision is asked for.
    const steps = wanted(all.filter(({ kind, model }) => kind === "step" && model !== undefined), filter)
      .map(({ model, batch }) => ({ model: model!, batch }));
    return await orUnusable(() => benchStepsAgainst({ revision: against, profile, rounds, instructions, steps, out }));
  }
  const subjects = wanted(all, filter);
  const directory = out ?? newRunDirectory(KERNELS.id, profile);
  const store = createTable(TABLES.timings, directory);
  const peers = await startPeers();
  console.log(
    `${KERNELS.title}\n${counted(subjects.length, "subject")}, profile ${profile}, ${counted(timing.rounds, "round")}`,
  );
  for (const { name, absence } of peers) if (absence !== undefined) console.error(`Note: ${name}: ${absence}`);
  const signal = interruptSignal(() => console.error("Stopping after this subject; Ctrl-C again stops at once."));
  try {
    await runKernelBenchmark({
      suite: KERNELS,
      profile,
      timing,
      subjects,
      peers,
      signal,
      onRows(rows) {
        rows.forEach(store.append);
        console.log(resultLine(rows));
      },
    });
  } catch (error) {
    if (!(error instanceof DeviceFault)) throw error;
    throw new UserError(`${error.message}. What was timed before is in "${directory}".`, { cause: error });
  } finally {
    for (const { end } of peers) await end();
  }
  writeReport(renderKernelReport([readTable(TABLES.timings, directory)]), directory);
  console.log(`Report: ${directory}/report.md`);
  return signal.aborted ? INTERRUPTED : 0;
}

function wanted(subjects: readonly TimingSubject[], filter: string | undefined): readonly TimingSubject[] {
  const found = filtered(subjects, filter);
  if (found.length === 0) {
    throw new UserError(
      `No network or kernel matches --filter "${filter}". There are: ${subjects.map(({ id }) => id).join("; ")}`,
    );
  }
  return found;
}

/** For example `LeNet-1: tuned 12.3 ms, stock 45.6 ms`. */
function resultLine(rows: readonly TimingRow[]): string {
  return [...Map.groupBy(rows, (row) => row.title)].map(([title, rows]) => {
    const times = rows.flatMap(({ contender, wall_ms }) =>
      wall_ms === null ? [] : [`${contender} ${measure(wall_ms)} ms`]
    );
    return `${title}: ${times.join(", ")}`;
  }).join("\n");
}
