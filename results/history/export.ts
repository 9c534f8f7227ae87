/**
 * A history in the forms that other programs read.
 *
 * @module
 */
import { type Commit, newestCommit, type SeriesPoint, summaryOf } from "./series.ts";
import type { HistoryRecord } from "./store.ts";

/** Files by name. */
export type Exported = ReadonlyMap<string, string>;

/** The forms, by their names on the command line. */
export const EXPORT_FORMATS = ["github", "bencher", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A metric of the newest commit, over its runs. */
interface Current {
  readonly record: HistoryRecord;
  readonly summary: Omit<SeriesPoint, keyof Commit>;
}

const EXPORTS: Readonly<Record<ExportFormat, (records: readonly HistoryRecord[]) => Exported>> = {
  github: (records) => githubFiles(currentOf(records)),
  bencher: (records) => new Map([["bencher.json", json(bencherMetrics(currentOf(records)))]]),
  json: (records) => new Map([["history.json", json(records)]]),
};

/**
 * Renders `records`: as `json` all of them; in the other forms, which take one commit at a time, those of the newest.
 *
 * @param records At least one.
 */
export function exportHistory(records: readonly HistoryRecord[], format: ExportFormat): Exported {
  return EXPORTS[format](records);
}

/** Metrics of the newest commit, each over all its runs. */
function currentOf(records: readonly HistoryRecord[]): Current[] {
  const newest = newestCommit(records);
  const own = records.filter(({ commit }) => commit === newest.commit);
  const groups = Map.groupBy(own, (record) => `${seriesName(record)}\n${record.metric}`);
  return [...groups.values()].map((runs) => ({ record: runs[0]!, summary: summaryOf(runs) }));
}

/** Two values can be compared only if this is equal. */
function seriesName({ suite, profile, variant, machine, suite_version }: HistoryRecord): string {
  return `${suite}/${profile}/${variant} (${machine}, version ${suite_version})`;
}

/**
 * For github-action-benchmark's tools of these names: one array of `{ name, unit, value, range, extra }` per file.
 * It refuses an empty array, so a file without metrics is left out.
 */
function githubFiles(current: readonly Current[]): Exported {
  const files = [["customSmallerIsBetter", "smaller"], ["customBiggerIsBetter", "larger"]] as const;
  return new Map(files.flatMap(([tool, better]) => {
    const own = current.filter(({ record }) => record.better === better);
    return own.length === 0 ? [] : [[`${tool}.json`, json(own.map(githubEntry))]];
  }));
}

function githubEntry({ record, summary }: Current) {
  const { value, interval } = summary;
  return {
    name: `${seriesName(record)}: ${record.metric}`,
    unit: record.unit,
    value,
    ...(interval && { range: `${interval.low} to ${interval.high}` }),
    extra: `${basisOf(record, summary)}, commit ${record.commit}`,
  };
}

/** What a value rests on, for example `mean of 1; 1 of 3 planned trials`. */
function basisOf({ centre }: HistoryRecord, { samples, trials, planned }: Current["summary"]): string {
  if (centre === "sum") return planned === undefined ? "trials" : `of ${planned} planned trials`;
  const isThin = trials !== undefined && planned !== undefined && trials < planned;
  return `${centre} of ${samples}${isThin ? `; ${trials} of ${planned} planned trials` : ""}`;
}

/** Bencher Metric Format: benchmark, then measure, then the value and the ends of its interval. */
function bencherMetrics(current: readonly Current[]) {
  const benchmarks = Map.groupBy(current, ({ record }) => seriesName(record));
  return Object.fromEntries(
    [...benchmarks].map(([name, metrics]) => [name, Object.fromEntries(metrics.map(bencherMeasure))]),
  );
}

function bencherMeasure({ record, summary: { value, interval } }: Current) {
  const bounds = interval && { lower_value: interval.low, upper_value: interval.high };
  return [record.metric, { value, ...bounds }] as const;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
