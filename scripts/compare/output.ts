/**
 * What a comparison leaves behind: files, a summary on the terminal, an exit status.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { annotations, renderRegression } from "../../reports/tracking/regression.ts";
import type { RegressionReport, Thresholds } from "../../results/regression/judgement.ts";
import { isStandardOutput, writeOutput } from "../command/output_file.ts";
import type { FAIL_ON } from "./options.ts";

/** Exit statuses of comparisons; 2 is that of unusable input. */
const NONE_REGRESSED = 0;
const REGRESSED = 1;
const NOT_ENOUGH_EVIDENCE = 3;

/** Where the comparison is written, and how strict it is. */
export interface ComparisonOutput {
  /** What the sides are called. */
  readonly base: string;
  readonly head: string;
  readonly thresholds: Thresholds;
  readonly markdown?: string | undefined;
  readonly json?: string | undefined;
  /** Whether an undecided comparison counts as a failure. */
  readonly strict: boolean;
  /** Whether a comparison in which something is missing does. */
  readonly complete: boolean;
  readonly annotations: boolean;
  readonly failOn: typeof FAIL_ON[number];
}

/**
 * Writes and prints the comparison.
 *
 * @returns The exit status.
 * @throws {UserError} A file can't be written.
 */
export function concludeComparison(report: RegressionReport, output: ComparisonOutput): number {
  const { markdown, json } = output;
  const page = renderRegression(report, output);
  const isTaken = isStandardOutput(markdown) || isStandardOutput(json);
  if (isStandardOutput(markdown) && isStandardOutput(json)) {
    throw new UserError(`Cannot write both --markdown and --json to standard output, "${json}". Name a file for one.`);
  }
  // What is written to standard output for another program comes alone.
  if (!isTaken) console.log(page);
  if (output.annotations) { for (const line of annotations(report)) (isTaken ? console.error : console.log)(line); }
  if (markdown !== undefined) writeOutput(markdown, page);
  if (json !== undefined) writeOutput(json, `${JSON.stringify(record(report, output), null, 2)}\n`);
  const has = (judgement: string) => report.judged.some((row) => row.judgement === judgement);
  if (has("regressed") || output.failOn === "changed" && has("changed")) return REGRESSED;
  // What only head has is new, and can't have become worse.
  const isOpen = has("cannot tell") || report.notJudged.some(({ found }) => found !== "only in head");
  const isIncomplete = report.lacking.length > 0;
  return (output.strict && (isOpen || isIncomplete)) || (output.complete && isIncomplete)
    ? NOT_ENOUGH_EVIDENCE
    : NONE_REGRESSED;
}

/** For programs. */
function record(report: RegressionReport, { base, head, thresholds }: ComparisonOutput) {
  return { schema: 1, base, head, thresholds, ...report };
}
