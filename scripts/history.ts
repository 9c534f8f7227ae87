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
import { path, run } from "@optique/run";
import { plainLine, UserError } from "../base/errors.ts";
import { commitTime } from "../base/git.ts";
import { counted } from "../reports/page/format.ts";
import { writeReport } from "../reports/page/report_files.ts";
import { renderHistoryReport } from "../reports/tracking/history.ts";
import { readRun } from "../results/folder/store.ts";
import { EXPORT_FORMATS, exportHistory } from "../results/history/export.ts";
import { suiteMetrics, timingMetrics } from "../results/history/metrics.ts";
import { appendHistory, type History, type HistoryRecord, readHistory } from "../results/history/store.ts";
import { TABLES } from "../results/rows/list.ts";
import { holdsTable, readTable } from "../results/rows/table.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { HISTORY_ADD_PATHS, HISTORY_EXPORT_PATHS, HISTORY_REPORT_PATHS } from "./command/path_options.ts";
import { pathOptions } from "./command/path_parsers.ts";

const runFolder = argument(path({ metavar: "RUN" }), { description: message`Folder of a run` });

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

async function add({ folder, file }: InferValue<typeof addCommand>): Promise<number> {
  const { added, notices } = appendHistory(file, await metricsOf(folder));
  tell(notices);
  console.log(
    added === 0 ? `The run in ${folder} is in ${file} already.` : `Added ${counted(added, "metric")} to ${file}.`,
  );
  return 0;
}

async function report({ file, out }: InferValue<typeof reportCommand>): Promise<number> {
  const history = readHistory(file);
  refuseEmpty(history, file);
  tell(history.notices);
  writeReport(await renderHistoryReport(history), out);
  console.log(`Report: ${out}/report.md`);
  return 0;
}

async function exportFiles({ folder, file, format, out }: InferValue<typeof exportCommand>): Promise<number> {
  const history = folder === undefined ? readHistory(file) : { records: await metricsOf(folder), notices: [] };
  refuseEmpty(history, file);
  tell(history.notices);
  const files = exportHistory(history.records, format);
  writeReport(files, out);
  console.log(`Wrote ${[...files.keys()].join(", ")} to ${out}.`);
  return 0;
}

/** A run's metrics, with the commit's time if this checkout knows it. */
async function metricsOf(folder: string): Promise<HistoryRecord[]> {
  const records = holdsTable(TABLES.timings, folder)
    ? timingMetrics(readTable(TABLES.timings, folder))
    : suiteMetrics(readRun(folder));
  const time = await commitTime(records[0]!.commit, import.meta.dirname!);
  return time === undefined ? records : records.map((record) => ({ ...record, commit_time: time }));
}

function refuseEmpty({ records }: History, file: string): void {
  if (records.length > 0) return;
  throw new UserError(`The history "${file}" is empty. Add a run with "deno task history add RUN".`);
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
