/**
 * `deno task readme`: writes the generated tables into README.md and other pages, or checks that they are there.
 *
 * @module
 */
import { message, object, option } from "@optique/core";
import { run } from "@optique/run";
import { UserError } from "../base/errors.ts";
import { readPublished } from "../data/published.ts";
import { MODERN } from "../recipes/modern.ts";
import { headlineTable } from "../reports/suite/headline.ts";
import { collect } from "../reports/suite/rows.ts";
import { runFolders } from "../results/folder/run_folders.ts";
import { readRun } from "../results/folder/store.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { type Block, withBlock } from "./readme/block.ts";
import { kernelsTable } from "./readme/kernels_table.ts";
import { dependenciesTable, suitesTable } from "./readme/tables.ts";

/** The networks of the published table, as the papers trained them and as one would train them today. */
const RUNS = { paper: "results/reference/history", modern: "results/reference/lenet300" } as const;

const parser = object("Options", {
  check: option("--check", { description: message`Write nothing; fail if a table differs` }),
});

async function blocks(): Promise<readonly Block[]> {
  const rowsOf = (folder: string) => collect(runFolders(folder).map(readRun), readPublished()).rows;
  const modern = rowsOf(RUNS.modern).filter(({ variant }) => variant.recipe === MODERN.id);
  const results = headlineTable({ paper: rowsOf(RUNS.paper), modern });
  return [
    { page: "README.md", name: "results", text: results },
    { page: "docs/suites.md", name: "suites", text: suitesTable() },
    { page: "docs/dependencies.md", name: "dependencies", text: dependenciesTable() },
    { page: "kernels/README.md", name: "kernels", text: await kernelsTable() },
  ];
}

if (import.meta.main) {
  const { check } = run(parser, {
    programName: "deno task readme",
    brief: message`Write the tables of error rates, suites, dependencies and kernels into their pages.`,
    ...RUN_OPTIONS,
  });
  await main(async () => {
    for (const block of await blocks()) {
      const before = await Deno.readTextFile(block.page);
      const after = withBlock(before, block);
      if (before === after) continue;
      if (check) throw new UserError(`The table of ${block.name} in "${block.page}" is old. Run "deno task readme".`);
      await Deno.writeTextFile(block.page, after);
    }
    return 0;
  });
}
