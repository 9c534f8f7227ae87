/**
 * `deno task reports`: makes the committed reports from the committed runs again, or checks that they are what these
 * give.
 *
 * @module
 */
import { message, object, option } from "@optique/core";
import { run } from "@optique/run";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { report } from "./report.ts";

/** A folder a suite, with the runs of one adapter or more. */
const RUNS = "results/reference";
const REPORTS = "reports";

const parser = object("Options", {
  check: option("--check", { description: message`Write nothing; fail where a report differs by a byte` }),
});

if (import.meta.main) {
  const { check } = run(parser, {
    programName: "deno task reports",
    brief: message`Make every report in ${REPORTS} from the runs in ${RUNS}.`,
    ...RUN_OPTIONS,
  });
  await main(async () => {
    const suites = [...Deno.readDirSync(RUNS)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
    for (const suite of suites) await report({ folders: [`${RUNS}/${suite}`], out: `${REPORTS}/${suite}`, check });
    return 0;
  });
}
