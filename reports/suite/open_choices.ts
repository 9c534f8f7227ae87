/**
 * The committed runs of suite `open_choices`, which the reports of other runs refer to.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Published } from "../../data/published.ts";
import { runFolders } from "../../results/folder/run_folders.ts";
import { readRun } from "../../results/folder/store.ts";
import { collect, type ReportRow } from "./rows.ts";

/** One folder per data set. */
const FOLDERS = ["open_choices", "open_choices_usps"] as const;

/** Their rows; empty in a package, which comes without committed runs. */
export function readOpenChoices(published: readonly Published[]): readonly ReportRow[] {
  return FOLDERS.flatMap((name) => {
    const folder = new URL(`../../results/reference/${name}`, import.meta.url);
    const runs = folder.protocol === "file:" ? runFolders(fileURLToPath(folder)) : [];
    // A folder without runs is returned itself.
    const found = runs.filter((run) => run !== fileURLToPath(folder)).map((run) => readRun(run));
    return found.length === 0 ? [] : collect(found, published).rows;
  });
}
