/**
 * `deno task readme`: writes the table of published and measured error rates into README.md, or checks that it is there.
 *
 * @module
 */
import { message, object, option } from "@optique/core";
import { run } from "@optique/run";
import { UserError } from "../base/errors.ts";
import { readPublished } from "../data/published.ts";
import { headlineTable } from "../reports/suite/headline.ts";
import { collect } from "../reports/suite/rows.ts";
import { runFolders } from "../results/folder/run_folders.ts";
import { readRun } from "../results/folder/store.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";

const RUNS = "results/reference/lenet300";
const README = "README.md";
/** The table is between these lines. */
const MARKS = ["<!-- results: made by deno task readme -->", "<!-- end of results -->"] as const;

const parser = object("Options", {
  check: option("--check", { description: message`Write nothing; fail if README.md differs` }),
});

/** `readme` with `table` between its marks. */
export function withTable(readme: string, table: string): string {
  const [start, end] = [readme.indexOf(MARKS[0]), readme.indexOf(MARKS[1])];
  if (start < 0 || end < start) throw new UserError(`"${README}" lacks the lines "${MARKS.join('" and "')}".`);
  return `${readme.slice(0, start + MARKS[0].length)}\n\n${table}\n\n${readme.slice(end)}`;
}

if (import.meta.main) {
  const { check } = run(parser, {
    programName: "deno task readme",
    brief: message`Write the error rates of the runs in ${RUNS} into ${README}.`,
    ...RUN_OPTIONS,
  });
  await main(async () => {
    const before = await Deno.readTextFile(README);
    const after = withTable(before, headlineTable(collect(runFolders(RUNS).map(readRun), readPublished())));
    if (before === after) return 0;
    if (check) throw new UserError(`The result table in "${README}" is not that of "${RUNS}". Run "deno task readme".`);
    await Deno.writeTextFile(README, after);
    return 0;
  });
}
