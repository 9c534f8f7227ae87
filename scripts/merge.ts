/**
 * `deno task merge DIR... --out DIR`: one run from the folders of its shards.
 *
 * @module
 */
import { argument, type InferValue, message, multiple, object, option } from "@optique/core";
import { run } from "@optique/run";
import { plainLine } from "../base/errors.ts";
import { counted } from "../reports/page/format.ts";
import { mergeRuns, readShard } from "../results/folder/merge.ts";
import { writeRun } from "../results/folder/write_run.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { MERGE_PATHS } from "./command/path_options.ts";
import { pathOption, userPath } from "./command/path_parsers.ts";
import { taskCommand } from "./command/user_paths.ts";

const parser = object("Options", {
  folders: multiple(
    argument(userPath({ metavar: "DIR" }), {
      description: message`Run folders of the shards of one run, in any order`,
    }),
    { min: 1 },
  ),
  partial: option("--partial", {
    description: message`Accept that planned trials are missing, and exit with 0 all the same`,
  }),
  out: pathOption(MERGE_PATHS.out),
});

/** Exit status if planned trials are missing, as of \`deno task history add\` and \`compare --complete\`. */
const INCOMPLETE = 3;

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task merge",
    brief: message`Join the run folders of "deno task bench --shard" into one run.`,
    description:
      message`Exits with 0 if every planned trial is there, and with 3 if some are missing: what is there is joined all the same. Trials that failed are results.`,
    examples: message`deno task merge results/runs/shard-1 results/runs/shard-2 --out results/runs/whole`,
    ...RUN_OPTIONS,
  });
  await main(() => Promise.resolve(merge(options)));
}

function merge({ folders: [first, ...others], partial, out }: InferValue<typeof parser>): number {
  const { run, notices, isComplete } = mergeRuns([readShard(first!), ...others.map(readShard)]);
  writeRun(out, run);
  for (const notice of notices) console.error(plainLine(`Note: ${notice}`));
  console.log(
    `Merged ${counted(run.trials.length, "trial")} of ${counted(others.length + 1, "folder")} into ${out}. ` +
      `Its report: ${taskCommand("report", out)}`,
  );
  return isComplete || partial ? 0 : INCOMPLETE;
}
