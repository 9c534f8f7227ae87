/**
 * A history of runs: a JSON Lines file with one line per metric of a run, in the order in which the runs were added.
 *
 * @module
 */
import { dirname } from "node:path";
import { z } from "zod";
import { appendTo, replaceFile } from "../../base/durable_write.ts";
import { messageOf, quoted, shortened, UserError } from "../../base/errors.ts";
import { decodeText, readText } from "../../base/text.ts";

/** Version of {@linkcode historyRecord}; lines of version 1 are read too, any other is refused. */
export const HISTORY_VERSION = 2;

/** Metrics that count trials without a result. Lines of version 1 have none of them. */
export const TRIAL_METRICS = ["failed_trials", "missing_trials"] as const;

const text = z.string().min(1).max(200);
const value = z.number();

/** A line: one metric of one variant in one run. */
export const historyRecord = z.strictObject({
  schema: z.literal(HISTORY_VERSION),
  /** The program's commit, with `-dirty.` and a checksum if it had local changes. */
  commit: text.refine((commit) => commit !== "unknown", "a known commit"),
  /** When the commit was made, by git; left out if git did not say. ISO 8601, UTC, like all times. */
  commit_time: z.iso.datetime().optional(),
  /** The commit's place in git's order (see `commitPosition()`); left out if git did not say. */
  commit_position: z.int().positive().optional(),
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
  centre: z.enum(["mean", "median", "sum"]),
  value,
  /** One value per seed, epoch or round; of a sum, one per run. */
  samples: z.array(value).min(1).max(10_000),
  /** Images behind each sample of an error rate. */
  tested: z.int().positive().optional(),
  /** Trials behind the samples; for {@linkcode TRIAL_METRICS}, those that are counted. Left out by timings. */
  trials: z.int().nonnegative().optional(),
  /** The variant's trials that the run planned; left out if it did not say. */
  planned: z.int().positive().optional(),
}).refine(({ tested, samples }) => tested === undefined || samples.every((sample) => sample >= 0 && sample <= 100), {
  path: ["samples"],
  message: "per cents, since images were tested",
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
 * Reads a history. A last line that a killed process left half-written is left out with a notice; equal lines of one
 * run, which a union of two branches leaves, count once.
 *
 * @throws {UserError} No such file, or a line that is damaged, of another version, or contradicts an earlier one.
 */
export function readHistory(path: string): History {
  const contents = read(path);
  if (contents === undefined) {
    throw new UserError(
      `There is no history "${path}". Make one with "deno task history add RUN --file ${quoted(path)}".`,
    );
  }
  return decodeHistory(contents, path);
}

/** Whether there is a history at `path`. */
export function holdsHistory(path: string): boolean {
  return read(path) !== undefined;
}

/**
 * Adds the metrics of one run to the file at `path`, all of its lines or none. The file is created if it is missing;
 * its folder must exist. A run that is there already is not added again, so a repeated job of a pipeline does no harm.
 * Processes that add at the same time wait for each other.
 *
 * @param records Of one run; at least one.
 * @param options `positions`, by commit, for lines of the file that have none.
 * @throws {UserError} The run is there with other values, the file is damaged, or can't be written.
 */
export function appendHistory(
  path: string,
  records: readonly HistoryRecord[],
  { positions = new Map() }: { readonly positions?: ReadonlyMap<string, number> } = {},
): Appended {
  try {
    using file = openLocked(path);
    const bytes = Deno.readFileSync(path);
    const contents = decodeText(bytes, path);
    const { records: known, notices } = decodeHistory(contents, path);
    const added = newLines(path, { known, records });
    const placed = known.map((record) => withPosition(record, positions));
    if (placed.some((record, index) => record !== known[index])) {
      replaceFile({ path, text: encodeLines([...placed, ...added]) });
    } else if (added.length > 0) {
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      const rest = contents.slice(contents.lastIndexOf("\n") + 1);
      if (isCutOff(rest)) file.truncateSync(end);
      const isOpen = end < bytes.length && !isCutOff(rest);
      appendTo(file, (isOpen ? "\n" : "") + encodeLines(added));
    }
    return { added: added.length, notices };
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof Deno.errors.NotFound) {
      throw new UserError(`Cannot write "${path}": there is no folder "${dirname(path)}". Make the folder first.`);
    }
    throw new UserError(`Cannot write "${path}": ${messageOf(error)}. Make room or name another file with --file.`, {
      cause: error,
    });
  }
}

const LINE_FEED = "\n".charCodeAt(0);

/** The file at `path`, for this process alone until it is closed. */
function openLocked(path: string): Deno.FsFile {
  while (true) {
    const file = Deno.openSync(path, { read: true, append: true, create: true });
    file.lockSync(true);
    // The process that we waited for may have put another file in its place.
    if (file.statSync().ino === Deno.statSync(path).ino) return file;
    file.close();
  }
}

/** Those of `records` that the history lacks. */
function newLines(
  path: string,
  { known, records }: { readonly known: readonly HistoryRecord[]; readonly records: readonly HistoryRecord[] },
): readonly HistoryRecord[] {
  const before = known.filter((record) => runOf(record) === runOf(records[0]!));
  const isSame = (expected: readonly HistoryRecord[]) =>
    before.map(measurementOf).sort().join() === expected.map(measurementOf).sort().join();
  if (before.length === 0) return records;
  if (isSame(records)) return [];
  const [counts, others] = partition(records, ({ metric }) => TRIAL_METRICS.some((each) => each === metric));
  if (isSame(others)) return counts;
  const { suite, started } = records[0]!;
  throw new UserError(
    `Cannot add the run of suite "${suite}" that began at "${started}" to "${path}": it is there with other ` +
      "values. Remove its lines from the file and add it again.",
  );
}

function partition<T>(values: readonly T[], isFirst: (value: T) => boolean): [T[], T[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))];
}

