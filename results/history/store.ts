/**
 * A history of runs: a JSON Lines file with one line per metric of a run, in the order in which the runs were added.
 *
 * @module
 */
import { dirname } from "node:path";
import { z } from "zod";
import { appendAll, replaceFile } from "../../base/durable_write.ts";
import { messageOf, shortened, UserError } from "../../base/errors.ts";

/** Version of {@linkcode historyRecord}; a line of another one is refused. */
export const HISTORY_VERSION = 1;

const text = z.string().min(1).max(200);
const value = z.number();

/** A line: one metric of one variant in one run. */
export const historyRecord = z.strictObject({
  schema: z.literal(HISTORY_VERSION),
  /** The program's commit, with `-dirty.` and a checksum if it had local changes. */
  commit: text.refine((commit) => commit !== "unknown", "a known commit"),
  /** When the commit was made, by git; left out if git did not say. ISO 8601, UTC, like all times. */
  commit_time: z.iso.datetime().optional(),
  /** When the run began. */
  started: z.iso.datetime(),
  /** What makes times comparable: the adapter, and the processor with its threads. */
  machine: z.string().min(1).max(1000),
  suite: text,
  profile: z.enum(["smoke", "quick", "paper"]),
  /** Checksum of what makes values comparable: the variant's recipe, the data, the amount of work, the kernels. */
  suite_version: z.string().regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits"),
  variant: z.string().min(1).max(500),
  metric: text,
  unit: z.string().min(1).max(40),
  better: z.enum(["smaller", "larger"]),
  /** How `value` is computed from `samples`. */
  centre: z.enum(["mean", "median"]),
  value,
  /** One value per seed, epoch or round. */
  samples: z.array(value).min(1).max(10_000),
  /** Images behind each sample of an error rate. */
  tested: z.int().positive().optional(),
});

/** A line of a history. */
export type HistoryRecord = z.infer<typeof historyRecord>;

/** A history as read from its file. */
export interface History {
  readonly records: readonly HistoryRecord[];
  /** What was left out while reading, a sentence each. */
  readonly notices: readonly string[];
}

/** What {@linkcode appendHistory} did. */
export interface Appended extends Pick<History, "notices"> {
  /** Number of lines written; 0 if the history already has the run. */
  readonly added: number;
}

/**
 * Reads a history. A last line without its line break, which a killed process leaves, is left out with a notice.
 *
 * @throws {UserError} No such file, or a line that is damaged or of another version.
 */
export function readHistory(path: string): History {
  const contents = read(path);
  if (contents === undefined) {
    throw new UserError(`There is no history "${path}". Make one with "deno task history add RUN --file ${path}".`);
  }
  return decodeHistory(contents, path);
}

/**
 * Adds the metrics of one run to the file at `path`, all of its lines or none. The file is created if it is missing;
 * its folder must exist. A run that is there already is not added again, so a repeated job of a pipeline does no harm.
 *
 * @param records Of one run; at least one.
 * @throws {UserError} The run is there with other values, the file is damaged, or can't be written.
 */
export function appendHistory(path: string, records: readonly HistoryRecord[]): Appended {
  const lines = records.map((record) => JSON.stringify(historyRecord.parse(record)) + "\n");
  const contents = read(path);
  const { records: known, notices } = contents === undefined
    ? { records: [], notices: [] }
    : decodeHistory(contents, path);
  const before = known.filter((record) => runOf(record) === runOf(records[0]!)).map((record) => JSON.stringify(record));
  if (before.length > 0) {
    // The checkout may know the commit's time now, although it did not then.
    const valuesOf = (line: string) => JSON.stringify({ ...JSON.parse(line), commit_time: undefined });
    const same = before.map(valuesOf).sort().join() === lines.map(valuesOf).sort().join();
    if (same) return { added: 0, notices };
    const { suite, started } = records[0]!;
    throw new UserError(
      `Cannot add the run of suite "${suite}" that began at "${started}" to "${path}": it is there with other ` +
        "values. Remove its lines from the file and add it again.",
    );
  }
  try {
    if (contents === undefined) {
      replaceFile({ path, text: lines.join("") });
    } else {
      if (notices.length > 0) Deno.truncateSync(path, new TextEncoder().encode(wholeLines(contents)).length);
      appendAll([{ path, text: lines.join("") }]);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UserError(`Cannot write "${path}": there is no folder "${dirname(path)}". Make the folder first.`);
    }
    throw new UserError(`Cannot write "${path}": ${messageOf(error)}. Make room or name another file with --file.`, {
      cause: error,
    });
  }
  return { added: lines.length, notices };
}

/** What distinguishes one run from another. */
function runOf({ commit, started, machine, suite, profile }: HistoryRecord): string {
  return JSON.stringify([commit, started, machine, suite, profile]);
}

/**
 * The records in the contents of the file `path`.
 *
 * @throws {UserError} A line is damaged or of another version.
 */
export function decodeHistory(contents: string, path: string): History {
  const whole = wholeLines(contents);
  const lines = whole.split("\n").slice(0, -1);
  return {
    records: lines.map((line, index) => decodeLine(line, `line ${index + 1} of "${path}"`)),
    notices: whole.length === contents.length
      ? []
      : [`The last line of "${path}" was cut off in the middle and is left out.`],
  };
}

function wholeLines(contents: string): string {
  return contents.slice(0, contents.lastIndexOf("\n") + 1);
}

function decodeLine(line: string, where: string): HistoryRecord {
  try {
    return historyRecord.parse(JSON.parse(line));
  } catch (error) {
    const what = error instanceof z.ZodError
      ? error.issues.slice(0, 1).map((issue) =>
        `"${shortened(issue.path.join("."))}": ${shortened(issue.message, 200)}`
      ).join()
      : shortened(messageOf(error), 200);
    throw new UserError(`Cannot read ${where}: ${what}. Repair or remove that line.`, { cause: error });
  }
}

/** The file's contents; undefined if there is none. */
function read(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UserError(`Cannot read "${path}": ${messageOf(error)}. Name another file with --file.`, { cause: error });
  }
}
