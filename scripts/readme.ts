/**
 * `deno task readme`: copies the result table of the committed report into README.md, or checks that it is there.
 *
 * @module
 */
import { message, object, option } from "@optique/core";
import { run } from "@optique/run";
import { UserError } from "../base/errors.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";

const REPORT = "reports/lenet300/report.md";
const README = "README.md";
/** The table stands between these lines. */
const MARKS = ["<!-- results: made by deno task readme -->", "<!-- end of results -->"] as const;

const parser = object("Options", {
  check: option("--check", { description: message`Write nothing; fail where README.md differs` }),
});

/** The report's section "Results" with its notes and sources, up to its first picture. */
export function resultTable(report: string): string {
  const section = report.split(/^## /m).find((text) => text.startsWith("Results\n"));
  const table = section?.slice("Results\n".length).split(/^!\[/m)[0]
    // What a reader unfolds there is left there.
    ?.replace(/<details>.*?<\/details>\n*/gs, "").trim();
  if (!table?.includes("|")) {
    throw new UserError(`No result table in "${REPORT}". Render it again with "deno task report".`);
  }
  return table;
}

/** `readme` with `table` between its marks. */
export function withTable(readme: string, table: string): string {
  const [start, end] = [readme.indexOf(MARKS[0]), readme.indexOf(MARKS[1])];
  if (start < 0 || end < start) throw new UserError(`"${README}" lacks the lines "${MARKS.join('" and "')}".`);
  return `${readme.slice(0, start + MARKS[0].length)}\n\n${table}\n\n${readme.slice(end)}`;
}

if (import.meta.main) {
  const { check } = run(parser, {
    programName: "deno task readme",
    brief: message`Copy the result table of ${REPORT} into ${README}.`,
    ...RUN_OPTIONS,
  });
  await main(async () => {
    const before = await Deno.readTextFile(README);
    const after = withTable(before, resultTable(await Deno.readTextFile(REPORT)));
    if (before === after) return 0;
    if (check) {
      throw new UserError(`The result table in "${README}" is not that of "${REPORT}". Run "deno task readme".`);
    }
    await Deno.writeTextFile(README, after);
    return 0;
  });
}
