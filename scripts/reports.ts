/**
 * `deno task reports`: renders the committed reports from the committed runs, or checks that they match.
 *
 * @module
 */
import { message, object, option } from "@optique/core";
import { run } from "@optique/run";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { report } from "./report.ts";

/** One folder per suite, with the runs of one or more adapters. */
const RUNS = "results/reference";
const REPORTS = "reports";

const parser = object("Options", {
  check: option("--check", { description: message`Write nothing; fail if a report differs by a byte` }),
});

if (import.meta.main) {
  const { check } = run(parser, {
    programName: "deno task reports",
    brief: message`Render every report in ${REPORTS} from the runs in ${RUNS}.`,
    ...RUN_OPTIONS,
  });
  await main(async () => {
    const suites = [...Deno.readDirSync(RUNS)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
    for (const suite of suites) {
      await report({ folders: [`${RUNS}/${suite}`], out: `${REPORTS}/${suite}`, digits: undefined, check });
    }
    return 0;
  });
}
