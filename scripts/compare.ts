/**
 * `deno task compare BASE HEAD`: what regressed from one revision's runs to another's.
 *
 * @module
 */
import { argument, type InferValue, merge, message, object, option, optional } from "@optique/core";
import { path, run } from "@optique/run";
import { compareSides, readSide } from "../results/regression/compare.ts";
import type { Metric, RegressionReport } from "../results/regression/row.ts";
import { comparisonOptions } from "./comparison_options.ts";
import { concludeComparison, orUnusable } from "./comparison_output.ts";
import { main, RUN_OPTIONS } from "./cli.ts";

const parser = merge(
  "Options",
  object({
    base: argument(path({ metavar: "BASE" }), {
      description: message`Folder of the runs to compare with: one run, or several under it`,
    }),
    head: argument(path({ metavar: "HEAD" }), { description: message`Folder of the runs to be judged` }),
    markdown: optional(option("--markdown", path({ metavar: "FILE" }), {
      description: message`Write the comparison as a page of markdown`,
    })),
    ignoreTimes: option("--ignore-times", {
      description: message`Judge no times: two runs of a CI may have had different machines, or one that was busier`,
    }),
    json: optional(option("--json", path({ metavar: "FILE" }), { description: message`Write the comparison as JSON` })),
  }),
  comparisonOptions,
);

/** Exits with 0 where nothing regressed, 1 where something did, 2 for unusable input, 3 for --strict. */
function compare(options: InferValue<typeof parser>): Promise<number> {
  const thresholds = { ratio: options.threshold / 100, errorPct: options.errorThreshold };
  const report = compareSides(readSide(options.base), readSide(options.head), { thresholds });
  const wanted = options.ignoreTimes ? withoutTimes(report) : report;
  return Promise.resolve(concludeComparison(wanted, { ...options, thresholds }));
}

function withoutTimes({ judged, notJudged, notices }: RegressionReport): RegressionReport {
  const isTime = ({ metric }: { readonly metric?: Metric }) => metric === "epoch time" || metric === "run time";
  return {
    judged: judged.filter((row) => !isTime(row)),
    notJudged: notJudged.filter((row) => !isTime(row)),
    notices: [...notices, "Times were not judged (--ignore-times)."],
  };
}

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task compare",
    brief: message`Say what regressed from one revision's runs to another's: error, time and memory.`,
    description:
      message`Exits with 0 where nothing regressed, 1 where something did, 2 where the folders can't be compared, 3 with --strict where something can't be told.`,
    examples: message`deno task compare results/runs/main results/runs/branch --markdown compare.md`,
    showDefault: true,
    ...RUN_OPTIONS,
  });
  await main(() => orUnusable(() => compare(options)));
}
