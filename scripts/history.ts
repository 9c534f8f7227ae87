/**
 * `deno task history`: keeps the results of runs, commit by commit, and says what became worse.
 *
 * @module
 */
import {
  argument,
  choice,
  command,
  constant,
  type InferValue,
  message,
  object,
  option,
  optional,
  or,
} from "@optique/core";
import { run } from "@optique/run";
import { plainLine, quoted, UserError } from "../base/errors.ts";
import { commitPosition, commitTime } from "../base/git.ts";
import { counted } from "../reports/page/format.ts";
import { writeReport } from "../reports/page/report_files.ts";
import { renderHistoryReport } from "../reports/tracking/history.ts";
import { readRun } from "../results/folder/store.ts";
import { EXPORT_FORMATS, exportHistory } from "../results/history/export.ts";
import { suiteMetrics, timingMetrics } from "../results/history/metrics.ts";
import { newestCommit } from "../results/history/series.ts";
import {
  appendHistory,
  type History,
  type HistoryRecord,
  holdsHistory,
  readHistory,
} from "../results/history/store.ts";
import { TABLES } from "../results/rows/list.ts";
import { holdsTable, readTable } from "../results/rows/table.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { namedFile } from "./command/output_file.ts";
import { HISTORY_ADD_PATHS, HISTORY_EXPORT_PATHS, HISTORY_REPORT_PATHS } from "./command/path_options.ts";
import { pathOptions, userPath } from "./command/path_parsers.ts";

const CHECKOUT = import.meta.dirname!;

/** Exit status if evidence is missing; see `concludeComparison()` and `deno task merge` too. */
const INCOMPLETE = 3;

const runFolder = argument(userPath({ metavar: "RUN" }), { description: message`Folder of a run` });

const addCommand = command(
  "add",
  object({ command: constant("add"), folder: runFolder, ...pathOptions(HISTORY_ADD_PATHS) }),
  { description: message`Add the metrics of a run to the history; a run that is already in it is left alone` },
);
const reportCommand = command(
  "report",
  object({
    command: constant("report"),
    ...pathOptions(HISTORY_REPORT_PATHS),
  }),
  { description: message`Draw each metric over commits, and list what became worse, oldest first` },
);
const exportCommand = command(
  "export",
  object({
    command: constant("export"),
    folder: optional(runFolder),
    format: option("--format", choice(EXPORT_FORMATS, { metavar: "FORMAT" }), {
      description: message`github for github-action-benchmark and bencher for Bencher Metric Format, of the newest
        commit; json for everything`,
    }),
    ...pathOptions(HISTORY_EXPORT_PATHS),
  }),
  { description: message`Write a run, or the history if none is named, for another program` },
);

/** Exits with 3 if planned trials have no result: the run is in the history, and is not whole. */
async function add({ folder, file }: InferValue<typeof addCommand>): Promise<number> {
  const records = await metricsOf(folder);
  const { added, notices } = appendHistory(namedFile(file), records, {
    positions: await missingPositions(namedFile(file)),
  });
  const lost = lostTrials(records);
  tell([...notices, ...lost.notices]);
  console.log(
    added === 0 ? `The run in ${folder} is in ${file} already.` : `Added ${counted(added, "metric")} to ${file}.`,
  );
  return lost.missing > 0 ? INCOMPLETE : 0;
}

/** How many planned trials have no row, and what is to be said of those that failed, too. */
function lostTrials(records: readonly HistoryRecord[]): { readonly missing: number; readonly notices: string[] } {
  const total = (wanted: string) =>
    records.filter(({ metric }) => metric === wanted).reduce((sum, { value }) => sum + value, 0);
  const [failed, missing] = [total("failed_trials"), total("missing_trials")];
  return {
    missing,
    notices: [
      ...(failed > 0 ? [`${counted(failed, "trial")} of the run failed.`] : []),
      ...(missing > 0
        ? [`${counted(missing, "planned trial")} of the run ${missing > 1 ? "have" : "has"} no row.`]
        : []),
    ],
  };
}

async function report({ file, out }: InferValue<typeof reportCommand>): Promise<number> {
  const history = readHistory(namedFile(file));
  refuseEmpty(history, file);
  tell(history.notices);
  writeReport(await renderHistoryReport(history), out);
  console.log(`Report: ${out}/report.md`);
  return 0;
}

async function exportFiles({ folder, file, format, out }: InferValue<typeof exportCommand>): Promise<number> {
  const history = folder === undefined
    ? readHistory(namedFile(file))
    : { records: await metricsOf(folder), notices: [] };
  refuseEmpty(history, file);
  tell(history.notices);
  const newest = newestCommit(history.records);
  if (format !== "json" && !newest.isByOrder) {
    tell([
      "Git's order of the commits is not known, so those of the run that began last were written: " +
      `"${newest.commit}".`,
    ]);
  }
  const files = exportHistory(history.records, format);
  writeReport(files, out);
  console.log(`Wrote ${[...files.keys()].join(", ")} to ${out}.`);
  return 0;
}

/** A run's metrics, with the commit's time and place in git's order if this checkout knows them. */
async function metricsOf(folder: string): Promise<HistoryRecord[]> {
  const records = holdsTable(TABLES.timings, folder)
    ? timingMetrics(readTable(TABLES.timings, folder))
    : suiteMetrics(readRun(folder));
  const { commit } = records[0]!;
  const [time, position] = [await commitTime(commit, CHECKOUT), await commitPosition(commit, CHECKOUT)];
  const known = {
    ...(time !== undefined && { commit_time: time }),
    ...(position !== undefined && { commit_position: position }),
  };
  return records.map((record) => ({ ...record, ...known }));
}

/** Places that the history's lines lack and this checkout knows, by commit. */
async function missingPositions(file: string): Promise<ReadonlyMap<string, number>> {
  const positions = new Map<string, number>();
  if (!holdsHistory(file)) return positions;
  const { records } = readHistory(file);
  const commits = new Set(records.filter((record) => record.commit_position === undefined).map(({ commit }) => commit));
  for (const commit of commits) {
    const position = await commitPosition(commit, CHECKOUT);
    if (position !== undefined) positions.set(commit, position);
  }
  return positions;
}

function refuseEmpty({ records }: History, file: string): void {
  if (records.length > 0) return;
  throw new UserError(
    `The history "${file}" is empty. Add a run with "deno task history add RUN --file ${quoted(file)}".`,
  );
}

function tell(notices: readonly string[]): void {
  for (const notice of notices) console.error(plainLine(`Note: ${notice}`));
}

if (import.meta.main) {
  const options = run(or(addCommand, reportCommand, exportCommand), {
    programName: "deno task history",
    brief: message`Keep the results of runs, commit by commit, and see what became worse.`,
    examples: message`deno task history add results/runs/my-run`,
    showDefault: true,
    ...RUN_OPTIONS,
  });
  await main(() => {
    switch (options.command) {
      case "add":
        return add(options);
      case "report":
        return report(options);
      case "export":
        return exportFiles(options);
    }
  });
}
