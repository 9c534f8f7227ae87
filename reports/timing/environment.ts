/**
 * Where times were measured, as a table.
 *
 * @module
 */
import { adapterWords } from "../../base/graphics_api.ts";
import type { TimingRow } from "../../results/rows/timings.ts";
import { escape, joined, left, type Markdown, md, table } from "../page/markdown.ts";

/** What every row of times says about where and when it was measured. */
type Measured =
  & Pick<
    TimingRow,
    "profile" | "adapter" | "api" | "adapter_kind" | "machine" | "versions" | "commit" | "finished"
  >
  & {
    /** Left out of tables that have no such column. */
    readonly driver?: string;
  };

interface MeasuredRun<Row extends Measured> {
  readonly rows: readonly Row[];
}

/**
 * One column per run: profile, adapter, machine, versions, commit, and when it ran.
 *
 * @param options.onAdapter The rows that were measured on the adapter; peers name another device.
 * @param options.time When the run was made, with a heading.
 */
export function environmentTable<Row extends Measured>(
  runs: readonly MeasuredRun<Row>[],
  { onAdapter = () => true, time }: {
    readonly onAdapter?: (row: Row) => boolean;
    readonly time: readonly [heading: Markdown, read: (run: MeasuredRun<Row>) => Markdown];
  },
): Markdown {
  const all = ({ rows }: MeasuredRun<Row>, read: (row: Row) => string) =>
    joined([...new Set(rows.map(read).filter((text) => text !== ""))].map(escape), "; ");
  const facts: readonly (readonly [heading: Markdown, read: (run: MeasuredRun<Row>) => Markdown])[] = [
    [md`profile`, (run) => all(run, (row) => row.profile)],
    [md`adapter`, (run) => all(run, (row) => onAdapter(row) ? `${adapterWords(row)} (${row.adapter_kind})` : "")],
    ...(runs.some(({ rows }) => rows.some(({ driver }) => driver))
      ? [[md`driver`, (run: MeasuredRun<Row>) => all(run, ({ driver }) => driver ?? "")] as const]
      : []),
    [md`machine`, (run) => all(run, (row) => row.machine)],
    [md`versions`, (run) => all(run, (row) => row.versions)],
    [md`commit`, (run) => all(run, (row) => row.commit)],
    time,
  ];
  return table(
    [left(""), ...runs.map((_, index) => left(runs.length === 1 ? md`this run` : md`run ${index + 1}`))],
    facts.map(([heading, read]) => [heading, ...runs.map(read)]),
  );
}
