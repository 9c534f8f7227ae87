/**
 * `deno task bench [SUITE]`: one suite, or the four main ones with one report on all.
 *
 * @module
 */
import { message, or } from "@optique/core";
import { run } from "@optique/run";
import { GPU_TIMING } from "../suites/gpu_timing.ts";
import { KERNELS } from "../suites/kernels.ts";
import { SUITES } from "../suites/list.ts";
import { againstOptions, benchAgainst } from "./bench/against.ts";
import { benchGpuTiming, gpuTimingCommand } from "./bench/gpu_timing.ts";
import { benchInSlices } from "./bench/in_slices.ts";
import { benchKernels, kernelsCommand } from "./bench/kernels.ts";
import { listSuites } from "./bench/list.ts";
import { benchMainSuites } from "./bench/main_suites.ts";
import { type BenchOptions, benchOptions, refuseContradictions } from "./bench/options.ts";
import { resumedOptions } from "./bench/resume.ts";
import { benchSuite } from "./bench/suite.ts";
import { checkAdapter } from "./command/adapter_option.ts";
import { main, orUnusable, RUN_OPTIONS } from "./command/cli.ts";

/** Benchmarks of speed: not trials of a suite, but commands of their own. */
const COMMANDS: Readonly<Record<string, typeof kernelsCommand | typeof gpuTimingCommand>> = {
  [KERNELS.id]: kernelsCommand,
  [GPU_TIMING.id]: gpuTimingCommand,
};

async function bench(typed: BenchOptions): Promise<number> {
  refuseContradictions(typed);
  await checkAdapter(typed.adapter);
  const { resume } = typed;
  const options = resume === undefined ? typed : resumedOptions({ ...typed, resume }, Deno.args);
  const suite = SUITES.find(({ id }) => id === options.suite);
  if (options.list) return await listSuites(suite);
  if (suite && options.inSlices) return await benchInSlices(suite, options);
  return suite ? await benchSuite(suite, { options }) : await benchMainSuites(options);
}

if (import.meta.main) {
  const [first] = Deno.args;
  // If its name comes first, its own parser explains best what is wrong with its options.
  const isSpeed = first !== undefined && Object.hasOwn(COMMANDS, first);
  const form = isSpeed
    ? COMMANDS[first]!
    : Deno.args.some((argument) => argument === "--against" || argument.startsWith("--against="))
    ? againstOptions
    : first === undefined || first.startsWith("-") && !isHelp(first)
    ? benchOptions
    : or(kernelsCommand, gpuTimingCommand, benchOptions);
  const options = run(form, {
    ...RUN_OPTIONS,
    programName: "deno task bench",
    brief: message`Train LeNet networks on WebGPU and compare their error with the published rates.`,
    examples: message`deno task bench lenet300 --profile quick`,
    footer:
      message`Ctrl-C keeps the finished trials and reports on them; --resume runs the others. "deno task bench SUITE --against REV" compares this checkout with another revision; add --help for its options.`,
    showDefault: true,
  });
  await main(() => {
    if (!("command" in options)) {
      return "against" in options ? orUnusable(() => benchAgainst(options)) : bench(options);
    }
    return options.command === "kernels" ? benchKernels(options) : benchGpuTiming(options);
  });
}

function isHelp(argument: string): boolean {
  return argument === "--help";
}
