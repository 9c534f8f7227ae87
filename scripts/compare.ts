/**
 * `deno task compare BASE HEAD`: what regressed from one revision's runs to another's.
 *
 * @module
 */
import { argument, type InferValue, merge, message, object } from "@optique/core";
import { run } from "@optique/run";
import { compareSides, readSide } from "../results/regression/compare.ts";
import { main, orUnusable, RUN_OPTIONS } from "./command/cli.ts";
import { COMPARE_PATHS } from "./command/path_options.ts";
import { pathOptions, userPath } from "./command/path_parsers.ts";
import { comparisonOptions, judgingOf, timesOption } from "./compare/options.ts";
import { concludeComparison } from "./compare/output.ts";

const parser = merge(
  "Options",
  object({
    base: argument(userPath({ metavar: "BASE" }), {
      description: message`Folder of the runs to compare with: one run, or several in subfolders`,
    }),
    head: argument(userPath({ metavar: "HEAD" }), { description: message`Folder of the runs to judge` }),
    ...pathOptions(COMPARE_PATHS),
    times: timesOption,
  }),
  comparisonOptions,
);

/** Exits with 0 if nothing regressed, 1 if something did, 2 for unusable input, 3 for --strict or --complete. */
function compare(options: InferValue<typeof parser>): number {
  const judging = judgingOf(options, options.times);
  const report = compareSides(readSide(options.base), readSide(options.head), judging);
  return concludeComparison(report, { ...options, ...judging });
}

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task compare",
    brief: message`Say what regressed from one revision's runs to another's: error, time and memory.`,
    description:
      message`Exits with 0 if nothing regressed, 1 if something did, 2 if the folders can't be compared, 3 with --complete if something is missing, or with --strict if something can't be decided.`,
    examples: message`deno task compare results/runs/main results/runs/branch --markdown compare.md`,
    showDefault: true,
    ...RUN_OPTIONS,
  });
  await main(() => orUnusable(() => compare(options)));
}