function withPosition(record: HistoryRecord, positions: ReadonlyMap<string, number>): HistoryRecord {
  const position = positions.get(record.commit);
  return record.commit_position !== undefined || position === undefined
    ? record
    : { ...record, commit_position: position };
}

function encodeLines(records: readonly HistoryRecord[]): string {
  return records.map((record) => JSON.stringify(historyRecord.parse(record)) + "\n").join("");
}

/** What distinguishes one run from another. */
function runOf({ commit, started, machine, suite, profile }: HistoryRecord): string {
  return JSON.stringify([commit, started, machine, suite, profile]);
}

/** What distinguishes one line of a run from another. */
function lineOf({ suite_version, variant, metric, unit }: HistoryRecord): string {
  return JSON.stringify([suite_version, variant, metric, unit]);
}

/** What a line says apart from what a later run of `add` may know in addition. */
function measurementOf(record: HistoryRecord): string {
  const { commit_time: _, commit_position: __, trials: ___, planned: ____, ...measurement } = record;
  return JSON.stringify(Object.entries(measurement).sort());
}

/**
 * The records in the contents of the file `path`.
 *
 * @throws {UserError} A line is damaged, of another version, or contradicts an earlier one.
 */
export function decodeHistory(contents: string, path: string): History {
  const lines = contents.split("\n");
  const wasCutOff = isCutOff(lines.at(-1)!);
  const first = new Map<string, { readonly record: HistoryRecord; readonly number: number }>();
  let repeated = 0;
  for (const [index, line] of lines.slice(0, wasCutOff ? -1 : undefined).entries()) {
    if (line.trim() === "") continue;
    const number = index + 1;
    const record = decodeLine(line, `line ${number} of "${path}"`);
    const key = runOf(record) + lineOf(record);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, { record, number });
      continue;
    }
    if (measurementOf(earlier.record) !== measurementOf(record)) {
      throw new UserError(
        `Cannot read line ${number} of "${path}": line ${earlier.number} has other values of the same run. Remove one ` +
          "of the two.",
      );
    }
    first.set(key, { ...earlier, record: { ...record, ...earlier.record } });
    repeated++;
  }
  return {
    records: [...first.values()].map(({ record }) => record),
    notices: [
      ...(wasCutOff ? [`The last line of "${path}" was cut off in the middle and is left out.`] : []),
      ...(repeated === 0 ? [] : [
        repeated === 1
          ? `A line of "${path}" repeats an earlier one, and counts once.`
          : `${repeated} lines of "${path}" repeat earlier ones, and count once.`,
      ]),
    ],
  };
}

/** Whether the last line, which has no line break, is only part of one. */
function isCutOff(lastLine: string): boolean {
  if (lastLine.trim() === "") return false;
  try {
    JSON.parse(lastLine);
    return false;
  } catch {
    return true;
  }
}

function decodeLine(line: string, where: string): HistoryRecord {
  try {
    const found = JSON.parse(line);
    return historyRecord.parse(found?.schema === 1 ? { ...found, schema: HISTORY_VERSION } : found);
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
    return readText(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof UserError) throw error;
    throw new UserError(`Cannot read "${path}": ${messageOf(error)}. Name another file with --file.`, { cause: error });
  }
}
